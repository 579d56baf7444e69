"""Every mail and text message of an identity proven in person, brought about for the walk."""

from datetime import date

from django.db import transaction

from enrollment.models import Enrollment
from enrollment.services import activation
from enrollment.services import appointment as bookings
from identite import locks
from tests.verification.face_to_face.factories import OfficeFactory
from tests.verification.face_to_face.helpers import BEAUVAIS, book_home, book_office, file_of, make_in_person, present
from verification import transitions
from verification.face_to_face import appointments, dates, mails, rounds
from verification.face_to_face.models import Appointment, HalfDay, Office, Round
from verification.models import Case, Mode
from verification.review import services as review
from verification.review.reasons import reasons_of


def make_appointments(label: str) -> None:
    """At home and at an office; each booked, changed, reminded of, missed, cancelled, lapsed, refused, proven, stopped."""
    for weekday in range(6):
        for half in HalfDay:
            Round.objects.get_or_create(
                commune_code="", weekday=weekday, half_day=half, defaults={"capacity": len(HalfDay) * 20}
            )
    day = rounds.open_days(BEAUVAIS, until=dates.last_day(BEAUVAIS))[0].date
    office = OfficeFactory(hours={0: "09:00-12:00 14:00-17:30", 5: "09:00-12:00"})
    for at_home in (True, False):
        _fates(day, office, label, at_home=at_home)


def _fates(day: date, office: Office, label: str, *, at_home: bool) -> None:
    def booked(enrollment: Enrollment | None = None) -> Appointment:
        return book_home(enrollment, day) if at_home else book_office(enrollment, office)

    enrollment = make_in_person()
    book_office(enrollment, office) if at_home else book_home(enrollment, day)
    changed = booked(enrollment)
    mails.remind(changed)
    bookings.cancel(file_of(changed))
    appointments.miss(booked(), label=label)
    late = booked()
    Appointment.objects.filter(pk=late.pk).update(due_at=late.booked_at)
    appointments.lapse(present(late))
    every = [reason.code for reason in reasons_of(Mode.FACE_TO_FACE)]
    transitions.move(booked().verification, "turn_away", label=label, reasons=every)
    transitions.move(booked().verification, "stop", label=label)
    read_again = booked()
    transitions.move(read_again.verification, "submit", label=label)
    review.decide(Case.objects.get(verification=read_again.verification), "approve", label=label)
    _guess(read_again)


def _guess(appointment: Appointment) -> None:
    """Somebody types activation codes until the file stops."""
    enrollment = file_of(appointment)
    Enrollment.objects.filter(pk=enrollment.pk).update(wrong_activation_codes=10_000)
    with transaction.atomic():
        activation.check_code(locks.locked(enrollment, "account", "verification"), "000000", client="192.0.2.1")
