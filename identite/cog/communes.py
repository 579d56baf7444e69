"""37,587 communes and municipal arrondissements, found by the beginning of any word of their name, or by postal code.

The table is read on the first search of a process (about 0.15 s) and kept: its lines and two arrays of places in them.
`tools/make_cog.py` describes its layout.
"""

import lzma
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from heapq import nsmallest
from itertools import chain, islice, takewhile
from pathlib import Path

from django.utils.translation import gettext as _

from identite.cog.text import normalize

LIMIT = 10
MOST = 60  # no search shows more
MAX_TYPED = 80  # characters that are searched for; the longest label has 68
LAST = "\uffff"  # sorts after every name
_FILE = Path(__file__).with_name("communes.xz")


@dataclass(frozen=True)
class Commune:
    """code: 5 characters. kind: «» a commune, «m» a municipal arrondissement, «d», «a» a commune in a commune."""

    code: str
    name: str
    kind: str
    postcodes: tuple[str, ...]

    @property
    def value(self) -> str:
        """What a form sends: a delegated commune may share the code of its commune, so its name goes with it."""
        return f"{self.code} {self.name}" if self.kind in {"d", "a"} else self.code

    def belongs_to(self, digits: str) -> bool:
        """Does a postal code, or the department, begin so?"""
        return any(code.startswith(digits) for code in (*self.postcodes, self.code))

    @property
    def label(self) -> str:
        """«Saint-Denis (93200)»: the name and its postal code, or what else tells it from its namesakes."""
        detail = self.postcodes[0] if self.postcodes else self.code[:3] if self.code.startswith("97") else self.code[:2]
        if self.kind in {"d", "a"}:
            return _("%(name)s (%(department)s, commune rattachée)") % {"name": self.name, "department": detail}
        return f"{self.name} ({detail})"


@dataclass(frozen=True)
class _Table:
    """rows, keys: in the order in which a search shows them. postcodes: sorted, 2^20 × postal code + row."""

    rows: tuple[str, ...]
    keys: tuple[str, ...]
    words: "array[int]"
    postcodes: "array[int]"


@cache
def _table() -> _Table:
    text, _blank, index = lzma.decompress(_FILE.read_bytes()).partition(b"\n\n")
    rows = tuple(text.decode().split("\n"))
    words = array("i")
    words.frombytes(index)
    if sys.byteorder == "big":
        words.byteswap()
    codes = [
        (int(postcode) << 20) + number for number, row in enumerate(rows) for postcode in row.rpartition("|")[2].split()
    ]
    return _Table(rows, tuple(row.split("|", 4)[3] for row in rows), words, array("q", sorted(codes)))


def _commune(row: str) -> Commune:
    code, name, kind, _key, postcodes = row.split("|")
    return Commune(code, name, kind, tuple(postcodes.split()))


def everything() -> list[Commune]:
    """All of them, the largest first: for tools that walk through the table."""
    return [_commune(row) for row in _table().rows]


def search(text: str, *, limit: int = LIMIT) -> list[Commune]:
    """Communes whose name has a word that begins so, or whose postal code does; whole names first, then the largest."""
    typed = text.strip()[:MAX_TYPED]
    query = normalize(typed)
    found = _search(query, limit, is_st=len(typed) == 2)
    name, _space, digits = query.rpartition(" ")
    if found or not (name and digits.isdigit()):
        return found
    # «Saint-Denis 93200», and the label of a suggestion that is typed on
    return [commune for commune in _search(name, MOST) if commune.belongs_to(digits)][:limit]


def _search(query: str, limit: int, *, is_st: bool = False) -> list[Commune]:
    """query: normalized. is_st: where it is «saint», no more than «st» was typed."""
    if len(query) < 2:
        return []
    table = _table()
    numbers = _by_postcode(table, query) if query.isdigit() else _by_name(table, query)
    if query == "saint" and is_st:  # «st» may as well become «Strasbourg»
        numbers = chain(islice(numbers, limit - 2), _by_name(table, "st"))
    return [_commune(table.rows[number]) for number in islice(dict.fromkeys(numbers), limit)]


def _by_name(table: _Table, query: str) -> Iterator[int]:
    """Rows, best first; some of them twice."""

    def rest(word: int) -> str:
        return table.keys[word >> 6][word & 63 :]

    start = bisect_left(table.words, query, key=rest)
    end = bisect_left(table.words, query + LAST, lo=start, key=rest)
    found = table.words[start:end]
    whole = [word >> 6 for word in takewhile(lambda word: rest(word) == query, found) if not word & 63]
    yield from sorted(whole)
    yield from nsmallest(MOST, [word >> 6 for word in found if not word & 63])
    yield from nsmallest(MOST, [word >> 6 for word in found if word & 63])


def _by_postcode(table: _Table, digits: str) -> Iterator[int]:
    if len(digits) > 5:
        return
    low = int(digits.ljust(5, "0")) << 20
    high = (int(digits.ljust(5, "9")) + 1) << 20
    start, end = bisect_left(table.postcodes, low), bisect_left(table.postcodes, high)
    yield from nsmallest(MOST, [entry & ((1 << 20) - 1) for entry in table.postcodes[start:end]])


def find(value: str) -> Commune | None:
    """The commune of a form's value (`Commune.value`)."""
    code, _space, name = value.partition(" ")
    if len(code) != 5:
        return None
    communes = [_commune(row) for row in _table().rows if row.startswith(f"{code}|")]
    return next((commune for commune in communes if commune.value == value), None)


def named(text: str) -> list[Commune]:
    """Communes that the text names exactly: by label, by name, or by name and postal code or department."""
    query = normalize(text.strip()[:MAX_TYPED])
    wanted = []
    head = query.rstrip("0123456789 ") or query
    for commune in {
        found.value: found for found in chain(search(query, limit=MOST), search(head, limit=MOST))
    }.values():
        key = normalize(commune.name)
        short = key.removesuffix(" arrondissement")
        if normalize(commune.label) == query:
            return [commune]
        if query in {key, short} or any(
            query == f"{key} {code}" for code in (*commune.postcodes, commune.code[:2], commune.code)
        ):
            wanted.append(commune)
    present = [commune for commune in wanted if commune.kind in {"", "m"}]
    return present or wanted


@lru_cache(maxsize=1024)
def by_code(code: str, name: str = "") -> Commune | None:
    """The commune that was saved by its code and name; by its code alone, the one that is a commune by itself."""
    found = [_commune(row) for row in _table().rows if row.startswith(f"{code}|")]
    return next((commune for commune in found if commune.name == name), found[0] if found else None)
