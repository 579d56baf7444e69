"""What falls due for letters."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from identite import journal
from identite.locks import locked
from identite.sweep import duty
from notifications.models import Delivery
from verification.identity import IDENTITY_FIELDS
from verification.letter import delivery
from verification.letter.models import LetterState, RegisteredLetter
from verification.letter.tasks import dispatch
from verification.models import Verification, VerificationState

# A letter that has not left by then lost its task, or its mail server was away.
UNSENT_SECONDS = 30
BATCH = 200


@duty
def dispatch_unsent() -> int:
    """Letters whose mail may leave now, or whose mail was given up; one that waits for its next try is left alone."""
    now = timezone.now()
    unsent = RegisteredLetter.objects.filter(
        state=LetterState.SENDING, ended_at=None, created_at__lte=now - timedelta(seconds=UNSENT_SECONDS)
    ).exclude(notice__status=Delivery.QUEUED, notice__next_try_at__gt=now)
    ids = list(unsent.order_by("created_at").values_list("pk", flat=True)[:BATCH])
    for pk in ids:
        dispatch.delay(letter_id=str(pk))
    return len(ids)


@duty
def send_reminders() -> int:
    due = _unanswered().filter(reminder_due_at__lte=timezone.now()).order_by("reminder_due_at")
    return sum(delivery.remind(letter) for letter in due[:BATCH])


@duty
def lapse_neglected() -> int:
    over = _unanswered().filter(due_at__lt=timezone.now()).order_by("due_at")
    return sum(delivery.neglect(letter) for letter in over[:BATCH])


def _unanswered() -> QuerySet[RegisteredLetter]:
    """By the letter's own columns, which an index serves; `remind` and `neglect` look at the verification themselves."""
    return RegisteredLetter.objects.filter(state=LetterState.NOTIFIED, identified_at=None, ended_at=None)


@duty
def erase_old_letters() -> int:
    """Past what the law asks to keep: proofs, events and content go; where no identity came of it, whose it was goes too."""
    past = timezone.now() - timedelta(days=settings.LETTER_PROOF_RETENTION_DAYS)
    ended = Q(accepted_at__isnull=False) | Q(ended_at__isnull=False)
    over = (
        RegisteredLetter.objects.filter(erased_at=None)
        .annotate(last=Coalesce("accepted_at", "ended_at", "created_at"))
        .filter(ended | Q(verification__decided_at__lt=past), last__lt=past)
    )
    letters = list(over.order_by("last").select_related("verification")[:BATCH])
    for letter in letters:
        _erase(letter)
    return len(letters)


@transaction.atomic
def _erase(letter: RegisteredLetter) -> None:
    verification = locked(letter.verification)
    letter.proofs.all().delete()
    letter.events.all().delete()
    RegisteredLetter.objects.filter(pk=letter.pk).update(content="", erased_at=timezone.now())
    if verification.state != VerificationState.PROVEN:
        empty = Verification()
        names = (*IDENTITY_FIELDS, "email", "mobile")
        Verification.objects.filter(pk=verification.pk).update(**{name: getattr(empty, name) for name in names})
    journal.record(letter, "letter_erased", label="system")
