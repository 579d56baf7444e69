"""What every page of a verification shares: access, order, and the end of answers once it is submitted."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from identite.funnel import Mark, StepMixin, StepView
from verification import access
from verification.models import Verification, VerificationState

# What a phone that took over may do.
CAMERA_STEPS = frozenset({"document", "front", "back", "document-ok", "video-intro", "video"})
# The first of the four stages, «Scan de la pièce d’identité»: complete once both sides are accepted.
SCAN_STEPS = frozenset({"means", "overview", "document", "front", "back"})


def next_url(verification: Verification) -> str:
    """The page where this verification stands."""
    if verification.state != VerificationState.OPEN:
        return reverse("verification:tracking")
    funnel = VerificationMixin.funnel
    return funnel.url(funnel.first_open(verification))


class VerificationMixin(StepMixin):
    """Base of all steps 23 to 27. `self.subject` is the Verification, its letter loaded; `self.scope` the pass's."""

    scope: str = access.LETTER

    def get_subject(self, request: HttpRequest) -> Verification | HttpResponse:
        found = access.visitor(request)
        if found is None:
            return render(request, "verification/no_access.html", status=403)
        self.scope = found.scope
        return found.verification

    def guard(self) -> HttpResponseBase | None:
        state, slug = self.subject.state, self.step.slug
        if self.scope == access.HANDOFF and (slug not in CAMERA_STEPS or state != VerificationState.OPEN):
            return redirect(reverse("verification:handoff-done"))
        if state != VerificationState.OPEN:  # what was submitted does not change any more
            return None if slug == "tracking" else redirect(reverse("verification:tracking"))
        return super().guard()

    def side_bar(self) -> list[Mark]:
        return []  # AR24's pages show the four stages instead

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stage: int | None = 1 if self.step.slug in SCAN_STEPS else 2
        if self.subject.state == VerificationState.PROVEN:
            stage = None  # whether the application is activated by now, only the citizen's file knows
        return super().get_context_data(verification=self.subject, letter=self.subject.letter, stage=stage, **kwargs)


class VerificationStep(VerificationMixin, StepView):
    """A step with a form."""
