"""What the recipient answers: it is I, it is not I, I accept the letter, I refuse it."""

from django.db import transaction
from django.utils import timezone

from identite import journal
from identite.locks import locked
from identite.transitions import follow
from verification import transitions as verification_transitions
from verification.letter.mails import tell
from verification.letter.models import LetterState, ProofCode, RegisteredLetter
from verification.letter.records import prove, record_event
from verification.letter.transitions import ARROWS
from verification.models import Verification, VerificationState
from verification.review import services as review
from verification.review.models import Alert


@transaction.atomic
def confirm_identity(letter: RegisteredLetter) -> Verification:
    """«Confirmer mon identité»: the identification begins. Done again, it changes nothing."""
    verification = locked(letter.verification)
    if letter.state not in (LetterState.NOTIFIED, LetterState.SENDING) or verification.state != VerificationState.OPEN:
        return verification
    if verification.confirmed_at is None:
        verification.confirmed_at = timezone.now()
        verification.save(update_fields=["confirmed_at"])
        journal.record(verification, "identification_begun", label="citizen")
        record_event(letter, "identification_begun")
    return verification


@transaction.atomic
def not_me(letter: RegisteredLetter) -> Verification:
    """«Je ne suis pas cette personne»: stops the file, alerts the agents. Raises TransitionNotAllowed.

    The room above tells the account.
    """
    verification = verification_transitions.move(letter.verification, "stop", label="letter bearer", reasons=["not_me"])
    record_event(letter, "not_me")
    review.alert(verification, Alert.NOT_ME)
    return verification


@transaction.atomic
def accept(verification: Verification) -> RegisteredLetter:
    """The identified recipient accepts: the sender gets its proof, the content opens. Raises TransitionNotAllowed."""
    verification = verification_transitions.move(verification, "accept_letter", label="citizen")
    letter = follow(ARROWS, "accept", verification.letter, label="citizen", stamp="accepted_at")
    record_event(letter, "accepted")
    prove(letter, ProofCode.RECEIPT)
    tell(letter, "letter_accepted")
    return letter


@transaction.atomic
def refuse(verification: Verification) -> RegisteredLetter:
    """The identified recipient refuses the letter: without it the identity is not proven. Raises TransitionNotAllowed."""
    verification = verification_transitions.move(verification, "stop", label="citizen", reasons=["letter_refused"])
    letter = follow(ARROWS, "refuse", verification.letter, label="citizen", stamp="ended_at")
    record_event(letter, "refused")
    prove(letter, ProofCode.REFUSAL)
    return letter
