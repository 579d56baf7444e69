"""The letter's beginning: handed in by the sender, proven, and given to the worker that sends its mail."""

import secrets
from functools import partial

from django.db import transaction
from django.utils import timezone

from identite import journal
from identite.queue import send_on_commit
from identite.references import create_unique
from notifications.services import not_queued
from verification.letter.dates import due_at
from verification.letter.mails import notify
from verification.letter.models import LetterState, ProofCode, RegisteredLetter
from verification.letter.records import prove, record_event
from verification.letter.tasks import dispatch
from verification.models import Verification


@transaction.atomic
def deposit(verification: Verification) -> RegisteredLetter:
    """Create the letter and have it notified. Its proof of deposit is made at once."""
    letter = create_unique(lambda: RegisteredLetter.objects.create(verification=verification, number=_number()))
    journal.record(letter, "letter_deposited", actor=verification.applicant, after=LetterState.SENDING)
    record_event(letter, "deposited")
    prove(letter, ProofCode.DEPOSIT)
    letter.notice = notify(letter, "letter_notified", due_at(timezone.now()))
    letter.save(update_fields=["notice"])
    send_on_commit(dispatch, if_not=partial(not_queued, letter.notice.pk), letter_id=str(letter.pk))
    return letter


def _number() -> str:
    """8 digits, the first one not 0."""
    return f"{10_000_000 + secrets.randbelow(90_000_000)}"
