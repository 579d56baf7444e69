"""What falls due for letters."""

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from identite import journal
from identite.locks import locked
from identite.queue import send
from identite.sweep import Whose, duty, each, everybody
from notifications.models import Delivery
from notifications.sweep import not_waiting, queue_lost
from verification.identity import IDENTITY_FIELDS
from verification.letter import delivery
from verification.letter.models import LetterState, RegisteredLetter
from verification.letter.tasks import dispatch
from verification.models import Verification, VerificationState

BATCH = 200


@duty
def dispatch_unsent(whose: Whose = everybody) -> int:
    """Letters whose mail may leave now, or whose mail was given up.

    One that waits for its next try, or whose task waits in the queue, is left alone.
    """
    unsent = (
        RegisteredLetter.objects.filter(
            not_waiting("notice__"), state=LetterState.SENDING, ended_at=None, notice__isnull=False
        )
        .exclude(notice__status=Delivery.QUEUED, notice__next_try_at__gt=timezone.now())
        .exclude(notice__status=Delivery.SENDING)
    )
    rows = whose(unsent).order_by("created_at").values_list("pk", "notice", "notice__queued_at")[:BATCH]
    return queue_lost((notice, queued, partial(send, dispatch, letter_id=str(pk))) for pk, notice, queued in rows)


@duty
def send_reminders(whose: Whose = everybody) -> int:
    due = whose(_unanswered()).filter(reminder_due_at__lte=timezone.now()).order_by("reminder_due_at")
    return each(due[:BATCH], delivery.remind)


@duty
def lapse_neglected(whose: Whose = everybody) -> int:
    over = whose(_unanswered()).filter(due_at__lt=timezone.now()).order_by("due_at")
    return each(over[:BATCH], delivery.neglect)


def _unanswered() -> QuerySet[RegisteredLetter]:
    """By the letter's own columns, which an index serves; `remind` and `neglect` look at the verification themselves."""
    return RegisteredLetter.objects.filter(state=LetterState.NOTIFIED, identified_at=None, ended_at=None)


@duty
def erase_old_letters(whose: Whose = everybody) -> int:
    """Past what the law asks to keep: proofs, events and content go; where no identity came of it, whose it was goes too."""
    past = timezone.now() - timedelta(days=settings.LETTER_PROOF_RETENTION_DAYS)
    ended = Q(accepted_at__isnull=False) | Q(ended_at__isnull=False)
    over = (
        whose(RegisteredLetter.objects.filter(erased_at=None))
        .annotate(last=Coalesce("accepted_at", "ended_at", "created_at"))
        .filter(ended | Q(verification__decided_at__lt=past), last__lt=past)
    )
    return each(over.order_by("last").select_related("verification")[:BATCH], _erase)


def _erase(letter: RegisteredLetter) -> bool:
    verification = locked(letter.verification)
    letter.proofs.all().delete()
    letter.events.all().delete()
    RegisteredLetter.objects.filter(pk=letter.pk).update(content="", erased_at=timezone.now())
    if verification.state != VerificationState.PROVEN:
        empty = Verification()
        names = (*IDENTITY_FIELDS, "email", "mobile")
        Verification.objects.filter(pk=verification.pk).update(**{name: getattr(empty, name) for name in names})
    journal.record(letter, "letter_erased", label="system")
    return True
