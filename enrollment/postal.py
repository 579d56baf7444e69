"""Postal addresses as they are typed: how a line may look, and which communes a postal code has."""

import re
import unicodedata
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from identite.cog import communes
from identite.cog.communes import Commune

# Of one line of an address on an envelope (NF Z10-011).
LINE_MAX_LENGTH = 38
LETTERS = "A-Za-zÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸÆŒàâäçéèêëîïôöùûüÿæœ"
LINE = re.compile(rf"[{LETTERS}0-9 .,;:'’()/°&+–-]*")
POSTAL_CODE = re.compile(r"\d{5}")
DRAWN_APART = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "\u2011": "-", "‐": "-"})


def clean_line(text: str) -> str:
    """One way of writing the same line. Raises ValidationError for what no envelope bears. An empty text stays empty."""
    line = " ".join(unicodedata.normalize("NFC", text).translate(DRAWN_APART).split())
    if len(line) > LINE_MAX_LENGTH:
        raise ValidationError(
            _(
                "Cette ligne est trop longue\u00a0: %(limit)s caractères au plus. Abrégez (av., bd, St) ou utilisez la "
                "ligne du complément."
            ),
            code="too_long",
            params={"limit": LINE_MAX_LENGTH},
        )
    if not LINE.fullmatch(line):
        raise ValidationError(
            _("N’utilisez que des lettres, des chiffres, des espaces et la ponctuation d’une adresse."),
            code="characters",
        )
    return line


def clean_street(text: str) -> str:
    """Number and street, or the name of a place. Raises ValidationError."""
    line = clean_line(text)
    if len(re.sub(rf"[^{LETTERS}]", "", line)) < 2:
        raise ValidationError(
            _("Saisissez le numéro et le nom de la rue, par exemple 12 rue des Lilas, ou le nom du lieu-dit."),
            code="no_street",
        )
    return line


def clean_postal_code(text: str) -> str:
    """Five digits, overseas included. Raises ValidationError where no commune has them."""
    code = re.sub(r"[\s.]", "", text)
    if not POSTAL_CODE.fullmatch(code) or not code.isascii():
        raise ValidationError(_("Le code postal comporte 5\u00a0chiffres, par exemple 29000."), code="shape")
    if not communes_at(code):
        raise ValidationError(
            _(
                "Aucune commune n’a ce code postal. Vérifiez-le\u00a0; à la place d’un code CEDEX, saisissez celui de "
                "votre commune, et à Paris, Lyon ou Marseille celui de l’arrondissement."
            ),
            code="unknown",
        )
    return code


def communes_at(postal_code: str) -> list[Commune]:
    """The communes, and municipal arrondissements, that a postal code of five digits serves; the largest first."""
    return [commune for commune in communes.search(postal_code, limit=communes.MOST) if commune.kind in {"", "m"}]


@lru_cache(maxsize=1024)
def commune_name(code: str) -> str:
    """Empty for a code that no commune has."""
    commune = communes.by_code(code, "") if code else None
    return commune.name if commune else ""
