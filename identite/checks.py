"""System checks: what must never start together."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def sandbox_stays_out_of_production(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The sandbox reads codes, decides cases and moves time: none of it may stand beside real citizens."""
    errors: list[CheckMessage] = []
    if settings.PRODUCTION and settings.SANDBOX:
        errors.append(Error("SANDBOX and PRODUCTION are both on.", hint="Unset SANDBOX.", id="identite.E001"))
    if settings.PRODUCTION and settings.DEBUG:
        errors.append(Error("DJANGO_DEBUG and PRODUCTION are both on.", hint="Unset DJANGO_DEBUG.", id="identite.E002"))
    if settings.PRODUCTION and not settings.HTTPS:
        errors.append(Error("PUBLIC_URL is not https:// in production.", hint="Set PUBLIC_URL.", id="identite.E003"))
    return errors
