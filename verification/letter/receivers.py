"""What becomes of a verification, followed by its letter: whoever moves a verification need not know that there is one."""

from collections.abc import Callable, Sequence
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from verification.letter.deposit import deposit
from verification.letter.mails import tell
from verification.letter.models import RegisteredLetter
from verification.letter.records import record_event, withdraw
from verification.models import Mode, Verification
from verification.review.reasons import reason_texts
from verification.signals import verification_changed


@receiver(verification_changed, dispatch_uid="letter.follow_verification")
def follow_verification(*, verification: Verification, event: str, reasons: Sequence[str] = (), **_more: Any) -> None:
    """Runs inside the transaction that changed the verification: both change, or neither does.

    What the letter itself brought about (accepted, neglected, bounced) is done where it happens.
    """
    if verification.mode != Mode.ONLINE:
        return
    if event == "open":
        deposit(verification)
    elif event in FOLLOWED:
        FOLLOWED[event](verification.letter, reasons)


def _submitted(letter: RegisteredLetter, _reasons: Sequence[str]) -> None:
    RegisteredLetter.objects.filter(pk=letter.pk).update(identified_at=timezone.now())
    record_event(letter, "identification_recorded")
    record_event(letter, "in_process")
    tell(letter, "verification_submitted", case=letter.verification.case)


def _approved(letter: RegisteredLetter, _reasons: Sequence[str]) -> None:
    record_event(letter, "approved")
    tell(letter, "letter_decided", approved=True)


def _refused(letter: RegisteredLetter, reasons: Sequence[str]) -> None:
    record_event(letter, "identification_refused")
    withdraw(letter)
    tell(letter, "letter_decided", approved=False, reasons=reason_texts(reasons))


def _ended(letter: RegisteredLetter, _reasons: Sequence[str]) -> None:
    withdraw(letter)


FOLLOWED: dict[str, Callable[[RegisteredLetter, Sequence[str]], None]] = {
    "submit": _submitted,
    "approve": _approved,
    "refuse": _refused,
    "stop": _ended,
    "abandon": _ended,
}
