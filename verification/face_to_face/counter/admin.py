"""Who works where: a superuser says so, and the agent's journal tells it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from identite import journal
from identite.characters import CharField
from identite.cog import communes
from verification.face_to_face.models import PostalAgent


class PostalAgentForm(ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    communes = CharField(
        label=_("Communes de la tournée"),
        required=False,
        max_length=2000,
        help_text=_("Codes officiels géographiques, séparés par des espaces. Vide : bureau seulement."),
    )

    class Meta:
        model = PostalAgent
        fields = ("account", "office", "communes")
        help_texts = {  # noqa: RUF012  (read only, as Django declares it)
            "account": _(
                "Un compte sans dossier ni droits au bureau. Le groupe « Agents postaux » se donne sur le compte."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["communes"] = " ".join(self.instance.communes)

    def clean_account(self) -> Any:
        """Whoever decides for others has one role, and whoever has a file of her own keeps another account for it."""
        account: Any = self.cleaned_data["account"]
        if account.is_staff:
            raise ValidationError(_("Ce compte est celui d’un agent du bureau."))
        if account.verifications.exists():
            raise ValidationError(_("Ce compte a un dossier : l’agent doit en avoir un autre pour son travail."))
        return account

    def clean_communes(self) -> list[str]:
        codes = str(self.cleaned_data["communes"]).upper().split()
        for code in codes:
            commune = communes.by_code(code, "")
            if commune is None or commune.code != code:
                raise ValidationError(_("Aucune commune n’a le code %(code)s."), params={"code": code})
        return codes


@admin.register(PostalAgent)
class PostalAgentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    form = PostalAgentForm
    list_display = ("email", "office", "round")
    list_select_related = ("account", "office")
    raw_id_fields = ("account", "office")

    @admin.display(description=_("compte"))
    def email(self, agent: PostalAgent) -> str:
        account: Any = agent.account
        return str(account.email)

    @admin.display(description=_("tournée"))
    def round(self, agent: PostalAgent) -> str:
        return ", ".join(agent.communes)

    def has_delete_permission(self, request: HttpRequest, obj: PostalAgent | None = None) -> bool:
        return False  # her meetings name her; without her group, office and communes she holds none

    def save_model(self, request: HttpRequest, obj: PostalAgent, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        where = [*([obj.office.identifier] if obj.office else []), *obj.communes]
        journal.record(obj.account, "postal_agent_placed", actor=request.user, where=where)
