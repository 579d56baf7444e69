"""The brand: the names under which the service shows itself, and its colours.

Names are settings (`BRAND_…`); colours are the custom properties of `css/tokens.css`, also for what no style sheet
reaches: mails, PDFs, the browser's frame. `BRAND_FILES` names a folder whose files stand before those of `static/`.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.functional import lazy

TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-fA-F]{6});")
DARK = "@media screen and (prefers-color-scheme: dark)"


def words() -> dict[str, str]:
    """The names, as texts write them: `{{ brand }}` in a template, `%(brand)s` in a sentence of the code.

    `of_…` comes with its preposition: «de La Poste», «d’AR24».
    """
    return {
        "brand": settings.BRAND_NAME,
        "of_brand": _of(settings.BRAND_NAME),
        "brand_identity": settings.BRAND_IDENTITY,
        "of_brand_identity": _of(settings.BRAND_IDENTITY),
        "brand_account": settings.BRAND_ACCOUNT,
        "brand_operator": settings.BRAND_OPERATOR,
        "of_brand_operator": _of(settings.BRAND_OPERATOR),
        "letter_provider": settings.LETTER_PROVIDER,
        "of_letter_provider": _of(settings.LETTER_PROVIDER),
    }


def _of(name: str) -> str:
    first = unicodedata.normalize("NFD", name)[:1].lower()
    return f"d’{name}" if first and first in "aeiouy" else f"de {name}"


def branded(text: Any) -> str:
    """A (translated) sentence with the names filled in."""
    return str(text) % words()


branded_lazy = lazy(branded, str)


@dataclass(frozen=True)
class Colours:
    """Token (`on_action`) → «#rrggbb», on light and on dark ground."""

    light: dict[str, str]
    dark: dict[str, str]


@cache
def colours() -> Colours:
    """The colours of the style sheet that the pages load. Raises FileNotFoundError where there is none."""
    found = finders.find("css/tokens.css")
    if found is None:
        raise FileNotFoundError("css/tokens.css")
    light, _mark, dark = Path(found).read_text(encoding="utf-8").partition(DARK)
    return Colours(_tokens(light), _tokens(light) | _tokens(dark))


def _tokens(sheet: str) -> dict[str, str]:
    return {name.replace("-", "_"): colour for name, colour in TOKEN.findall(sheet)}


def rgb(colour: str) -> tuple[int, int, int]:
    """«#12295c» as three numbers from 0 to 255."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue
