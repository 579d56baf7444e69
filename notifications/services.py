"""What the rooms call to send a message. The message is a row first; a task carries only its id."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Model
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import timezone

from identite import brand
from identite.crypto import digest
from identite.queue import send_on_commit
from notifications.models import Attachment, Channel, Message
from notifications.tasks import deliver


def address_digest(address: str) -> str:
    """How a message is found by its address, which itself is encrypted."""
    return digest("message-address", address.strip().lower())


def send_email(
    event: str,
    *,
    address: str,
    context: Mapping[str, Any],
    recipient: Model | None = None,
    from_provider: bool = False,
    dispatch: bool = True,
    attachment: Attachment | None = None,
) -> Message:
    """Render `templates/notifications/<event>/{subject.txt,email.txt,email.html}` and queue it for `address`.

    from_provider: the registered letter's provider writes, not the service.
    dispatch=False: the caller queues a task of its own that delivers it (notifications.delivery.deliver), because it waits
    for the result; where the queue does not take that one, the caller says so (`not_queued`).
    """
    folder = f"notifications/{event}"
    values = {**_site(), "from_provider": from_provider, **context}
    values["subject"] = " ".join(_render_text(f"{folder}/subject.txt", values).split())
    return _queue(
        channel=Channel.EMAIL,
        event=event,
        address=address,
        recipient=recipient,
        sender=settings.AR24_FROM_EMAIL if from_provider else settings.DEFAULT_FROM_EMAIL,
        subject=values["subject"],
        text=_render_text(f"{folder}/email.txt", values).strip() + "\n",
        html=render_to_string(f"{folder}/email.html", values),
        attachment=asdict(attachment) if attachment else {},
        dispatch=dispatch,
    )


def send_sms(event: str, *, address: str, context: Mapping[str, Any], recipient: Model | None = None) -> Message:
    """Render `templates/notifications/<event>/sms.txt` and queue it for the number `address` (E.164).

    The alphabet of SMS (GSM 03.38) has no typographic apostrophe: one of them would halve what a message holds.
    """
    text = _render_text(f"notifications/{event}/sms.txt", {**_site(), **context}).replace("’", "'")
    text = " ".join(text.split())
    return _queue(channel=Channel.SMS, event=event, address=address, recipient=recipient, text=text)


def _render_text(name: str, values: Mapping[str, Any]) -> str:
    """Text is no HTML: an apostrophe stays one."""
    return str(get_template(name).template.render(Context(values, autoescape=False)))  # type: ignore[attr-defined]


def _site() -> dict[str, Any]:
    return {
        **brand.words(),
        "colours": brand.colours(),
        "banner": settings.SHOW_REPRODUCTION_BANNER,
        "public_url": settings.PUBLIC_URL,
        "support_email": settings.SUPPORT_EMAIL,
    }


def _queue(*, dispatch: bool = True, **fields: Any) -> Message:
    now = timezone.now()
    message = Message.objects.create(
        address_digest=address_digest(fields["address"]), next_try_at=now, queued_at=now, **fields
    )
    if dispatch:
        send_on_commit(deliver, if_not=partial(not_queued, message.pk), message_id=str(message.pk))
    return message


def not_queued(message_id: UUID) -> None:
    """No task waits for this message: the sweep need not wait for one either."""
    Message.objects.filter(pk=message_id).update(queued_at=None)
