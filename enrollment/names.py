"""Names as civil status and FranceConnect write them.

Latin letters with French accents, space, hyphen, apostrophe; 1 to 256 characters.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

NAME_MAX_LENGTH = 256
LETTERS = "A-Za-zÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸÆŒàâäçéèêëîïôöùûüÿæœ"
# Separators stand alone between letters, except in «L' Hôte» and the double hyphen of double names.
NAME = re.compile(rf"[{LETTERS}]+(?:(?:[ '-]|' |--)[{LETTERS}]+)*'?")
APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ´`′", "'") | dict.fromkeys("‐‑–—−", "-"))
MESSAGE = _(
    "N’utilisez que des lettres (accents français compris), des espaces, des traits d’union et des apostrophes. "
    "Une autre lettre accentuée (ñ, í, š)\u00a0? Saisissez-la sans son accent."
)
TOO_LONG = _("Ce nom est trop long\u00a0: %(limit)s caractères au plus.")


def clean_name(text: str) -> str:
    """One way of writing the same name: composed accents, plain apostrophes and hyphens, single spaces.

    Raises ValidationError for what no French name holds. An empty text stays empty: the form says whether it may be.
    """
    name = " ".join(unicodedata.normalize("NFC", text).translate(APOSTROPHES).split())
    if len(name) > NAME_MAX_LENGTH:
        raise ValidationError(TOO_LONG, code="too_long", params={"limit": NAME_MAX_LENGTH})
    if name and not NAME.fullmatch(name):
        raise ValidationError(MESSAGE, code="letters")
    return name
