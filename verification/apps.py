from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VerificationConfig(AppConfig):
    name = "verification"
    verbose_name = _("Vérification d’identité")

    def ready(self) -> None:
        from verification import thresholds  # noqa: F401  (registers its system check)

        # isort: split
        # Connects the signal, in this order: the letter's mails read the case that the desk opened.
        from verification.review import receivers as review  # noqa: F401

        # isort: split
        from verification.letter import receivers as letter  # noqa: F401

        # isort: split
        from verification.face_to_face import receivers as face_to_face  # noqa: F401
