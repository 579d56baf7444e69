"""Countries: code of INSEE (99100 is France), three-letter code, name in French."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from identite.cog.text import normalize

LIMIT = 10
FRANCE = "99100"
_FILE = Path(__file__).with_name("countries.csv")


@dataclass(frozen=True)
class Country:
    """alpha3 is what a form sends: some small territories share one code of INSEE."""

    code: str
    alpha3: str
    name: str
    aliases: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(normalize(name) for name in (self.name, *self.aliases))


@cache
def _countries() -> tuple[tuple[Country, tuple[str, ...]], ...]:
    with _FILE.open(encoding="utf-8", newline="") as source:
        rows = [
            Country(code, alpha3, name, tuple(alias.strip() for alias in aliases.split(",") if alias.strip()))
            for code, alpha3, name, aliases in csv.reader(source)
        ]
    return tuple((country, country.keys) for country in sorted(rows, key=lambda country: normalize(country.name)))


def search(text: str, *, limit: int = LIMIT) -> list[Country]:
    """Countries that are called so or whose name has a word that begins so; names before former and other names."""
    query = normalize(text)
    if not query:
        return []
    found = []
    for country, keys in _countries():
        ranks = [
            (0 if key == query else 1 if key.startswith(query) else 2) + (3 if place else 0)
            for place, key in enumerate(keys)
            if f" {query}" in f" {key}"
        ]
        if ranks:
            found.append((min(ranks), normalize(country.name), country))
    return [country for _rank, _name, country in sorted(found, key=lambda entry: entry[:2])[:limit]]


def find(alpha3: str) -> Country | None:
    return next((country for country, _keys in _countries() if country.alpha3 == alpha3), None)


def named(text: str) -> Country | None:
    """The country that the text names, by its name or by one other name of it alone."""
    query = normalize(text)
    by_name = [country for country, keys in _countries() if keys[0] == query]
    by_alias = [country for country, keys in _countries() if query in keys]
    return by_name[0] if by_name else by_alias[0] if len(by_alias) == 1 else None


def name_of_code(code: str) -> str:
    """For reading back a birth country; territories that share a code are named together."""
    return " / ".join(country.name for country, _keys in _countries() if country.code == code)


def name_of_nationality(alpha3: str) -> str:
    country = find(alpha3)
    return country.name if country else alpha3
