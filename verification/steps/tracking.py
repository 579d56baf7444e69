"""Screen 27: «Suivi de votre courrier», the last page. What it offers depends on the state: wait, accept, see why."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from identite.funnel import Step
from identite.transitions import TransitionNotAllowed
from verification.letter import answers
from verification.letter.timeline import timeline
from verification.models import Verification, VerificationState
from verification.review.reasons import reason_texts
from verification.views import VerificationStep


class TrackingForm(forms.Form):
    """The recipient accepts the letter, or refuses it; both only once identified (CPCE R.53-3)."""

    action = forms.ChoiceField(choices=[("accept", "accept"), ("refuse", "refuse")])


class TrackingView(VerificationStep):
    form_class = TrackingForm

    def form_valid(self, form: TrackingForm) -> HttpResponse:
        try:
            if form.cleaned_data["action"] == "accept":
                answers.accept(self.subject)
                return redirect("verification:content")
            answers.refuse(self.subject)
        except TransitionNotAllowed:
            pass  # another tab was first: the page shows what came of it
        return redirect("verification:tracking")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = getattr(self.subject, "case", None)
        decision = case.last_decision if case else None
        return super().get_context_data(
            entries=timeline(self.subject.letter),
            proofs=self.subject.letter.proofs.all(),
            case=case,
            reasons=reason_texts(decision.reasons)
            if decision and self.subject.state == VerificationState.REFUSED
            else [],
            **kwargs,
        )


STEP: Step[Verification] = Step(
    slug="tracking",
    title=_("Suivi de votre courrier"),
    view=TrackingView,
    is_done=lambda verification: False,
    shown=False,
)
