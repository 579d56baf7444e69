from celery import shared_task

from notifications import delivery


@shared_task
def deliver(*, message_id: str) -> None:
    delivery.deliver(message_id)
