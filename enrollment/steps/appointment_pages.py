"""Around the appointment's page: a sheet to print, a file for calendars, and giving it up."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from enrollment.models import Enrollment
from enrollment.services import appointment as bookings
from enrollment.services import place
from enrollment.steps import appointment
from enrollment.steps.base import EnrollmentMixin
from identite.transitions import TransitionNotAllowed
from verification.face_to_face import ics
from verification.face_to_face.models import Appointment


class AppointmentPage(EnrollmentMixin, TemplateView):
    """Open as long as the meeting may take place."""

    step = appointment.STEP

    @classmethod
    def opens(cls, enrollment: Enrollment) -> bool:
        return place.standing(enrollment) is not None

    @property
    def appointment(self) -> Appointment:
        verification = self.subject.verification
        assert verification is not None  # noqa: S101  (`opens` has seen it)
        return verification.appointment

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **appointment.shown(self.appointment),
            appointment_url=self.funnel.url(self.step),
            person=self.subject,
            **kwargs,
        )


class SheetView(AppointmentPage):
    template_name = "enrollment/appointment_sheet.html"


class CalendarView(AppointmentPage):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = HttpResponse(ics.invitation(self.appointment), content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{ics.NAME}"'
        return response


class CancelView(AppointmentPage):
    """Asks once more, says what becomes of the file, gives the appointment up."""

    template_name = "enrollment/appointment_cancel.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            bookings.cancel(self.subject)
        except TransitionNotAllowed:
            return self.frozen()
        self.reload()
        messages.success(
            request, _("Votre rendez-vous est annulé. Vos réponses sont gardées\u00a0: choisissez comment continuer.")
        )
        return redirect(self.next_url())
