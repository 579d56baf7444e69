"""The SMS port. An adapter has `send(number, text)` and raises SmsNotSent when another try may mend it."""

import json
import urllib.request
from typing import Protocol
from urllib.error import URLError

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

HTTP_TIMEOUT_SECONDS = 15


class SmsNotSent(Exception):
    pass


class SmsPort(Protocol):
    def send(self, number: str, text: str) -> None:
        """Send `text` to `number` (E.164)."""


class HttpSms:
    """A provider's HTTP interface: POST of `{"to", "text"}` as JSON to SMS_HTTP_URL, bearer token SMS_HTTP_TOKEN."""

    def __init__(self) -> None:
        if not settings.SMS_HTTP_URL.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ImproperlyConfigured("SMS_HTTP_URL must be an https address (or one of this machine).")

    def send(self, number: str, text: str) -> None:
        request = urllib.request.Request(  # noqa: S310  (the scheme is checked above)
            settings.SMS_HTTP_URL,
            data=json.dumps({"to": number, "text": text}).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {settings.SMS_HTTP_TOKEN}"},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=HTTP_TIMEOUT_SECONDS) as response:  # noqa: S310
                if response.status >= 300:
                    raise SmsNotSent(f"HTTP {response.status}")
        except URLError as error:
            raise SmsNotSent(type(error).__name__) from error


class InboxSms:
    """The sandbox's adapter: the message row is the inbox, nothing leaves."""

    def send(self, number: str, text: str) -> None:
        return None
