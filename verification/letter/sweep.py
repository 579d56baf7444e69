"""What falls due for letters."""

from datetime import timedelta

from django.utils import timezone

from identite.sweep import duty
from verification.letter import services
from verification.letter.models import LetterState, RegisteredLetter
from verification.letter.tasks import dispatch
from verification.models import State

# A letter that has not left by then lost its task, or its mail server was away.
UNSENT_SECONDS = 30


@duty
def dispatch_unsent() -> int:
    unsent = RegisteredLetter.objects.filter(
        state=LetterState.SENDING,
        ended_at=None,
        created_at__lte=timezone.now() - timedelta(seconds=UNSENT_SECONDS),
    )
    ids = list(unsent.values_list("pk", flat=True)[:200])
    for pk in ids:
        dispatch.delay(letter_id=str(pk))
    return len(ids)


@duty
def send_reminders() -> int:
    due = RegisteredLetter.objects.filter(
        state=LetterState.NOTIFIED, verification__state=State.OPEN, reminder_due_at__lte=timezone.now()
    )
    return sum(services.remind(letter) for letter in due[:500])


@duty
def lapse_neglected() -> int:
    over = RegisteredLetter.objects.filter(
        state=LetterState.NOTIFIED, verification__state=State.OPEN, due_at__lt=timezone.now()
    )
    return sum(services.neglect(letter) for letter in over[:500])
