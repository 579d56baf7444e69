"""The inbox: every mail and SMS that the instance sent, found by recipient, with the next one waited for."""

import re
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from enrollment.phones import parse_contact
from identite.crypto import DecryptionError
from notifications.models import Message
from notifications.services import address_digest

MAX_WAIT_SECONDS = 10.0
POLL_SECONDS = 0.15
UNREADABLE = "(illisible)"
_SEALED = {"address": UNREADABLE, "subject": UNREADABLE, "text": UNREADABLE, "html": UNREADABLE, "attachment": {}}
MAX_MESSAGES = 200
_CODE = re.compile(r"(?<!\d)(\d{3})[-\u00a0 ]?(\d{3})(?!\d)")
_LINK = re.compile(r"https?://[^\s<>\"]+")


def find(*, to: str = "", channel: str = "", event: str = "", after: str = "") -> QuerySet[Message]:
    """Messages, newest first. to: an e-mail address or a number as people write it. after: the id of a message already read."""
    messages = Message.objects.exclude(wiped_at__isnull=False).order_by("-created_at")
    if "\x00" in channel + event:  # no row has one, and PostgreSQL refuses to be asked
        return messages.none()
    if to:
        messages = messages.filter(address_digest=address_digest(_address(to)))
    if channel:
        messages = messages.filter(channel=channel)
    if event:
        messages = messages.filter(event=event)
    if after:
        known = _uuid(after)
        read = Message.objects.filter(pk=known).first() if known else None
        if read is not None:
            messages = messages.filter(created_at__gt=read.created_at)
    return messages


def wait(seconds: float, **criteria: str) -> Sequence[Message]:
    """The messages that fit, as soon as there is one, or none after `seconds` (at most 10)."""
    # Written so that what is no number waits not at all rather than for ever.
    deadline = time.monotonic() + (min(seconds, MAX_WAIT_SECONDS) if seconds > 0 else 0.0)
    while True:
        found = list(find(**criteria)[:MAX_MESSAGES])
        if found or time.monotonic() >= deadline:
            return found
        time.sleep(POLL_SECONDS)


def opened(message: Message) -> Message:
    """The message, to show: what does not open of it (another key, a damaged row) is UNREADABLE, or left out. Not to be saved."""
    for name, instead in _SEALED.items():
        try:
            getattr(message, name)
        except DecryptionError:
            setattr(message, name, instead)
    return message


def as_json(message: Message) -> dict[str, Any]:
    """One message. code: the six digits it carries, links: the addresses in its text, in order; attachments: files of text."""
    opened(message)
    code = _CODE.search(_LINK.sub(" ", message.text)) if message.text else None
    return {
        "id": str(message.pk),
        "channel": message.channel,
        "event": message.event,
        "to": message.address,
        "from": message.sender,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "code": "".join(code.groups()) if code and carries_code(message) else None,
        "links": _LINK.findall(message.text or ""),
        "attachments": [asdict(message.attached)] if message.attached else [],
        "status": message.status,
        "created_at": message.created_at.isoformat(),
    }


def carries_code(message: Message) -> bool:
    """Letter numbers have digits too: only the events that send a code have one."""
    return "code" in message.event


def _address(text: str) -> str:
    if "@" in text:
        return text
    try:
        return parse_contact(text)
    except ValidationError:
        return text


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
