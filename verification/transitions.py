"""Every change of state of a verification. Nothing else writes `state`."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Model

from identite.transitions import Arrow, follow
from verification.models import Verification, VerificationState
from verification.signals import verification_changed

ARROWS: dict[str, Arrow] = {
    "submit": Arrow({VerificationState.OPEN}, VerificationState.SUBMITTED),
    "approve": Arrow({VerificationState.SUBMITTED}, VerificationState.APPROVED),
    "refuse": Arrow({VerificationState.SUBMITTED}, VerificationState.REFUSED),
    "accept_letter": Arrow({VerificationState.APPROVED}, VerificationState.PROVEN),
    # In person: accepted at the meeting, or by the desk after it.
    "prove": Arrow({VerificationState.OPEN, VerificationState.APPROVED}, VerificationState.PROVEN),
    "turn_away": Arrow({VerificationState.OPEN}, VerificationState.REFUSED),
    "stop": Arrow(
        {VerificationState.OPEN, VerificationState.SUBMITTED, VerificationState.APPROVED}, VerificationState.STOPPED
    ),
    # An identification in time stops the lapse: only an open verification lapses.
    "lapse": Arrow({VerificationState.OPEN}, VerificationState.LAPSED),
    # Another mode was chosen before anything had begun, or the enrollment itself lapsed.
    "abandon": Arrow({VerificationState.OPEN}, VerificationState.ABANDONED),
}
STAMPS = {"submit": "submitted_at", "approve": "decided_at", "refuse": "decided_at", "turn_away": "decided_at"}


@transaction.atomic
def move(
    verification: Verification, name: str, *, actor: Model | None = None, label: str = "", reasons: Sequence[str] = ()
) -> Verification:
    """Follow one arrow and report it, in one transaction. reasons: codes. Raises TransitionNotAllowed."""
    why = ", ".join(reasons)
    fresh = follow(ARROWS, name, verification, actor=actor, label=label, reason=why, stamp=STAMPS.get(name, ""))
    report(fresh, name, reasons)
    return fresh


def report(verification: Verification, event: str, reasons: Sequence[str] = ()) -> None:
    """Send the one signal of this room: see verification.signals."""
    verification_changed.send(Verification, verification=verification, event=event, reasons=reasons)
