"""What falls due for messages: another try, a claim whose worker died, the end of a text's use."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from identite.queue import send
from identite.sweep import Whose, duty, everybody
from notifications.delivery import CLAIM_SECONDS
from notifications.models import Delivery, Message
from notifications.services import not_queued
from notifications.tasks import deliver

BATCH = 500


@duty
def send_again(whose: Whose = everybody) -> int:
    """Messages whose next try has come, and those whose task was lost. One that waits in the queue is not queued again."""
    due = Message.objects.filter(not_waiting(), status=Delivery.QUEUED, next_try_at__lte=timezone.now())
    rows = whose(due).order_by("next_try_at").values_list("pk", "queued_at")[:BATCH]
    return queue_lost((pk, queued, partial(send, deliver, message_id=str(pk))) for pk, queued in rows)


def queue_lost(messages: Iterable[tuple[UUID, datetime | None, Callable[[], bool]]]) -> int:
    """Each as message, its queued_at as it was read, and what queues its task. Returns how many were queued."""
    moved = 0
    for message, queued_at, queue in messages:
        if not claim_queuing(message, queued_at):
            continue
        if not queue():
            not_queued(message)
            break  # the broker is away for the others too
        moved += 1
    return moved


def not_waiting(prefix: str = "") -> Q:
    """No task waits for the message, or it has waited for so long that it is lost. prefix: of the relation to the message."""
    late = timezone.now() - timedelta(seconds=settings.QUEUED_LATE_SECONDS)
    return Q(**{f"{prefix}queued_at": None}) | Q(**{f"{prefix}queued_at__lte": late})


def claim_queuing(message_id: UUID, queued_at: datetime | None) -> bool:
    """Of two sweeps one queues the message. queued_at: as it was read."""
    return bool(Message.objects.filter(pk=message_id, queued_at=queued_at).update(queued_at=timezone.now()))


@duty
def free_lost_claims(whose: Whose = everybody) -> int:
    """A worker that died between claim and result: the message is tried once more (it may then arrive twice, never not at all).

    One that has had all its tries is given up; whoever waits for it (a letter, `dispatch_unsent`) finds it failed.
    """
    now = timezone.now()
    lost = whose(
        Message.objects.filter(status=Delivery.SENDING, claimed_at__lte=now - timedelta(seconds=CLAIM_SECONDS))
    )
    given_up = lost.filter(sends__gte=settings.MESSAGE_MAX_SENDS).update(
        status=Delivery.FAILED, next_try_at=None, failure="LostClaim"
    )
    return given_up + lost.update(status=Delivery.QUEUED, next_try_at=now, queued_at=None)


@duty
def wipe_texts(whose: Whose = everybody) -> int:
    """A message past its use keeps its dates and its state; what it said and to whom is wiped."""
    now = timezone.now()
    past = Message.objects.filter(
        status__in=(Delivery.SENT, Delivery.FAILED),
        created_at__lte=now - timedelta(days=settings.MESSAGE_TEXT_RETENTION_DAYS),
        wiped_at=None,
    )
    pks = list(whose(past).order_by("created_at").values_list("pk", flat=True)[:BATCH])
    if not pks:
        return 0
    return Message.objects.filter(pk__in=pks).update(
        address="", subject="", text="", html="", attachment={}, wiped_at=now
    )
