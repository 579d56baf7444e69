"""Methods; encoding; content security policy; whose session it is; its idle and absolute limits."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user, logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.views.generic import View

from identite import cookies, errors
from identite.body_sizes import body_length, max_body_bytes
from identite.http import UNREADABLE, client_ip
from identite.journal import ORIGIN, REQUESTED_BY
from identite.sessions import Session, owner_of_ended

GetResponse = Callable[[HttpRequest], HttpResponse]
METHODS = [name.upper() for name in View.http_method_names if name != "trace"]
# A session is moved on at most once in this time: one write a minute, not one a page.
TOUCH_SECONDS = 60
# The answer to the first request after the end takes the session's cookie away: this one still knows why a little later
# on the login page, whatever a script asked for in between.
ENDED_COOKIE = "session-ended"
ENDED_COOKIE_SECONDS = 120


class KnownMethods:
    """405 for any other method: no page has one, and the metrics would keep each for ever as a label."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)


class Readable:
    """400 for a body in another encoding than that of our pages (see `readable_types`), and for a number that no column holds.

    SQLite cannot be asked for such a number, and forms of the admin do. Anywhere else it is a fault of ours.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.content_type == UNREADABLE:
            raise BadRequest("A body in another encoding")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match = request.resolver_match
        is_of_admin = match is not None and "admin" in match.app_names
        return errors.bad_request(request, exception) if is_of_admin and isinstance(exception, OverflowError) else None


class SmallBodies:
    """413 for a body that is larger than any form, from its head: none of it is read, and no session is looked for.

    The pages that take a file are let through: they know the visitor, and say how large it may be.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if body_length(request.META) > settings.FORM_MAX_BYTES >= max_body_bytes(request.META):
            raise RequestDataTooBig("more than any form here has")
        return self.get_response(request)


class ContentSecurityPolicy:
    """Django 6 has this built in and reads the same setting; until then, these few lines.

    Outermost: what SecurityMiddleware refuses by itself, before it redirects, gets the headers that it gives all others.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = "; ".join(f"{name} {' '.join(values)}" for name, values in settings.SECURE_CSP.items())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(self), geolocation=()")
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        response.headers.setdefault("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY)
        # There is one language and so nothing to choose: Django's middleware for it costs a page a quarter of a millisecond.
        response.headers.setdefault("Content-Language", get_language() or settings.LANGUAGE_CODE)
        if not request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def account_of(request: HttpRequest) -> Any:
    """Whose session this is, from the session's own query where it is plainly somebody's.

    A stranger, a password changed since, a rotated key: Django's own way, with its query.
    """
    session = request.session
    known_by = session.get(BACKEND_SESSION_KEY)  # loads the row
    row: Session | None = getattr(session, "row", None)
    account = row.account if row is not None and known_by in settings.AUTHENTICATION_BACKENDS else None
    if account is None or not account.is_active:
        return get_user(request)
    same = constant_time_compare(session.get(HASH_SESSION_KEY, ""), account.get_session_auth_hash())
    return account if same else get_user(request)


class SessionAccount(AuthenticationMiddleware):
    """Django's; `request.user` came with the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(partial(account_of, request))  # type: ignore[assignment]  # as Django does


class SessionLimits:
    """Idle and absolute limits. The enrollment itself stays: after a login it goes on where it was.

    Sets `request.session_ended`: the browser showed a session that is over, so the login page can say why; and
    `request.ended_account`, whose it was, so that a form sent too late is not lost.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token, by = ORIGIN.set(client_ip(request)), REQUESTED_BY.set(request.user)
        try:
            request.ended_account = None  # type: ignore[attr-defined]
            ended_now = self._apply(request)
            request.session_ended = ended_now or bool(cookies.read(request, ENDED_COOKIE))  # type: ignore[attr-defined]
            response = self.get_response(request)
            if ended_now:
                cookies.put(response, ENDED_COOKIE, "1", seconds=ENDED_COOKIE_SECONDS)
            return response
        finally:
            REQUESTED_BY.reset(by)
            ORIGIN.reset(token)

    def _apply(self, request: HttpRequest) -> bool:
        """Keep the limits. True: the browser showed a session that is over."""
        if not request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            return False
        request.session.get(SESSION_KEY)  # loads the row
        row: Session | None = getattr(request.session, "row", None)
        if row is None:
            if request.method == "POST":
                request.ended_account = owner_of_ended(request.COOKIES[settings.SESSION_COOKIE_NAME])  # type: ignore[attr-defined]
            return True
        if row.account_id is None:
            return False
        now = timezone.now()
        end = row.began_at + timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)
        if end <= now:
            request.ended_account = row.account  # type: ignore[attr-defined]
            logout(request)
            return True
        if request.method == "GET" and request.headers.get("X-Requested-With") == "fetch":
            return False  # a waiting page that asks by itself is no sign of anybody being there
        wanted = min(now + timedelta(seconds=settings.SESSION_IDLE_SECONDS), end)
        if (wanted - row.expire_date).total_seconds() >= TOUCH_SECONDS:
            with suppress(OperationalError):  # a disk that is full: whoever only reads goes on
                Session.objects.filter(pk=row.pk).update(expire_date=wanted)
                row.expire_date = wanted
        return False
