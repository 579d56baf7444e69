"""The agents' desk in the Django admin: the queues, and the way to the pages of one case."""

from typing import Any, NoReturn

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from identite import references
from identite.admin import ReadOnlyAdmin
from identite.templatetags.dates import when
from verification.models import Case
from verification.review import views
from verification.review.dossier import OUTCOME_NAMES
from verification.review.models import CaseState
from verification.review.queues import QueueFilter


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """Agents act, they do not edit: a case is read, and each decision is a page of its own that calls a transition."""

    list_display = ("shown_reference", "document", "checks", "deadline", "where", "alerted")
    list_filter = (QueueFilter,)
    list_select_related = ("verification",)
    search_fields = ("reference__exact",)
    search_help_text = _("Référence du dossier (8 caractères)")
    ordering = ("due_at",)

    class Media:
        css = {"all": ("css/review.css",)}

    @admin.display(description=_("Dossier"), ordering="due_at")
    def shown_reference(self, case: Case) -> str:
        return str(case)

    @admin.display(description=_("Pièce"))
    def document(self, case: Case) -> str:
        return case.verification.get_document_kind_display()

    @admin.display(description=_("Contrôles"), ordering="outcome")
    def checks(self, case: Case) -> SafeString:
        return format_html('<span class="outcome {}">{}</span>', case.outcome, OUTCOME_NAMES[case.outcome])

    @admin.display(description=_("À décider"), ordering="due_at")
    def deadline(self, case: Case) -> SafeString | str:
        shown = when(case.due_at)
        if case.state == CaseState.WAITING and case.due_at < timezone.now():
            return format_html('<strong class="late">{} – {}</strong>', shown, _("en retard"))
        return shown

    @admin.display(description=_("État"))
    def where(self, case: Case) -> str:
        return case.get_state_display()

    @admin.display(description=_("Alerte"))
    def alerted(self, case: Case) -> str:
        return case.get_alert_display()

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Case], search_term: str) -> Any:
        """A reference is found with or without its dash, in whatever case it is typed. «%» is none, and finds nothing."""
        reference = references.typed(search_term)
        if search_term and not reference:
            return queryset.none(), False
        return super().get_search_results(request, queryset, reference)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/change/", view(views.ReadCase.as_view()), name="verification_case_change"),
            path("<uuid:pk>/approve/", view(views.ApproveCase.as_view()), name="case-approve"),
            path("<uuid:pk>/refuse/", view(views.RefuseCase.as_view()), name="case-refuse"),
            path("<uuid:pk>/evidence/<uuid:capture>/<str:which>/", view(views.evidence), name="case-evidence"),
            *super().get_urls(),
        ]

    def change_view(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Whatever is no case's identifier ends here: the page of one is views.ReadCase."""
        raise Http404
