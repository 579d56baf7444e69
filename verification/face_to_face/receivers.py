"""What becomes of a verification, followed by its appointment: whoever moves a verification need not know that there is one."""

from collections.abc import Callable, Sequence
from typing import Any

from django.dispatch import receiver

from verification import transitions
from verification.face_to_face import appointments, decisions, mails
from verification.face_to_face.models import STANDING, Appointment
from verification.models import Mode, Verification
from verification.review.reasons import reason_texts
from verification.signals import verification_changed


@receiver(verification_changed, dispatch_uid="face_to_face.follow_verification")
def follow_verification(*, verification: Verification, event: str, reasons: Sequence[str] = (), **_more: Any) -> None:
    """Runs inside the transaction that changed the verification: both change, or neither does.

    What the appointment itself brought about (lapsed) is done where it happens.
    """
    if verification.mode != Mode.FACE_TO_FACE or event not in FOLLOWED:
        return
    rows = Appointment.objects.select_related("verification__applicant", "office", "slot")
    appointment = rows.filter(verification=verification).first()
    if appointment is not None:
        FOLLOWED[event](appointment, reasons)


def _held(appointment: Appointment, _reasons: Sequence[str]) -> None:
    """The agent has decided: the appointment was kept."""
    if appointment.state in STANDING:
        appointments.hold(appointment)


def _submitted(appointment: Appointment, reasons: Sequence[str]) -> None:
    _held(appointment, reasons)
    mails.tell(appointment, "meeting_submitted", case=appointment.verification.case)


def _approved(appointment: Appointment, _reasons: Sequence[str]) -> None:
    """The person has been met already: nothing is left to be proven."""
    transitions.move(appointment.verification, "prove", label="verification")


def _refused(appointment: Appointment, reasons: Sequence[str]) -> None:
    _held(appointment, reasons)
    mails.tell(appointment, "meeting_refused", reasons=reason_texts(reasons))


def _checked(appointment: Appointment, _reasons: Sequence[str]) -> None:
    """It may have been the last photo of a meeting that ended meanwhile."""
    decisions.conclude_accepted(appointment.verification)


def _ended(appointment: Appointment, _reasons: Sequence[str]) -> None:
    if appointment.state in STANDING:
        appointments.cancel(appointment)


FOLLOWED: dict[str, Callable[[Appointment, Sequence[str]], None]] = {
    "prove": _held,
    "submit": _submitted,
    "approve": _approved,
    "turn_away": _refused,
    "photo_checked": _checked,
    "refuse": _refused,
    "stop": _ended,
    "abandon": _ended,
}
