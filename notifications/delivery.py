"""Sending one message: claim it, send it, write down what became of it."""

import logging
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone
from django.utils.module_loading import import_string

from notifications.models import Channel, Delivery, Message
from notifications.sms import SmsNotSent

logger = logging.getLogger(__name__)

# What another try may mend. Anything else is a fault of ours and shows in the logs.
PASSING_ERRORS = (OSError, SMTPException, SmsNotSent)
# A message that is still «sending» after this time lost its worker.
CLAIM_SECONDS = 180
FIRST_RETRY_SECONDS = 30


def deliver(message_id: str) -> bool:
    """Send a queued message now. Returns whether it is sent, by this call or by an earlier one.

    The claim comes first: of two workers one goes on, and nothing leaves twice. A failure waits 30 s, 2 min, 8 min …
    (the sweep sends it again), and after MESSAGE_MAX_SENDS tries it is given up.
    """
    now = timezone.now()
    claimed = Message.objects.filter(pk=message_id, status=Delivery.QUEUED).update(
        status=Delivery.SENDING, claimed_at=now
    )
    message = Message.objects.get(pk=message_id)
    if not claimed:
        return message.status == Delivery.SENT
    message.sends += 1
    try:
        (_send_email if message.channel == Channel.EMAIL else _send_sms)(message)
    except PASSING_ERRORS as error:
        logger.warning("message %s not sent: %s", message.pk, type(error).__name__)
        message.failure = type(error).__name__
        given_up = message.sends >= settings.MESSAGE_MAX_SENDS
        message.status = Delivery.FAILED if given_up else Delivery.QUEUED
        message.next_try_at = (
            None if given_up else now + timedelta(seconds=FIRST_RETRY_SECONDS * 4 ** (message.sends - 1))
        )
    else:
        message.status = Delivery.SENT
        message.sent_at = timezone.now()
        message.next_try_at = None
        message.failure = ""
    message.save(update_fields=["status", "sends", "failure", "next_try_at", "sent_at"])
    return message.status == Delivery.SENT


def _send_email(message: Message) -> None:
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=message.sender,
        to=[message.address],
        headers={"Auto-Submitted": "auto-generated", "X-Message-Event": message.event},
        connection=get_connection(fail_silently=False),
    )
    mail.attach_alternative(message.html, "text/html")
    mail.send()


def _send_sms(message: Message) -> None:
    import_string(settings.SMS_BACKEND)().send(message.address, message.text)
