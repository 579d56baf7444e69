"""What is written down about a letter: the lines of its follow-up page, its proofs, its end."""

from django.utils import timezone

from identite.crypto import digest
from verification.letter.models import LetterEvent, LetterProof, RegisteredLetter


def record_event(letter: RegisteredLetter, code: str) -> None:
    LetterEvent.objects.create(letter=letter, code=code, at=timezone.now())


def prove(letter: RegisteredLetter, code: str) -> LetterProof:
    """Make one proof, sealed over its fields (R.53-2): letter, code, moment. A proof exists once."""
    at = timezone.now()
    seal = digest("letter-proof", f"{letter.number}|{code}|{at.isoformat(timespec='microseconds')}")
    proof, _made = LetterProof.objects.get_or_create(letter=letter, code=code, defaults={"at": at, "seal": seal})
    return proof


def withdraw(letter: RegisteredLetter) -> None:
    """The verification ended another way: no reminder leaves any more. The link asks the verification's state."""
    RegisteredLetter.objects.filter(pk=letter.pk).update(reminder_due_at=None, ended_at=timezone.now())


def set_content(letter: RegisteredLetter, text: str) -> None:
    """What the recipient reads once the letter is accepted. Written by the sender's room."""
    letter.content = text
    letter.save(update_fields=["content"])
