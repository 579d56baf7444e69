"""Where the citizen meets the agent: her address, and whether she goes to an office or the postman comes."""

from typing import Any

from django.db import transaction

from enrollment.models import Enrollment, EnrollmentState
from enrollment.services.answers import AnswersFrozen
from identite.fields import for_update
from identite.locks import locked
from verification.face_to_face.models import Appointment
from verification.models import Mode, VerificationState


def appointment_of(enrollment: Enrollment) -> Appointment | None:
    """The file's appointment, whatever became of it."""
    verification = enrollment.verification
    return getattr(verification, "appointment", None) if verification is not None else None


@transaction.atomic
def set_address(enrollment: Enrollment, *, street: str, complement: str, postal_code: str, commune: str) -> None:
    """commune: COG code. Raises AnswersFrozen where no meeting lies ahead any more."""
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


def _write(enrollment: Enrollment, **answers: Any) -> None:
    row = locked(enrollment, "verification")
    running = row.verification
    if (
        row.state != EnrollmentState.PROVING
        or row.mode != Mode.FACE_TO_FACE
        or (running is not None and running.state != VerificationState.OPEN)
    ):
        raise AnswersFrozen
    Enrollment.objects.filter(pk=row.pk).update(**for_update(row, **answers))
    for name, value in answers.items():
        setattr(enrollment, name, value)
