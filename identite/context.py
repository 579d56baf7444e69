"""What every page needs to know of the site: its name, its banner, its footer, the length of a session."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from identite import brand
from identite.accessibility import statement


@cache
def head() -> SafeString:
    """Style sheets, icon and script: the same for every page, looked up once a process."""
    return render_to_string("_head.html", {"theme_color": brand.colours().light["brand"]})


def footer() -> SafeString:
    """The same links stand under every page: rendered once a process and language, they cost a page nothing."""
    return _footer(get_language())


@cache
def _footer(_language: str | None) -> SafeString:
    return render_to_string("_footer_links.html", {"accessibility": statement()})


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `site`, and the brand's names."""
    return {
        **brand.words(),
        "site": {
            "banner": settings.SHOW_REPRODUCTION_BANNER,
            "sandbox": settings.SANDBOX,
            "support_email": settings.SUPPORT_EMAIL,
            "idle_seconds": settings.SESSION_IDLE_SECONDS,
            "warning_seconds": settings.SESSION_IDLE_WARNING_SECONDS,
            "head": head,
            "footer": footer,
        },
    }
