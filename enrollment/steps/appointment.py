"""Screen 33: the appointment, until it is kept, missed or over. What to bring, how it goes, how to change it."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enrollment import phones
from enrollment.models import Enrollment
from enrollment.services import appointment as bookings
from enrollment.steps.base import VERIFICATION
from enrollment.steps.meeting import MeetingStep, face_to_face
from enrollment.steps.state import token
from identite.codes.views import ResendMixin, code_context
from identite.funnel import Step
from identite.transitions import TransitionNotAllowed
from verification.documents import drawing
from verification.face_to_face import codes, places
from verification.face_to_face.models import Appointment
from verification.face_to_face.offices import opening, week
from verification.models import VerificationState


class NothingForm(forms.Form):
    """The page has buttons for a new code only."""


class AppointmentView(ResendMixin, MeetingStep):
    form_class = NothingForm

    @classmethod
    def opens(cls, enrollment: Enrollment) -> bool:
        """Once something came of it, or the term is over, the file's own page says how it goes on."""
        return enrollment.verification is not None and enrollment.verification.state == VerificationState.OPEN

    def send_again(self) -> None:
        bookings.resend_code(self.subject, client=self.client)

    def resend(self) -> HttpResponse:
        try:
            return super().resend()
        except TransitionNotAllowed:
            return self.frozen()

    def form_valid(self, form: NothingForm) -> HttpResponse:
        return redirect(self.next_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        appointment = self.subject.verification.appointment  # type: ignore[union-attr]  # `opens` has seen it
        return super().get_context_data(
            **shown(appointment),
            **code_context(codes.APPOINTMENT, appointment),
            number=phones.display(self.subject.mobile),
            poll_url=reverse("enrollment:state"),
            poll_state=token(self.subject),
            stage=1,
            **kwargs,
        )


def shown(appointment: Appointment) -> dict[str, Any]:
    """What page and sheet say of it."""
    office, slot = appointment.office, appointment.slot
    hours = list(office.hours.all()) if office is not None else []
    return {
        "appointment": appointment,
        "where": places.lines(appointment),
        "span": places.span(slot.half_day) if slot is not None else "",
        "week": week(hours),
        "opening": opening(office, hours, timezone.now()) if office is not None else None,
        "document_drawing": drawing(appointment.verification.document_kind),
        "document": appointment.verification.get_document_kind_display(),
    }


STEP: Step[Enrollment] = Step(
    slug="appointment",
    title=_("Votre rendez-vous"),
    view=AppointmentView,
    is_done=lambda enrollment: enrollment.verification is not None and not AppointmentView.opens(enrollment),
    applies=face_to_face,
    group=VERIFICATION,
)
