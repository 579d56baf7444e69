"""The commune that a line of an address is about: «35000», «Rennes», «27 rue du Palais, 35000 Rennes»."""

import re

from identite.cog import communes
from identite.cog.communes import Commune
from identite.cog.text import normalize

POSTAL_CODE = re.compile(r"(?<!\d)(\d{5})(?!\d)")
CEDEX = re.compile(r"(?i)\bcedex\b.*")
LIMIT = 20  # arrondissements of Paris
MAX_WORDS = 8  # of a name, written without hyphens; hyphens make one word of it
TODAY = {"", "m"}  # kinds of communes that are one by themselves


def communes_in(text: str, *, limit: int = LIMIT) -> list[Commune]:
    """The communes that may be meant, the likeliest first; one when it is plain, none when nothing is recognised.

    The towns of arrondissements are given by these: which one, a postal code tells.
    """
    found = communes.named(text)
    if len(found) > 1 and not POSTAL_CODE.search(text):  # «Bourg» is two communes, and the beginning of others
        found = list({one.value: one for one in (*found, *communes.search(text, limit=communes.MOST))}.values())
    found = found or _by_postal_code(text) or communes.search(text, limit=communes.MOST) or _at_the_end(text)
    return [commune for commune in found if commune.kind in TODAY and commune.postcodes][:limit]


def _by_postal_code(text: str) -> list[Commune]:
    """The last five digits are the postal code: a line may begin with others. What stands beside it tells its communes apart."""
    matches = list(POSTAL_CODE.finditer(text))
    if not matches:
        return []
    code = matches[-1][1]
    before, after = (
        normalize(CEDEX.sub("", part)) for part in (text[: matches[-1].start()], text[matches[-1].end() :])
    )
    found = [commune for commune in communes.search(code, limit=communes.MOST) if commune.kind in TODAY]
    if not found:  # a code of companies' mail («CEDEX»): the department holds, and the name
        return [commune for commune in communes.named(after) if commune.code.startswith(code[:2])]
    names = [(commune, normalize(commune.name)) for commune in found]
    exact = [commune for commune, name in names if name == after or f" {before}".endswith(f" {name}")]
    return exact or found


def _at_the_end(text: str) -> list[Commune]:
    """The longest name that the line ends with: «5 place Kléber, Strasbourg»."""
    for part in (text.rpartition(",")[2], text):
        words = part.split()
        for first in range(max(0, len(words) - MAX_WORDS), len(words)):
            if found := communes.named(" ".join(words[first:])):
                return found
    return []
