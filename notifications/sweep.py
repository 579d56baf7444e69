"""What falls due for messages: another try, a claim whose worker died, the end of a text's use."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from identite.sweep import duty
from notifications.delivery import CLAIM_SECONDS
from notifications.models import Delivery, Message
from notifications.tasks import deliver

BATCH = 500


@duty
def send_again() -> int:
    """Queued messages whose next try has come; also those whose first task was lost."""
    due = Message.objects.filter(status=Delivery.QUEUED, next_try_at__lte=timezone.now() - timedelta(seconds=5))
    ids = list(due.order_by("next_try_at").values_list("pk", flat=True)[:BATCH])
    for pk in ids:
        deliver.delay(message_id=str(pk))
    return len(ids)


@duty
def free_lost_claims() -> int:
    """A worker that died between claim and result: the message is tried once more (it may then arrive twice, never not at all).

    One that has had all its tries is given up; whoever waits for it (a letter, `dispatch_unsent`) finds it failed.
    """
    now = timezone.now()
    lost = Message.objects.filter(status=Delivery.SENDING, claimed_at__lte=now - timedelta(seconds=CLAIM_SECONDS))
    given_up = lost.filter(sends__gte=settings.MESSAGE_MAX_SENDS).update(
        status=Delivery.FAILED, next_try_at=None, failure="LostClaim"
    )
    return given_up + lost.update(status=Delivery.QUEUED, next_try_at=now)


@duty
def wipe_texts() -> int:
    """A message past its use keeps its dates and its state; what it said and to whom is wiped."""
    now = timezone.now()
    past = Message.objects.filter(
        status__in=(Delivery.SENT, Delivery.FAILED),
        created_at__lte=now - timedelta(days=settings.MESSAGE_TEXT_RETENTION_DAYS),
        wiped_at=None,
    )
    pks = list(past.order_by("created_at").values_list("pk", flat=True)[:BATCH])
    if not pks:
        return 0
    return Message.objects.filter(pk__in=pks).update(address="", subject="", text="", html="", wiped_at=now)
