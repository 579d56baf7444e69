from django.apps import AppConfig


class IdentiteConfig(AppConfig):
    name = "identite"
    verbose_name = "Identité"

    def ready(self) -> None:
        from identite import checks  # noqa: F401  (registers the system checks)
