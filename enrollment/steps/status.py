"""After screen 21: where the file stands, and what can be done about it. The funnel's last page is never done."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy

from enrollment import phones
from enrollment.documents import may_go_online
from enrollment.models import Enrollment, EnrollmentState
from enrollment.services import activation, files, letter
from enrollment.steps.base import VERIFICATION, EnrollmentStep
from enrollment.steps.state import token
from identite import qr
from identite.codes.views import ResendMixin, code_context
from identite.funnel import Step
from identite.http import absolute
from identite.transitions import TransitionNotAllowed
from verification.face_to_face.models import Meeting, MeetingState
from verification.letter.models import LetterState
from verification.models import Mode, Verification, VerificationState
from verification.review.reasons import reason_texts

STAGES = {
    EnrollmentState.UNDER_REVIEW: 2,
    EnrollmentState.APPROVED: 2,
    EnrollmentState.PROVEN: 3,
    EnrollmentState.ACTIVATED: 5,
    EnrollmentState.SUSPENDED: 5,
}
# What ended a file that is refused, where no agent did.
ENDED_BY: dict[str, str] = {VerificationState.STOPPED: "stopped", VerificationState.PROVEN: "codes"}
ENDED = frozenset({"refused", "stopped", "codes", "bounced", "letter_lapsed", "appointment_lapsed"})
WAITING = (EnrollmentState.PROVING, EnrollmentState.UNDER_REVIEW, EnrollmentState.APPROVED, EnrollmentState.PROVEN)


ACTIONS: dict[str, Callable[[Enrollment], Enrollment]] = {
    "attempt": letter.new_attempt,
    "face_to_face": lambda enrollment: files.begin_again(enrollment, Mode.FACE_TO_FACE),
    "correct": files.correct,
}


class StatusForm(forms.Form):
    """attempt: online; face_to_face: an appointment."""

    action = forms.ChoiceField(choices=[(name, name) for name in ACTIONS])


class StatusView(ResendMixin, EnrollmentStep):
    form_class = StatusForm

    def send_again(self) -> None:
        activation.resend_code(self.subject, client=self.client)

    def resend(self) -> HttpResponse:
        try:
            return super().resend()
        except TransitionNotAllowed:
            return self.frozen()

    def form_valid(self, form: StatusForm) -> HttpResponse:
        try:
            ACTIONS[form.cleaned_data["action"]](self.subject)
        except TransitionNotAllowed:
            return self.frozen()
        self.reload()
        return redirect(self.next_url())

    def form_invalid(self, form: StatusForm) -> HttpResponse:
        return redirect(self.next_url())  # no button of this page sends that: there is no field to mend

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        enrollment, verification = self.subject, self.subject.verification
        found, met = situation(enrollment), activation.in_person(enrollment)
        context: dict[str, Any] = {
            "situation": found,
            "verification": verification,
            "letter": verification.letter if verification and not met else None,
            "in_person": met,
            "may_go_online": found in ENDED and may_go_online(enrollment),
            "stage": STAGES.get(EnrollmentState(enrollment.state), 1),
            "email": enrollment.account.email,
            "tracking_url": reverse("verification:tracking"),
            "app_url": absolute(activation.APP_PATH),
        }
        if enrollment.state in WAITING:
            context |= {"poll_url": reverse("enrollment:state"), "poll_state": token(enrollment)}
        if found == "refused" and verification is not None:
            context["reasons"] = reason_texts(reasons(verification))
        if found == "under_review" and verification is not None:
            context["case"] = getattr(verification, "case", None)
        if found == "proven":
            context |= activation_help(enrollment)
        return super().get_context_data(**context, **kwargs)


def reasons(verification: Verification) -> list[str]:
    """Codes of the decision: the desk's, or of whoever met the person."""
    case = getattr(verification, "case", None)
    decision = case.last_decision if case else None
    if decision is not None:
        return list(decision.reasons)
    meeting = Meeting.objects.filter(appointment__verification=verification, state=MeetingState.REFUSED).first()
    return list(meeting.reasons) if meeting is not None else []


def activation_help(enrollment: Enrollment) -> dict[str, Any]:
    """What the page says of the activation code, and the way to the app."""
    return code_context(activation.ACTIVATION, enrollment) | {
        "number": phones.display(enrollment.mobile),
        "qr": qr.drawn(absolute(activation.APP_PATH)),
    }


def situation(enrollment: Enrollment) -> str:
    """Which of its texts the page shows."""
    verification = enrollment.verification
    if enrollment.state == EnrollmentState.PROVING and verification is not None:
        if verification.mode == Mode.FACE_TO_FACE:
            return "appointment_lapsed"
        return "bounced" if verification.letter.state == LetterState.BOUNCED else "letter_lapsed"
    if enrollment.state == EnrollmentState.REFUSED:
        return ENDED_BY.get(verification.state, "refused") if verification is not None else "refused"
    return enrollment.state


STEP: Step[Enrollment] = Step(
    slug="status",
    title=gettext_lazy("Où en est votre dossier"),
    view=StatusView,
    is_done=lambda enrollment: False,
    group=VERIFICATION,
    shown=False,
)
