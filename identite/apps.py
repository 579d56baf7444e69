from django.apps import AppConfig
from django.conf import settings
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _

from identite import logs


class IdentiteConfig(AppConfig):
    name = "identite"
    verbose_name = _("Identité")

    def ready(self) -> None:
        from identite import checks  # noqa: F401  (registers the system checks)

        register_converter(logs.Secret, "secret")

        if settings.METRICS:
            from identite import metrics  # noqa: F401  (counts the tasks; its package is not installed everywhere)
