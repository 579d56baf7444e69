from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrollmentConfig(AppConfig):
    name = "enrollment"
    verbose_name = _("Dossiers")

    def ready(self) -> None:
        from enrollment import receivers, rights  # noqa: F401  (connect the signals)
