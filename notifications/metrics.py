"""What this room tells Prometheus."""

from django.utils import timezone

from identite.metrics import gauge
from notifications.models import Delivery, Message


@gauge("messages_waiting", "Mails and text messages that have not left yet")
def waiting() -> float:
    return Message.objects.filter(status=Delivery.QUEUED).count()


@gauge("messages_late_seconds", "How long ago the message that is due longest should have left")
def late_seconds() -> float:
    now = timezone.now()
    due = Message.objects.filter(status=Delivery.QUEUED, next_try_at__lte=now).order_by("next_try_at").first()
    return (now - due.next_try_at).total_seconds() if due is not None and due.next_try_at is not None else 0.0
