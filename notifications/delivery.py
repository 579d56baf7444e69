"""Sending one message: claim it, send it, write down what became of it."""

import logging
import traceback
from datetime import datetime, timedelta
from email.mime.text import MIMEText
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string

from notifications.models import Attachment, Channel, Delivery, Message
from notifications.sms import SmsNotSent

logger = logging.getLogger(__name__)

# What comes and goes with servers. Anything else is a fault of ours: it counts as a try too, and shows as an error.
PASSING_ERRORS = (OSError, SMTPException, SmsNotSent)
# A message that is still «sending» after this time lost its worker.
CLAIM_SECONDS = 180
FIRST_RETRY_SECONDS = 30


def deliver(message_id: str) -> bool:
    """Send a queued message now. Returns whether it is sent, by this call or by an earlier one.

    The claim comes first: of two workers one goes on, and nothing leaves twice. A failure waits 30 s, 2 min, 8 min …
    (the sweep sends it again), and after MESSAGE_MAX_SENDS tries it is given up. Called before its time, it does nothing.
    """
    now = timezone.now()
    claimed = _claim(message_id, now)
    message = Message.objects.get(pk=message_id)
    if not claimed:
        return message.status == Delivery.SENT
    try:
        (_send_email if message.channel == Channel.EMAIL else _send_sms)(message)
    except Exception as error:  # noqa: BLE001  (what is not counted would be tried for ever)
        _log(message, error)
        _put_off(message, error, now)
    else:
        message.status = Delivery.SENT
        message.sent_at = timezone.now()
        message.next_try_at = None
        message.failure = ""
    message.queued_at = None
    message.save(update_fields=["status", "failure", "next_try_at", "sent_at", "queued_at"])
    return message.status == Delivery.SENT


def _claim(message_id: str, now: datetime) -> bool:
    """The try is counted with the claim: one that takes its worker along counts too."""
    # Several tasks may wait in the queue for one message: they must not use up its tries in a row.
    due = Message.objects.filter(pk=message_id, status=Delivery.QUEUED).exclude(sends__gt=0, next_try_at__gt=now)
    return bool(due.update(status=Delivery.SENDING, claimed_at=now, sends=F("sends") + 1))


def _put_off(message: Message, error: Exception, now: datetime) -> None:
    given_up = message.sends >= settings.MESSAGE_MAX_SENDS
    message.failure = type(error).__name__
    message.status = Delivery.FAILED if given_up else Delivery.QUEUED
    message.next_try_at = None if given_up else now + timedelta(seconds=FIRST_RETRY_SECONDS * 4 ** (message.sends - 1))


def _log(message: Message, error: Exception) -> None:
    """Kind and place of the error, and no more: what it says, and its traceback, may carry an address."""
    if isinstance(error, PASSING_ERRORS):
        logger.warning("message %s not sent: %s", message.pk, type(error).__name__)
        return
    where = traceback.extract_tb(error.__traceback__)[-1]
    logger.error("message %s not sent: %s in %s:%s", message.pk, type(error).__name__, where.filename, where.lineno)


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
    if message.attached is not None:
        mail.attach(_part(message.attached))
    mail.send()


def _part(attachment: Attachment) -> MIMEText:
    kind, *parameters = (word.strip() for word in attachment.kind.split(";"))
    part = MIMEText(attachment.text, kind.removeprefix("text/"), "utf-8")
    for parameter in parameters:
        name, _equals, value = parameter.partition("=")
        part.set_param(name, value)
    part.add_header("Content-Disposition", "attachment", filename=attachment.name)
    return part


def _send_sms(message: Message) -> None:
    import_string(settings.SMS_BACKEND)().send(message.address, message.text)
