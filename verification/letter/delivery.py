"""The letter under way: its mail left or came back, reminders, the mail once more, the end of its 15 days."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from identite.locks import locked
from identite.transitions import TransitionNotAllowed, follow
from notifications.models import Message
from verification import transitions as verification_transitions
from verification.letter.dates import due_at, next_reminder
from verification.letter.mails import notify, tell
from verification.letter.models import LetterState, ProofCode, RegisteredLetter
from verification.letter.records import prove, record_event
from verification.letter.transitions import ARROWS
from verification.models import VerificationState


@transaction.atomic
def notified(letter: RegisteredLetter) -> RegisteredLetter:
    """The mail has left: the 15 days run. Called again, it changes nothing."""
    try:
        letter = follow(ARROWS, "notify", letter, label="ar24", stamp="notified_at")
    except TransitionNotAllowed:
        return RegisteredLetter.objects.get(pk=letter.pk)
    assert letter.notified_at is not None  # noqa: S101  (stamped by the line above)
    letter.due_at = due_at(letter.notified_at)
    letter.reminder_due_at = next_reminder(letter.notified_at, 0)
    letter.save(update_fields=["due_at", "reminder_due_at"])
    record_event(letter, "sent")
    record_event(letter, "notified")
    prove(letter, ProofCode.SENDING)
    return letter


@transaction.atomic
def bounced(letter: RegisteredLetter) -> RegisteredLetter:
    """The address cannot be reached: the attempt ends, the account is told on its pages."""
    try:
        letter = follow(ARROWS, "bounce", letter, label="ar24", stamp="ended_at")
    except TransitionNotAllowed:
        return letter
    record_event(letter, "bounced")
    prove(letter, ProofCode.BOUNCE)
    verification_transitions.move(letter.verification, "lapse", label="ar24", reasons=["bounced"])
    return letter


def resend(letter: RegisteredLetter) -> Message:
    """The same letter's mail once more. The caller counts the quota `letter_resend`.

    Raises TransitionNotAllowed when the letter no longer waits.
    """
    if letter.state not in (LetterState.SENDING, LetterState.NOTIFIED):
        raise TransitionNotAllowed(f"resend: letter {letter.pk} is {letter.state}")
    return notify(letter, "letter_reminder", letter.due_at or due_at(timezone.now()))


@transaction.atomic
def remind(letter: RegisteredLetter) -> bool:
    """Send the reminder that is due, once. Returns whether one was sent."""
    letter = locked(letter, "verification")
    now = timezone.now()
    waiting = letter.state == LetterState.NOTIFIED and letter.verification.state == VerificationState.OPEN
    if letter.notified_at is None or letter.due_at is None or letter.reminder_due_at is None:
        return False
    if not waiting or letter.reminder_due_at > now:
        return False
    passed = (now - letter.notified_at).days // settings.LETTER_REMINDER_DAYS
    letter.reminders += 1
    upcoming = next_reminder(letter.notified_at, max(passed, letter.reminders))
    letter.reminder_due_at = upcoming if upcoming < letter.due_at else None
    letter.save(update_fields=["reminders", "reminder_due_at"])
    notify(letter, "letter_reminder", letter.due_at)
    return True


@transaction.atomic
def neglect(letter: RegisteredLetter) -> bool:
    """The 15 days are over. An identification in time stopped the lapse. Returns whether the letter lapsed."""
    letter = locked(letter, "verification")
    if letter.state != LetterState.NOTIFIED or letter.verification.state != VerificationState.OPEN:
        return False
    verification_transitions.move(letter.verification, "lapse", label="ar24", reasons=["non_claim"])
    letter = follow(ARROWS, "neglect", letter, label="ar24", stamp="ended_at")
    record_event(letter, "neglected")
    prove(letter, ProofCode.NON_CLAIM)
    tell(letter, "letter_lapsed")
    return True
