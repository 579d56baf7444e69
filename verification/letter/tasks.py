"""Sending the letter: its notification counts from the moment at which the mail really left."""

from celery import shared_task

from notifications.delivery import deliver
from notifications.models import Delivery
from verification.letter.delivery import bounced, notified
from verification.letter.models import RegisteredLetter


@shared_task
def dispatch(*, letter_id: str) -> None:
    """Deliver the letter's mail and record what came of it. Run twice, it sends once."""
    letter = RegisteredLetter.objects.select_related("verification__applicant", "notice").get(pk=letter_id)
    if letter.notice is None:  # its text was wiped long after its use
        return
    if deliver(str(letter.notice.pk)):
        notified(letter)
        return
    letter.notice.refresh_from_db(fields=["status"])
    if letter.notice.status == Delivery.FAILED:
        bounced(letter)
