"""Content security policy; idle and absolute limits of a session."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from identite.http import client_ip
from identite.journal import ORIGIN
from identite.sessions import Session

GetResponse = Callable[[HttpRequest], HttpResponse]
# A session is moved on at most once in this time: one write a minute, not one a page.
TOUCH_SECONDS = 60
# The answer to the first request after the end takes the session's cookie away: this one still knows why a little later
# on the login page, whatever a script asked for in between.
ENDED_COOKIE = "session-ended"
ENDED_COOKIE_SECONDS = 120


class ContentSecurityPolicy:
    """Django 6 has this built in and reads the same setting; until then, these few lines."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = "; ".join(f"{name} {' '.join(values)}" for name, values in settings.SECURE_CSP.items())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(self), geolocation=()")
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        if not request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class SessionLimits:
    """Idle and absolute limits. The enrollment itself stays: after a login it goes on where it was.

    Sets `request.session_ended`: the browser showed a session that is over, so the login page can say why.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = ORIGIN.set(client_ip(request))
        try:
            ended_now = self._apply(request)
            request.session_ended = ended_now or bool(request.COOKIES.get(ENDED_COOKIE))  # type: ignore[attr-defined]
            response = self.get_response(request)
            if ended_now:
                response.set_cookie(
                    ENDED_COOKIE,
                    "1",
                    max_age=ENDED_COOKIE_SECONDS,
                    httponly=True,
                    secure=settings.HTTPS,
                    samesite="Lax",
                )
            return response
        finally:
            ORIGIN.reset(token)

    def _apply(self, request: HttpRequest) -> bool:
        """Keep the limits. True: the browser showed a session that is over."""
        if not request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            return False
        request.session.is_empty()  # loads the row
        _loaded = request.session.get("_auth_user_id")
        row: Session | None = getattr(request.session, "row", None)
        if row is None:
            return True
        if not row.account:
            return False
        now = timezone.now()
        end = row.began_at + timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)
        if end <= now:
            logout(request)
            return True
        if request.method == "GET" and request.headers.get("X-Requested-With") == "fetch":
            return False  # a waiting page that asks by itself is no sign of anybody being there
        wanted = min(now + timedelta(seconds=settings.SESSION_IDLE_SECONDS), end)
        if (wanted - row.expire_date).total_seconds() >= TOUCH_SECONDS:
            Session.objects.filter(pk=row.pk).update(expire_date=wanted)
            row.expire_date = wanted
        return False
