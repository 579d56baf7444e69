"""Landing page and the pages of the footer: French documents in `templates/pages/`, one line of `PAGES` each.

Their numbers are read from the settings, so that what a page promises is what the service does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from identite import accessibility
from identite.brand import branded_lazy
from identite.territories import TERRITORIES

Context = Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """slug: template and URL name (`page:<slug>`). address: path below the root. more: further template values."""

    slug: str
    address: str
    title: str | Promise
    more: Context = dict

    def view(self, request: HttpRequest) -> HttpResponse:
        return render(
            request, f"pages/{self.slug.replace('-', '_')}.html", {"page": self, "facts": settings, **self.more()}
        )


def _version(name: str) -> Context:
    return lambda: {"version": date.fromisoformat(getattr(settings, name))}


PAGES = (
    Page("landing", "", _("La clé qui sécurise et simplifie vos démarches en ligne")),
    Page("help", "aide/", _("Besoin d’aide\u00a0?")),
    Page("legal", "mentions-legales/", _("Mentions légales")),
    Page("terms", "conditions-generales/", _("Conditions générales d’utilisation"), _version("SERVICE_TERMS_VERSION")),
    Page(
        "account-terms",
        "conditions-generales-compte/",
        branded_lazy(_("Conditions générales du %(brand_account)s")),
        _version("ACCOUNT_TERMS_VERSION"),
    ),
    Page(
        "ar24-terms",
        "conditions-generales-ar24/",
        branded_lazy(_("Conditions générales %(of_letter_provider)s")),
        _version("AR24_TERMS_VERSION"),
    ),
    Page("contact", "contact/", _("Nous contacter")),
    Page("privacy", "donnees-personnelles/", _("Charte de protection des données personnelles")),
    Page("cookies", "cookies/", _("Politique cookies")),
    Page("accessibility", "accessibilite/", _("Accessibilité"), lambda: {"statement": accessibility.statement()}),
    Page("business", "entreprises/", _("Vous êtes une entreprise\u00a0?")),
    Page("no-smartphone", "sans-smartphone/", _("Je n’ai pas de smartphone")),
    Page("territories", "pays-eligibles/", _("Pays et Outre-mer éligibles"), lambda: {"territories": TERRITORIES}),
    Page("about", "a-propos/", _("À propos de cette reproduction")),
)


def urlpatterns() -> list[URLPattern]:
    return [path(page.address, require_safe(page.view), name=page.slug) for page in PAGES]


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """No search engine may take this for the real service."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


@require_POST
def ping(request: HttpRequest) -> JsonResponse:
    """«Rester connecté»: the middleware has moved the session on by the time this answers; 401 when it is over."""
    alive = request.user.is_authenticated
    return JsonResponse({"alive": alive}, status=200 if alive else 401)
