"""Where the citizen meets the agent: her address, and whether she goes to an office or the postman comes."""

from typing import Any

from django.db import transaction

from enrollment.models import Enrollment, EnrollmentState
from enrollment.services.answers import AnswersFrozen
from identite.fields import for_update
from identite.locks import locked
from verification.face_to_face.address import ADDRESS_FIELDS
from verification.face_to_face.models import STANDING, Appointment, Place
from verification.models import Mode, VerificationState


def appointment_of(enrollment: Enrollment) -> Appointment | None:
    """The file's appointment, whatever became of it."""
    verification = enrollment.verification
    return getattr(verification, "appointment", None) if verification is not None else None


def standing(enrollment: Enrollment) -> Appointment | None:
    """The appointment that may still take place."""
    verification, appointment = enrollment.verification, appointment_of(enrollment)
    if verification is None or verification.state != VerificationState.OPEN or appointment is None:
        return None
    return appointment if appointment.state in STANDING else None


def is_at(appointment: Appointment, enrollment: Enrollment) -> bool:
    """Does the postman come to the address that the file has now?"""
    return all(getattr(appointment, name) == getattr(enrollment, name) for name in ADDRESS_FIELDS)


@transaction.atomic
def set_address(enrollment: Enrollment, *, street: str, complement: str, postal_code: str, commune: str) -> None:
    """commune: COG code. Raises AnswersFrozen where no meeting lies ahead any more.

    A standing appointment at home keeps its own address until the postman is asked to come to the new one.
    """
    _write(
        enrollment,
        address_street=street,
        address_complement=complement,
        address_postal_code=postal_code,
        address_commune=commune,
    )


@transaction.atomic
def choose_place(enrollment: Enrollment, place: str) -> None:
    """A standing appointment elsewhere stands until another one is booked. Raises AnswersFrozen."""
    _write(enrollment, meeting_place=place)


@transaction.atomic
def stay(enrollment: Enrollment) -> None:
    """Keep the appointment that stands: address and place are again what it was booked for. Raises AnswersFrozen."""
    appointment = standing(locked(enrollment, "verification__appointment"))
    if appointment is None:
        raise AnswersFrozen
    at_home = {name: getattr(appointment, name) for name in ADDRESS_FIELDS} if appointment.place == Place.HOME else {}
    _write(enrollment, meeting_place=appointment.place, **at_home)


def _write(enrollment: Enrollment, **answers: Any) -> None:
    row = locked(enrollment, "verification__appointment")
    if row.state != EnrollmentState.PROVING or row.mode != Mode.FACE_TO_FACE:
        raise AnswersFrozen
    if row.verification is not None and standing(row) is None:
        raise AnswersFrozen
    Enrollment.objects.filter(pk=row.pk).update(**for_update(row, **answers))
    for name, value in answers.items():
        setattr(enrollment, name, value)
