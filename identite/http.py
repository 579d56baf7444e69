"""What a request says of its client."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest

TEST_RUN_HEADER = "X-Test-Run"


def client_ip(request: HttpRequest) -> str:
    """The client's address, as far as our own proxies vouch for it."""
    address: str = request.META.get("REMOTE_ADDR", "") or "unknown"
    if settings.TRUSTED_PROXIES:
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
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
