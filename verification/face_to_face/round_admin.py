"""The postmen's rounds, which an agent with the right for it keeps. Who changed what stands in the admin's own history."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from identite import characters
from identite.cog import communes
from verification.models import Round

MOST = 99


class RoundForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    commune_code = characters.CharField(
        label=gettext_lazy("Code de la commune"),
        required=False,
        max_length=5,
        help_text=gettext_lazy(
            "Code officiel géographique, 5 caractères. Vide : toutes les communes qui n’ont aucune tournée à elles. "
            "Une commune qui en a une n’a que les siennes."
        ),
    )

    class Meta:
        model = Round
        fields = ("commune_code", "weekday", "half_day", "capacity")
        help_texts = {  # noqa: RUF012  (read only, as Django declares it)
            "capacity": gettext_lazy("Les rendez-vous déjà pris restent, même au-delà. 0 : personne ne passe.")
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on
        self.fields["capacity"].validators.append(MaxValueValidator(MOST))

    def clean_commune_code(self) -> str:
        code = str(self.cleaned_data["commune_code"]).strip().upper()
        commune = communes.by_code(code, "") if code else None
        if code and (commune is None or commune.code != code):
            raise ValidationError(_("Aucune commune n’a ce code."), code="unknown")
        return code


@admin.register(Round)
class RoundAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    form = RoundForm
    list_display = ("everywhere_or_code", "weekday", "half_day", "capacity")
    list_filter = ("weekday", "half_day")
    search_fields = ("commune_code__exact",)
    search_help_text = gettext_lazy("Code de la commune, en entier")
    show_full_result_count = False

    @admin.display(description=gettext_lazy("commune"), ordering="commune_code")
    def everywhere_or_code(self, row: Round) -> str:
        return row.commune_code or _("toutes les autres")
