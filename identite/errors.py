"""Error pages that say what happened and what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that lay open too long, or cookies that are blocked: nothing was saved, and the page says so."""
    return render(request, "403_csrf.html", status=403)


def too_many(request: HttpRequest, until: object) -> HttpResponse:
    """A limit per client was reached. until: when it opens again."""
    return render(request, "429.html", {"until": until}, status=429)
