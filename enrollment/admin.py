"""Agents look an account up; they edit nothing in it. A registration is nobody's business but the citizen's."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from enrollment.models import Account, Enrollment
from identite.admin import ReadOnlyAdmin, whole

PERSON = ("id", "email", "civility", "first_name", "last_name", "phone")
ACCOUNT = ("terms_version", "commercial_offers", "date_joined", "last_login")
RIGHTS = ("is_active", "is_staff", "groups")


@admin.register(Account)
class AccountAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Accounts are made by their owners, agents by a command; a superuser alone may close one or give it rights."""

    list_display = ("email", "last_name", "first_name", "is_staff", "is_active", "date_joined", "last_login")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email_digest__exact", "phone_digest__exact", "last_name_digest__exact")
    search_help_text = _("Adresse e-mail, numéro de téléphone (+33…) ou nom, en entier")
    ordering = ("-date_joined",)
    show_full_result_count = False
    filter_horizontal = ("groups",)
    fieldsets = (
        (None, {"fields": PERSON}),
        (_("Compte"), {"fields": ACCOUNT}),
        (_("Droits"), {"fields": (*RIGHTS, "is_superuser")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Account | None = None) -> tuple[str, ...]:
        """A superuser may close an account and say who is an agent; nothing else can be written here."""
        fixed = (*PERSON, *ACCOUNT, "is_superuser")
        return fixed if request.user.is_superuser else (*fixed, *RIGHTS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        return False

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Account], search_term: str) -> Any:
        return super().get_search_results(request, queryset, whole(search_term))


@admin.register(Enrollment)
class EnrollmentAdmin(ReadOnlyAdmin):
    """Where a file stands, for an agent who answers a citizen. Decisions are taken on the case, nothing is edited here."""

    list_display = ("id", "account_email", "state", "document_kind", "mode", "created_at", "expires_at", "activated_at")
    list_filter = ("state", "document_kind")
    search_fields = ("account__email_digest__exact", "=id", "mobile_digest__exact", "document_digest__exact")
    search_help_text = _(
        "Adresse e-mail, numéro de mobile (+33…), numéro de la pièce ou identifiant du dossier, en entier"
    )
    list_select_related = ("account",)
    ordering = ("-created_at",)
    exclude = (
        "account",
        "verification",
        "unsent",
        "mobile_digest",
        "document_digest",
    )

    @admin.display(description=_("compte"))
    def account_email(self, enrollment: Enrollment) -> str:
        return str(enrollment.account.email)

    def get_readonly_fields(self, request: HttpRequest, obj: Enrollment | None = None) -> tuple[str, ...]:
        return ("account_email", *(field.name for field in Enrollment._meta.fields if field.name not in self.exclude))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Enrollment], search_term: str) -> Any:
        """A number is found with its spaces too; anything that is no identifier is not looked for as one."""
        return super().get_search_results(request, queryset, whole(search_term))
