"""Characters that nobody sees: they turn a text around, or make two texts that look alike differ. No text field takes them."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

# General categories of Unicode (UAX #44): control, format (with the bidirectional ones of UAX #9), half of a character,
# separators of lines and paragraphs.
INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
TYPED = "\t\n\r"  # by anybody, in a text of several lines
MESSAGE = _(
    "Ce texte contient un caractère invisible, comme en laissent parfois les copier-coller. "
    "Effacez tout le champ, puis saisissez-le au clavier."
)


def is_invisible(character: str) -> bool:
    return unicodedata.category(character) in INVISIBLE and character not in TYPED


def has_invisible(text: str) -> bool:
    return not text.isprintable() and any(map(is_invisible, text))


def visible(text: str) -> str:
    """Without them: for what is kept as it was typed, before anything judges it."""
    return text if text.isprintable() else "".join(character for character in text if not is_invisible(character))


def refuse_invisible(text: str) -> None:
    """A validator. Raises ValidationError."""
    if has_invisible(text):
        raise ValidationError(MESSAGE, code="invisible")


class CharField(forms.CharField):
    """Django's, for any text that somebody types here, passwords apart: nobody is shown those."""

    default_validators = [refuse_invisible]  # noqa: RUF012  (read only, as Django declares it)


class EmailField(forms.EmailField):
    default_validators = [validate_email, refuse_invisible]  # noqa: RUF012
