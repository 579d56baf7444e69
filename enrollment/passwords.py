"""The rules of a password: a lower-case letter, a digit, an upper-case letter, and its length."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def missing(password: str) -> list[str]:
    """What a password lacks, in the order in which the page lists the rules; empty when it keeps them all."""
    lacks: list[str] = []
    if not any(character.islower() for character in password):
        lacks.append(_("une minuscule"))
    if not any(character.isdecimal() for character in password):
        lacks.append(_("un chiffre"))
    if not any(character.isupper() for character in password):
        lacks.append(_("une majuscule"))
    if len(password) < settings.PASSWORD_MIN_LENGTH:
        lacks.append(_("%(count)d caractères au minimum") % {"count": settings.PASSWORD_MIN_LENGTH})
    return lacks


class LengthAndClassesValidator:
    """The four rules, told together: who must correct wants to know all of it at once."""

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > settings.PASSWORD_MAX_LENGTH:
            raise ValidationError(
                _("Ce mot de passe est trop long\u00a0: %(count)d caractères au plus."),
                code="password_too_long",
                params={"count": settings.PASSWORD_MAX_LENGTH},
            )
        if lacks := missing(password):
            wanted = " et ".join(", ".join(lacks).rsplit(", ", 1))
            raise ValidationError(_("Il manque\u00a0: %(wanted)s."), code="password_rules", params={"wanted": wanted})

    def get_help_text(self) -> str:
        return _("Au minimum une minuscule, un chiffre, une majuscule et %(count)d caractères.") % {
            "count": settings.PASSWORD_MIN_LENGTH
        }
