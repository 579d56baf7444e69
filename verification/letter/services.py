"""The registered letter's life: deposit, notification, reminders, acceptance or refusal, lapse. AR24's built-in adapter."""

import secrets
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from identite import journal
from identite.crypto import digest, sign, unsign
from identite.http import absolute
from identite.locks import locked
from identite.transitions import TransitionNotAllowed, follow
from notifications.models import Message
from notifications.services import send_email
from verification import transitions as verification_transitions
from verification.letter.dates import due_at, next_reminder
from verification.letter.models import LetterEvent, LetterProof, LetterState, ProofCode, RegisteredLetter
from verification.letter.transitions import ARROWS
from verification.models import Verification, VerificationState
from verification.signals import verification_changed

LINK_PURPOSE = "letter"
NUMBER_DRAWS = 20


def link(letter: RegisteredLetter) -> str:
    """The address in the letter's mails: signed, for this letter only. It dies with the letter, whose row is asked."""
    return absolute(reverse("verification:open", args=[sign(LINK_PURPOSE, str(letter.pk))]))


def from_token(token: str) -> RegisteredLetter | None:
    """The letter of a link, whatever its state; None when the link is not ours."""
    pk = unsign(LINK_PURPOSE, token)
    if pk is None:
        return None
    return RegisteredLetter.objects.select_related("verification__applicant").filter(pk=pk).first()


@transaction.atomic
def deposit(verification: Verification) -> RegisteredLetter:
    """Create the letter and have it notified. Its proof of deposit is made at once."""
    from verification.letter.tasks import dispatch  # the task calls this module back

    letter = _create(verification)
    journal.record(letter, "letter_deposited", actor=verification.applicant, after=LetterState.SENDING)
    record_event(letter, "deposited")
    prove(letter, ProofCode.DEPOSIT)
    letter.notice = _notification(letter, "letter_notified", due_at(timezone.now()))
    letter.save(update_fields=["notice"])
    transaction.on_commit(lambda: dispatch.delay(letter_id=str(letter.pk)))
    return letter


def _create(verification: Verification) -> RegisteredLetter:
    for _draw in range(NUMBER_DRAWS):
        number = f"{10_000_000 + secrets.randbelow(90_000_000)}"
        try:
            with transaction.atomic():
                return RegisteredLetter.objects.create(verification=verification, number=number)
        except IntegrityError:
            continue  # the number is taken
    raise RuntimeError("no free letter number found")


def _notification(letter: RegisteredLetter, event: str, due: Any) -> Message:
    verification = letter.verification
    return send_email(
        event,
        address=verification.email,
        recipient=verification.applicant,
        from_provider=True,
        context={"letter": letter, "verification": verification, "link": link(letter), "due_at": due},
        dispatch=event != "letter_notified",
    )


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
    verification_changed.send(Verification, verification=letter.verification, event="letter_notified")
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
    verification_transitions.move(letter.verification, "lapse", label="ar24", reason="bounced")
    return letter


def resend(letter: RegisteredLetter) -> Message:
    """The same letter's mail once more. The caller counts the quota `letter_resend`.

    Raises TransitionNotAllowed when the letter no longer waits.
    """
    if letter.state not in (LetterState.SENDING, LetterState.NOTIFIED):
        raise TransitionNotAllowed(f"resend: letter {letter.pk} is {letter.state}")
    return _notification(letter, "letter_reminder", letter.due_at or due_at(timezone.now()))


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
    _notification(letter, "letter_reminder", letter.due_at)
    return True


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
def accept(verification: Verification) -> RegisteredLetter:
    """The identified recipient accepts: the sender gets its proof, the content opens. Raises TransitionNotAllowed."""
    verification = verification_transitions.move(verification, "accept_letter", label="citizen")
    letter = follow(ARROWS, "accept", verification.letter, label="citizen", stamp="accepted_at")
    record_event(letter, "accepted")
    prove(letter, ProofCode.RECEIPT)
    tell(verification, "letter_accepted")
    verification_changed.send(Verification, verification=verification, event="letter_accepted")
    return letter


@transaction.atomic
def refuse(verification: Verification) -> RegisteredLetter:
    """The identified recipient refuses the letter: without it the identity is not proven. Raises TransitionNotAllowed."""
    verification = verification_transitions.move(verification, "stop", label="citizen", reason="letter_refused")
    letter = follow(ARROWS, "refuse", verification.letter, label="citizen", stamp="ended_at")
    record_event(letter, "refused")
    prove(letter, ProofCode.REFUSAL)
    return letter


@transaction.atomic
def neglect(letter: RegisteredLetter) -> bool:
    """The 15 days are over. An identification in time stopped the lapse. Returns whether the letter lapsed."""
    letter = locked(letter, "verification")
    if letter.state != LetterState.NOTIFIED or letter.verification.state != VerificationState.OPEN:
        return False
    verification = verification_transitions.move(letter.verification, "lapse", label="ar24", reason="non_claim")
    letter = follow(ARROWS, "neglect", letter, label="ar24", stamp="ended_at")
    record_event(letter, "neglected")
    prove(letter, ProofCode.NON_CLAIM)
    tell(verification, "letter_lapsed")
    verification_changed.send(Verification, verification=verification, event="letter_neglected")
    return True


def withdraw(letter: RegisteredLetter) -> None:
    """The verification ended another way: no reminder leaves any more. The link asks the verification's state."""
    RegisteredLetter.objects.filter(pk=letter.pk).update(reminder_due_at=None, ended_at=timezone.now())


def set_content(letter: RegisteredLetter, text: str) -> None:
    """What the recipient reads once the letter is accepted. Written by the sender's room."""
    letter.content = text
    letter.save(update_fields=["content"])


def tell(verification: Verification, event: str, **context: Any) -> Message:
    """A mail of the letter's provider about this verification, to its applicant."""
    return send_email(
        event,
        address=verification.email,
        recipient=verification.applicant,
        from_provider=True,
        context={
            "verification": verification,
            "letter": verification.letter,
            "tracking_url": link(verification.letter),
            **context,
        },
    )


def record_event(letter: RegisteredLetter, code: str) -> None:
    LetterEvent.objects.create(letter=letter, code=code, at=timezone.now())


def prove(letter: RegisteredLetter, code: str) -> LetterProof:
    """Make one proof, sealed over its fields (R.53-2): letter, code, moment. A proof exists once."""
    at = timezone.now()
    seal = digest("letter-proof", f"{letter.number}|{code}|{at.isoformat(timespec='microseconds')}")
    proof, _made = LetterProof.objects.get_or_create(letter=letter, code=code, defaults={"at": at, "seal": seal})
    return proof
