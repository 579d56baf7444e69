"""The pages of one case: what there is to see, the two decisions, the evidence."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.generic import FormView, TemplateView
from django.views.generic.base import ContextMixin, View

from identite import journal
from identite.transitions import TransitionNotAllowed
from verification.capture.media import serve
from verification.capture.models import Capture
from verification.models import Case
from verification.review.dossier import read_dossier
from verification.review.forms import ApproveForm, RefuseForm
from verification.review.models import CaseState, Verdict
from verification.review.services import OwnCase, decide, refuse_own, typed_by_hand
from verification.review.shown import birth_country

VIEW, DECIDE = "verification.view_case", "verification.decide_case"


def find_case(request: HttpRequest, pk: UUID, *permissions: str) -> Case:
    """The case, for an agent who may see it, has `permissions` and is not its person. Raises PermissionDenied, Http404."""
    if not request.user.has_perms([VIEW, *permissions]):
        raise PermissionDenied
    case = get_object_or_404(Case.objects.select_related("verification__applicant"), pk=pk)
    try:
        refuse_own(case, request.user, "open")
    except OwnCase:
        raise PermissionDenied(
            _("Ce dossier est le vôtre : un ou une collègue doit s’en occuper. Votre essai est inscrit au journal.")
        ) from None
    return case


class CasePage(ContextMixin, View):
    """Base of the pages of one case."""

    case: Case
    title: str | Promise
    permissions: tuple[str, ...] = ()

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.case = find_case(request, kwargs["pk"], *self.permissions)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **admin.site.each_context(self.request),
            opts=Case._meta,
            title=self.title,
            case=self.case,
            verification=self.case.verification,
            list_url=reverse("admin:verification_case_changelist"),
            **kwargs,
        )


class ReadCase(CasePage, TemplateView):
    """The case page. Opening it is journalled."""

    template_name = "admin/verification/case.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.title = str(_("Dossier %(reference)s")) % {"reference": self.case}
        journal.record(self.case, "case_read", actor=request.user)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            dossier=read_dossier(self.case),
            birth_country=birth_country(self.case.verification.birth_country),
            typed_by_hand=typed_by_hand(self.case.verification),
            may_decide=self.request.user.has_perm(DECIDE) and self.case.state == CaseState.WAITING,
            **kwargs,
        )


class DecideCase(CasePage, FormView):  # type: ignore[type-arg]  # generic in the stubs only
    """Base of the two decisions: a page that says what follows, a form, a transition."""

    template_name = "admin/verification/decide.html"
    permissions = (DECIDE,)
    verdict: Verdict

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.case.state != CaseState.WAITING:
            return self.nothing_changed(_("Ce dossier est déjà décidé : rien n’a été changé."))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"mode": self.case.verification.mode}

    def form_valid(self, form: Any) -> HttpResponse:
        answers = {"reasons": form.cleaned_data.get("reasons", ()), "note": form.cleaned_data["note"]}
        try:
            decide(self.case, self.verdict, actor=self.request.user, **answers)
        except TransitionNotAllowed:
            return self.nothing_changed(_("Un collègue a décidé entre-temps : rien n’a été changé."))
        done = _("Dossier %(reference)s : décision enregistrée, la personne est prévenue.")
        messages.success(self.request, str(done) % {"reference": self.case})
        return redirect("admin:verification_case_changelist")

    def nothing_changed(self, why: str | Promise) -> HttpResponse:
        messages.warning(self.request, str(why))
        return redirect("admin:verification_case_change", self.case.pk)


class ApproveCase(DecideCase):
    form_class = ApproveForm
    verdict = Verdict.APPROVE
    title = _("Accepter l’identification")


class RefuseCase(DecideCase):
    form_class = RefuseForm
    verdict = Verdict.REFUSE
    title = _("Refuser l’identification")


@require_safe
def evidence(request: HttpRequest, pk: UUID, capture: UUID, which: str) -> HttpResponseBase:
    """One image or video of this case. Looking at it is an entry of the journal."""
    case = find_case(request, pk)
    row = get_object_or_404(Capture.objects.select_related("verification"), pk=capture, verification=case.verification)
    return serve(row, which, request)
