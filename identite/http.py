"""What a request says of its client."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TEST_RUN_HEADER = "X-Test-Run"
UTF_8 = re.compile(r'charset="?utf-?8"?(?=$|[\s;])')
UNREADABLE = "unreadable/unreadable"


def readable_types(application: "WSGIApplication") -> "WSGIApplication":
    """The same application, for which content types that Django cannot read are named UNREADABLE.

    Django decodes the address by whatever codec the content type names, while it makes the request, before anything
    could answer; several of Python's codecs read no text, and a parameter may bring its own (RFC 2231).
    """

    def readable(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        rest = UTF_8.sub("", environ.get("CONTENT_TYPE", "").lower())
        if "charset" in rest or "*" in rest:
            environ["CONTENT_TYPE"] = UNREADABLE
        return application(environ, start_response)

    return readable


def client_ip(request: HttpRequest) -> str:
    """The client's address, as far as our own proxies vouch for it."""
    return client_address(request.META)


def client_address(environ: Mapping[str, Any]) -> str:
    """The same, of a request that is not Django's yet. environ: its head as PEP 3333 has it."""
    address: str = environ.get("REMOTE_ADDR", "") or "unknown"
    if settings.TRUSTED_PROXIES:
        forwarded = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(forwarded) >= settings.TRUSTED_PROXIES:
            address = forwarded[-settings.TRUSTED_PROXIES]
    return address


def client_key(request: HttpRequest) -> str:
    """What limits per client count by: the address; in the sandbox apart for each test run that names itself."""
    run = request.headers.get(TEST_RUN_HEADER, "") if settings.SANDBOX else ""
    return f"{client_ip(request)}#{run[:64]}" if run else client_ip(request)


def absolute(path: str, **query: str) -> str:
    """A full address of ours, for mails, SMS and QR codes."""
    return f"{settings.PUBLIC_URL}{path}" + (f"?{urlencode(query)}" if query else "")
