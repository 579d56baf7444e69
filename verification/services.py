"""What the room above calls to have an identity proven, and what the captures call when they are complete."""

import uuid
from collections.abc import Sequence

from django.db import transaction

from identite import journal
from identite.journal import Actor
from identite.locks import locked
from verification import transitions
from verification.identity import IDENTITY_FIELDS, IdentityRecord
from verification.models import Mode, Verification, VerificationState


@transaction.atomic
def open_verification(
    *, applicant: Actor, file: uuid.UUID, identity: IdentityRecord, mode: Mode, email: str, mobile: str
) -> Verification:
    """Freeze the typed identity and begin to prove it. `file` is the journal's chain."""
    verification = Verification(applicant=applicant, file=file, mode=mode, email=email, mobile=mobile)
    for name in IDENTITY_FIELDS:
        setattr(verification, name, getattr(identity, name))
    verification.save(force_insert=True)
    journal.record(verification, "verification_opened", actor=applicant, after=VerificationState.OPEN)
    transitions.report(verification, "open")
    return verification


@transaction.atomic
def submit(
    verification: Verification, *, actor: Actor | None = None, label: str = "citizen", reasons: Sequence[str] = ()
) -> Verification:
    """Everything is in, and the desk looks at it. Called twice, the second call changes nothing.

    actor, reasons: who held the meeting, and what of it wants a second look; none where the citizen sent all herself.
    Returns the verification as it then is.
    """
    present = locked(verification)
    if present.state != VerificationState.OPEN:
        return present
    return transitions.move(present, "submit", actor=actor, label=label, reasons=reasons)
