"""Which Registration a browser has begun: a random token in a cookie, its digest in identite.tokens."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from enrollment.models import Registration
from identite import cookies, tokens

COOKIE = PURPOSE = "registration"


def current(request: HttpRequest) -> Registration | None:
    """The registration that this browser may go on with, finished ones included; None when there is none (any more)."""
    token = tokens.find(PURPOSE, cookies.read(request, COOKIE))
    if token is None:
        return None
    living = Registration.objects.select_related("account").filter(expires_at__gt=timezone.now())
    return living.filter(pk=token.subject_pk).first()


def grant(response: HttpResponseBase, registration: Registration) -> None:
    """Let the browser that receives `response` go on with `registration`."""
    seconds = max(0, int((registration.expires_at - timezone.now()).total_seconds()))
    cookies.put(response, COOKIE, tokens.issue(PURPOSE, registration, seconds=seconds), seconds=seconds)


def forget(request: HttpRequest, response: HttpResponseBase) -> None:
    """This browser lets go of its registration; other devices keep theirs."""
    tokens.consume(PURPOSE, cookies.read(request, COOKIE))
    cookies.drop(response, COOKIE)


def new_end() -> datetime:
    """When a registration that begins now is deleted."""
    return timezone.now() + timedelta(days=settings.REGISTRATION_LIFETIME_DAYS)
