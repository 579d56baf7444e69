"""Dates typed in three fields: day, month, year. A birth date may be known in part only."""

from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from identite.characters import CharField

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

PARTS = ("day", "month", "year")
OLDEST_YEARS = 125


def part(label: "str | StrPromise", digits: int, autocomplete: str = "off") -> CharField:
    """One of the three fields. label: the whole date's, as errors name it. Whether it must be filled is said for the whole."""
    attrs = {
        "inputmode": "numeric",
        "autocomplete": autocomplete,
        "maxlength": str(digits),
        "class": f"digits-{digits}",
    }
    return CharField(label=label, required=False, max_length=digits, widget=forms.TextInput(attrs=attrs))


def split(value: date | str | None) -> tuple[str, str, str]:
    """Day, month, year as they stand in the fields."""
    if not value:
        return "", "", ""
    year, month, day = str(value).split("-")
    return day, month, year


def read(parts: tuple[str, str, str]) -> date:
    """A whole date. Raises ValidationError."""
    day, month, year = _numbers(parts)
    try:
        return date(year, month, day)
    except ValueError:
        raise ValidationError(_("Cette date n’existe pas. Vérifiez le jour et le mois."), code="no_such_date") from None


def read_presumed(parts: tuple[str, str, str], today: date) -> str:
    """A birth date, `YYYY-MM-DD`; `00` for an unknown day, or for day and month. Raises ValidationError."""
    day, month, year = _numbers(parts)
    if month == 0 and day != 0:
        raise ValidationError(
            _("Si le mois n’est pas connu, le jour ne l’est pas non plus\u00a0: saisissez 00 pour les deux.")
        )
    try:
        earliest = date(year, month or 1, day or 1)
    except ValueError:
        raise ValidationError(_("Cette date n’existe pas. Vérifiez le jour et le mois."), code="no_such_date") from None
    if earliest > today:
        raise ValidationError(_("Cette date est dans le futur. Vérifiez l’année."), code="future")
    if year < today.year - OLDEST_YEARS:
        raise ValidationError(_("Vérifiez l’année, à quatre chiffres, par exemple 1985."), code="too_old")
    return f"{year:04d}-{month:02d}-{day:02d}"


def _numbers(parts: tuple[str, str, str]) -> tuple[int, int, int]:
    texts = [text.strip() for text in parts]
    if not any(texts):
        raise ValidationError(_("Saisissez cette date\u00a0: jour, mois et année."), code="required")
    if not all(text.isascii() and text.isdecimal() for text in texts):
        raise ValidationError(
            _("Saisissez le jour, le mois et l’année en chiffres, par exemple 27 03 1985."), code="digits"
        )
    if len(texts[2]) != 4:
        raise ValidationError(_("Saisissez l’année avec quatre chiffres, par exemple 1985."), code="year")
    day, month, year = (int(text) for text in texts)
    return day, month, year
