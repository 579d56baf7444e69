"""The secret code: four digits that the citizen chooses. What is easy to guess is refused, with the reason."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DIGITS = 4
_ASCENDING = "0123456789012"
_DESCENDING = _ASCENDING[::-1]


def validate(code: str, *, birth: date | None, birth_year: str = "", mobile: str = "") -> None:
    """Raises ValidationError when `code` is not four digits, or is one that a stranger would try first.

    birth: the full birth date where it is known; birth_year: the year alone, of a presumed birth.
    """
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        raise ValidationError(_("Saisissez quatre chiffres."), code="digits")
    if len(set(code)) == 1:
        raise ValidationError(_("Quatre fois le même chiffre, c’est trop facile à deviner."), code="same")
    if code in _ASCENDING or code in _DESCENDING:
        raise ValidationError(_("Des chiffres qui se suivent, c’est trop facile à deviner."), code="sequence")
    year = f"{birth:%Y}" if birth else birth_year
    if year and code == year:
        raise ValidationError(_("Votre année de naissance est trop facile à deviner."), code="birth_year")
    if birth and code in (f"{birth:%d%m}", f"{birth:%m%d}"):
        raise ValidationError(_("Votre jour de naissance est trop facile à deviner."), code="birth_day")
    if mobile and code == mobile[-DIGITS:]:
        raise ValidationError(_("La fin de votre numéro de mobile est trop facile à deviner."), code="mobile")
