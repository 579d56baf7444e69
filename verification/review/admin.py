"""The agents' desk in the Django admin. Agents act, they do not edit: each decision is a page that calls a transition."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from identite import journal, references
from identite.journal import Journal
from identite.transitions import TransitionNotAllowed
from verification.capture.media import serve
from verification.capture.models import Capture
from verification.models import Case
from verification.review.dossier import OUTCOME_NAMES, read_dossier
from verification.review.forms import ApproveForm, RefuseForm
from verification.review.models import CaseState, Verdict
from verification.review.reasons import REASONS
from verification.review.services import decide

admin.site.login_template = "admin/agents_login.html"
admin.site.site_header = _("Bureau des agents")
admin.site.site_title = _("Bureau des agents")
admin.site.index_title = _("Que voulez-vous faire ?")


class QueueFilter(admin.SimpleListFilter):
    """Work queues rather than columns; the first one is what waits."""

    title = _("file")
    parameter_name = "file"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("late", _("En retard")),
            ("disputed", _("Contestés par un contrôle")),
            ("alert", _("Alertes")),
            ("decided", _("Décidés")),
            ("all", _("Tous")),
        ]

    def choices(self, changelist: Any) -> Any:
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": _("À examiner"),
        }
        for lookup, title in self.lookup_choices:
            yield {
                "selected": self.value() == str(lookup),
                "query_string": changelist.get_query_string({self.parameter_name: lookup}),
                "display": title,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        waiting = queryset.filter(state=CaseState.WAITING)
        match self.value():
            case "late":
                return waiting.filter(due_at__lt=timezone.now())
            case "disputed":
                return waiting.exclude(outcome="pass")
            case "alert":
                return queryset.exclude(alert="")
            case "decided":
                return queryset.filter(state__in=(CaseState.APPROVED, CaseState.REFUSED)).order_by("-decided_at")
            case "all":
                return queryset
        return waiting


@admin.register(Case)
class CaseAdmin(admin.ModelAdmin):
    """The queue by deadline, the case page, the two decision pages, the evidence."""

    list_display = ("shown_reference", "document", "checks", "deadline", "where", "alert")
    list_filter = (QueueFilter,)
    list_select_related = ("verification",)
    search_fields = ("=reference",)
    search_help_text = _("Référence du dossier (8 caractères)")
    list_per_page = 50
    show_full_result_count = False
    ordering = ("due_at",)
    change_form_template = "admin/verification/case.html"

    # --- The list ---

    @admin.display(description=_("Dossier"), ordering="due_at")
    def shown_reference(self, case: Case) -> str:
        return str(case)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Case], search_term: str) -> Any:
        """A reference is found with or without its dash, in whatever case it is typed."""
        return super().get_search_results(request, queryset, references.typed(search_term))

    @admin.display(description=_("Pièce"))
    def document(self, case: Case) -> str:
        return case.verification.get_document_kind_display()

    @admin.display(description=_("Contrôles"), ordering="outcome")
    def checks(self, case: Case) -> SafeString:
        return format_html('<span class="outcome {}">{}</span>', case.outcome, OUTCOME_NAMES[case.outcome])

    @admin.display(description=_("À décider avant"), ordering="due_at")
    def deadline(self, case: Case) -> SafeString | str:
        shown = timezone.localtime(case.due_at).strftime("%d/%m/%Y %H:%M")
        if case.state == CaseState.WAITING and case.due_at < timezone.now():
            return format_html('<strong class="late">{} – {}</strong>', shown, _("en retard"))
        return shown

    @admin.display(description=_("État"))
    def where(self, case: Case) -> str:
        return case.get_state_display()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Dossiers à vérifier"), **(extra_context or {})})

    # --- What agents may do ---

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def may_decide(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("verification.decide_case"))

    # --- Pages ---

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/approve/", view(self.approve), name="case-approve"),
            path("<uuid:pk>/refuse/", view(self.refuse), name="case-refuse"),
            path("<uuid:pk>/evidence/<uuid:capture>/<str:which>/", view(self.evidence), name="case-evidence"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The case page. Opening it is journalled."""
        try:
            pk = UUID(object_id)
        except ValueError:
            raise Http404 from None
        case = self._case(request, pk)
        if request.method == "GET":
            journal.record(case, "case_read", actor=request.user)
        context = {
            **self._context(request, case),
            "title": _("Dossier %(reference)s") % {"reference": case},
            "dossier": read_dossier(case.verification),
            "decisions": case.decisions.all(),
            "may_decide": self.may_decide(request) and case.state == CaseState.WAITING,
        }
        return TemplateResponse(request, "admin/verification/case.html", context)

    def approve(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._decide(
            request, pk, Verdict.APPROVE, ApproveForm(request.POST if request.method == "POST" else None)
        )

    def refuse(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._decide(request, pk, Verdict.REFUSE, RefuseForm(request.POST if request.method == "POST" else None))

    def _decide(self, request: HttpRequest, pk: UUID, verdict: str, form: Any) -> HttpResponse:
        if not self.may_decide(request):
            raise PermissionDenied
        case = self._case(request, pk)
        if case.state != CaseState.WAITING:
            messages.warning(request, _("Ce dossier est déjà décidé : rien n’a été changé."))
            return redirect("admin:verification_case_change", case.pk)
        if request.method == "POST" and form.is_valid():
            answers = {"reasons": form.cleaned_data.get("reasons", ()), "note": form.cleaned_data["note"]}
            try:
                decide(case, verdict, actor=request.user, **answers)
            except TransitionNotAllowed:
                messages.warning(request, _("Un collègue a décidé entre-temps : rien n’a été changé."))
                return redirect("admin:verification_case_change", case.pk)
            messages.success(
                request,
                _("Dossier %(reference)s : décision enregistrée, la personne est prévenue.") % {"reference": case},
            )
            return redirect("admin:verification_case_changelist")
        context = {
            **self._context(request, case),
            "title": _("Accepter l’identification") if verdict == Verdict.APPROVE else _("Refuser l’identification"),
            "form": form,
            "verdict": verdict,
            "all_reasons": REASONS.values(),
        }
        return TemplateResponse(request, "admin/verification/decide.html", context)

    def evidence(self, request: HttpRequest, pk: UUID, capture: UUID, which: str) -> HttpResponseBase:
        """One image or video of this case. Looking at it is an entry of the journal."""
        case = self._case(request, pk)
        row = get_object_or_404(
            Capture.objects.select_related("verification"), pk=capture, verification=case.verification
        )
        return serve(row, which, request)

    def _case(self, request: HttpRequest, pk: UUID) -> Case:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Case.objects.select_related("verification__applicant"), pk=pk)

    def _context(self, request: HttpRequest, case: Case) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "case": case,
            "verification": case.verification,
            "list_url": reverse("admin:verification_case_changelist"),
        }


@admin.register(Journal)
class JournalAdmin(admin.ModelAdmin):
    """The journal, to read."""

    list_display = ("at", "event", "before", "after", "actor_label", "reason", "chain")
    list_filter = ("event",)
    search_fields = ("=chain",)
    date_hierarchy = None
    show_full_result_count = False
    list_per_page = 50
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
