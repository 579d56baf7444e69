"""What the pages on the way to a meeting share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from enrollment.models import Enrollment
from enrollment.services import appointment as bookings
from enrollment.services import place
from enrollment.steps.base import EnrollmentStep
from identite.funnel import Text
from identite.quotas import QuotaExceeded
from identite.templatetags.dates import when
from identite.transitions import TransitionNotAllowed
from verification.face_to_face.appointments import Full
from verification.face_to_face.models import Place
from verification.models import Mode

CROWDED = _(
    "Vous avez pris ou changé trop de rendez-vous en un jour. Le prochain changement sera possible %(when)s. "
    "Ce qui est prévu reste prévu."
)


def face_to_face(enrollment: Enrollment) -> bool:
    """Are the pages of this way on the file's route?"""
    return enrollment.mode == Mode.FACE_TO_FACE


def is_booked(enrollment: Enrollment, where: Place) -> bool:
    """Is what the pages say booked: there, and at home at this address? Once the meeting took place, what was."""
    appointment = place.appointment_of(enrollment)
    if appointment is None:
        return False
    if place.standing(enrollment) is None:
        return True
    return appointment.place == where and (where == Place.OFFICE or place.is_at(appointment, enrollment))


class MeetingStep(EnrollmentStep):
    """A page on the way to an appointment: open until the meeting took place, or its term is over."""

    @classmethod
    def opens(cls, enrollment: Enrollment) -> bool:
        return enrollment.verification is None or place.standing(enrollment) is not None


class BookingStep(MeetingStep):
    """A page that books, or changes what is booked. Until it does, what is booked stands."""

    full: Text = ""  # what the form says where no place is left, at its field `asked`
    asked = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "stay" in request.POST:
            place.stay(self.subject)
            self.reload()
            return redirect(self.next_url())
        return super().post(request, *args, **kwargs)

    def book(self, form: Any, **wish: Any) -> HttpResponse:
        try:
            bookings.book(self.subject, **wish)
        except Full:
            self.refresh(form)
            form.add_error(self.asked, self.full)
            return self.form_invalid(form)
        except QuotaExceeded as exceeded:
            form.add_error(self.asked, CROWDED % {"when": when(exceeded.until)})
            return self.form_invalid(form)
        except TransitionNotAllowed:
            return self.frozen()
        self.reload()
        return redirect(self.next_url())

    def refresh(self, form: Any) -> None:
        """What the form lists has changed since it was read."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            standing=place.standing(self.subject), last_day=bookings.last_day(self.subject), **kwargs
        )
