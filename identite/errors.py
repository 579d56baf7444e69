"""Error pages that say what happened and what to do next.

None of them reads what was sent: it may be the very thing that cannot be read. (Django's own pages look for a form's token
in it, fail on it again and leave the server's bare answer, without any of our headers.)
"""

import sys
from collections.abc import Mapping

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _

from identite import space

RETRY_SECONDS = 300


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, and 413 for more than may be sent at once."""
    return too_large(request) if isinstance(exception, RequestDataTooBig) else alone("400.html", 400)


def too_large(request: HttpRequest) -> HttpResponse:
    """More was sent than any form here has. A script that sent JSON, or asks by fetch, gets the sentence as JSON."""
    if request.content_type == "application/json" or request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse(
            {"error": _("Cet envoi est trop volumineux\u00a0: rien n’en a été enregistré.")}, status=413
        )
    return alone("413.html", 413)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """exception: its text, where it has one, is for the visitor."""
    return render(request, "403.html", {"exception": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 where database or disk take nothing now and may later. Called while the exception is handled."""
    error = sys.exception()
    if isinstance(error, OperationalError) or space.is_full(error):
        return alone("503.html", 503, headers={"Retry-After": str(RETRY_SECONDS)})
    return alone("500.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that lay open too long, or cookies that are blocked: nothing was saved, and the page says so."""
    return render(request, "403_csrf.html", status=403)


def too_many(request: HttpRequest, until: object) -> HttpResponse:
    """A limit per client was reached. until: when it opens again."""
    return render(request, "429.html", {"until": until}, status=429)


def alone(template: str, status: int, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A page that needs neither session nor database: who cannot be understood has neither, nor has a broken site."""
    return HttpResponse(get_template(template).render(), status=status, headers=headers)
