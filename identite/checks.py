"""System checks: what must never start together."""

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from identite import crypto, seals


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


@register()
def the_journal_can_be_sealed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A key that is none would refuse every entry, and with it whatever the entry is about."""
    return _keys_that_are_none("JOURNAL_KEYS", seals.present_key, "identite.E005")


@register()
def what_is_kept_can_be_encrypted(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A key that is none, or hidden behind another of its id, would be missed with the first row."""
    return _keys_that_are_none("DATA_KEYS", crypto.current_key, "identite.E007")


def _keys_that_are_none(setting: str, first: Callable[[], str], number: str) -> list[CheckMessage]:
    try:
        first()
    except ImproperlyConfigured as error:
        return [Error(str(error), hint=f"`python3 -m tools.secrets {setting}` prints a line for it.", id=number)]
    return []


@register()
def ports_can_be_loaded(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A name that cannot be imported would fail one message after the other, and with them the letters."""
    errors: list[CheckMessage] = []
    for name in ("EMAIL_BACKEND", "SMS_BACKEND"):
        try:
            import_string(getattr(settings, name))
        except ImportError as error:
            hint = "django-anymail comes with requirements/production.txt." if "anymail" in str(error) else None
            errors.append(Error(f"{name} cannot be loaded: {error}", hint=hint, id="identite.E004"))
    return errors
