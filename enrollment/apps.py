from django.apps import AppConfig


class EnrollmentConfig(AppConfig):
    name = "enrollment"
    verbose_name = "Dossiers"

    def ready(self) -> None:
        from enrollment import receivers  # noqa: F401  (connects the signal)
