"""The published file of the post offices, *laposte-poincont2*: what stands on each line, and what is wrong with it.

What a line must be stands in `docs/operating.md`.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from itertools import chain
from typing import Any

from identite.characters import has_invisible
from identite.cog.text import normalize
from verification.face_to_face.models import Office

# Normalized name of a column → attribute; the first names are the published ones.
COLUMNS = {
    "identifiant a": "identifier",
    "identifiant": "identifier",
    "identifiant du site": "identifier",
    "libelle du site": "name",
    "caracteristique du site": "kind",
    "adresse": "street",
    "complement": "complement",
    "complement d adresse": "complement",
    "lieu dit": "place",
    "code postal": "postal_code",
    "localite": "city",
    "code insee": "commune_code",
    "pays": "country",
    "latitude": "latitude",
    "longitude": "longitude",
    "numero de telephone": "phone",
}
SERVICE_COLUMNS = {
    "accessibilite entree autonome en fauteuil roulant possible": "wheelchair",
    "accessibilite absence de ressaut de plus de 2 cm de haut": "step_free",
    "accessibilite espace de circulation interieur suffisant": "room",
    "accessibilite boucle magnetique en etat de fonctionnement": "hearing_loop",
    "accessibilite borne sonore en etat de fonctionnement": "sound_beacon",
    "accessibilite presence de bande de guidage au sol": "guiding_strip",
    "accessibilite distributeur de billets avec prise audio": "audio_cash",
    "accessibilite automate avec prise audio": "audio_machine",
}
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
DAY_COLUMNS = {name: day for day, plain in enumerate(DAYS) for name in (plain, f"horaires {plain}")}
PARTICIPATION = "participe"
REQUIRED = ("identifier", "name", "postal_code", "city", "latitude", "longitude")
FIELDS = tuple(dict.fromkeys(COLUMNS.values()))
LENGTHS = {column.name: column.max_length for column in Office._meta.fields}
POSTAL_CODE = re.compile(r"\d{5}|AD\d{3}")  # Andorra has some
COMMUNE_CODE = re.compile(r"\d[\dAB]\d{3}")
IDENTIFIER = re.compile(r"[0-9A-Za-z]+")
NUMBER = re.compile(r"[+-]?\d{1,3}(?:[.,]\d+)?")
PHONE = re.compile(r"\+?[\d .()-]{4,}")
CLOCK = re.compile(r"(\d{1,2})(?:[:hH](\d{2})?)?")
STRETCH = re.compile(r"(\S+?)\s*[-–]\s*(\S+)")
# South, north, west, east of every part of France, in degrees, with a margin: what is outside was mistyped or turned round.
FRANCE = (
    (41.0, 51.5, -5.6, 10.0),
    (46.5, 47.4, -57.0, -55.8),  # Saint-Pierre-et-Miquelon
    (14.2, 18.3, -63.4, -60.6),  # the Antilles
    (1.9, 6.1, -54.9, -51.3),  # Guyane
    (-21.6, -20.7, 55.0, 56.0),  # La Réunion
    (-13.3, -12.4, 44.8, 45.5),  # Mayotte
    (-23.2, -17.9, 158.0, 173.0),  # Nouvelle-Calédonie
    (-28.0, -7.5, -155.5, -134.0),  # Polynésie française
    (-14.6, -12.9, -178.6, -175.8),  # Wallis-et-Futuna
)

Hours = frozenset[tuple[int, time, time]]


class UnusableFile(ValueError):
    """Nothing of it could be read; nothing was changed."""


class BadLine(ValueError):
    """Why a line was left out."""


@dataclass(frozen=True)
class Entry:
    """One line. values: of the columns that the file has. services, hours, participates: None where it says nothing."""

    values: Mapping[str, Any]
    services: list[str] | None
    hours: Hours | None
    participates: bool | None


@dataclass
class File:
    """entries: by identifier. named: every identifier that it names, on whatever line. bad: number of a line, counted from

    1 with the header, and the reason.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    bad: list[tuple[int, str]] = field(default_factory=list)


def read(data: bytes) -> File:
    """Raises UnusableFile when there is no header with the columns that are needed, or not one good line."""
    lines = _lines(data)
    columns = _columns(lines)
    file, good_at = File(), dict[str, int]()
    for number, line in lines:
        try:
            row = _row(line, columns, file.named)
            identifier, entry = _entry(row)
            if identifier in good_at:
                raise BadLine(f"identifier {identifier} stands on line {good_at[identifier]} already")
        except BadLine as error:
            file.bad.append((number, str(error)))
        else:
            file.entries[identifier], good_at[identifier] = entry, number
    if not file.entries:
        raise UnusableFile("not one line can be read" if file.bad else "no line follows the header")
    return file


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    """Number and text of each line that is not empty. Each is decoded by itself: one in Latin-1 spoils no other."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnusableFile("this is UTF-16; save it as UTF-8")
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError:
            line = raw.decode("cp1252", errors="replace")
        if line.strip(" ;\t\r"):
            yield number, line.rstrip("\r")


def _cells(line: str) -> list[str]:
    """Raises BadLine. A quoted cell ends on its own line."""
    try:
        row = next(csv.reader([line], delimiter=";", strict=True))
    except (csv.Error, StopIteration) as error:
        raise BadLine(f"quotation marks that do not match ({error})") from error
    return [" ".join(cell.split()) for cell in row]


def _columns(lines: Iterator[tuple[int, str]]) -> list[str]:
    """Normalized names of the columns, from the first line that is not empty."""
    _number, header = next(lines, (0, ""))
    try:
        columns = [normalize(cell) for cell in _cells(header)]
    except BadLine as error:
        raise UnusableFile(f"header: {error}") from error
    known = {COLUMNS[column] for column in columns if column in COLUMNS}
    published = {attribute: column for column, attribute in reversed(COLUMNS.items())}
    if missing := [published[name] for name in REQUIRED if name not in known]:
        raise UnusableFile(f"columns are missing: {', '.join(missing)}")
    return columns


def _row(line: str, columns: Sequence[str], named: set[str]) -> dict[str, str]:
    """Column → cell. Raises BadLine; what the line names is noted in `named` all the same."""
    cells = _cells(line)
    while len(cells) > len(columns) and not cells[-1]:
        cells.pop()
    row = dict(zip(columns, cells, strict=False))
    named.update(cell for column, cell in row.items() if COLUMNS.get(column) == "identifier")
    if len(cells) != len(columns):
        raise BadLine(f"{len(cells)} columns instead of {len(columns)}")
    return row


def _entry(row: Mapping[str, str]) -> tuple[str, Entry]:
    """The identifier and the rest. Raises BadLine."""
    values: dict[str, Any] = {COLUMNS[column]: cell for column, cell in row.items() if column in COLUMNS}
    _check_texts(values)
    values["latitude"], values["longitude"] = _coordinates(values["latitude"], values["longitude"])
    return values["identifier"], Entry(values, _services(row), _hours(row), _participation(row))


def _check_texts(values: Mapping[str, str]) -> None:
    for name in REQUIRED:
        if not values[name]:
            raise BadLine(f"no {name.replace('_', ' ')}")
    for name, text in values.items():
        length = LENGTHS[name]
        if length and len(text) > length:
            raise BadLine(f"{name.replace('_', ' ')} of {len(text)} characters, {length} at most")
        if has_invisible(text) or "\ufffd" in text:
            raise BadLine(f"{name.replace('_', ' ')} holds characters that cannot be read")
    for name, form in (("identifier", IDENTIFIER), ("postal_code", POSTAL_CODE)):
        if not form.fullmatch(values[name]):
            raise BadLine(f"{name.replace('_', ' ')} {values[name]!r}")
    for name, form in (("commune_code", COMMUNE_CODE), ("phone", PHONE)):
        if values.get(name) and not form.fullmatch(values[name]):
            raise BadLine(f"{name.replace('_', ' ')} {values[name]!r}")


def _coordinates(*texts: str) -> tuple[float, float]:
    for text in texts:
        if not NUMBER.fullmatch(text):
            raise BadLine(f"coordinate {text!r} is no number of degrees")
    latitude, longitude = (float(text.replace(",", ".")) for text in texts)
    if not any(south <= latitude <= north and west <= longitude <= east for south, north, west, east in FRANCE):
        raise BadLine(f"coordinates {latitude}, {longitude} lie outside France")
    return latitude, longitude


def _services(row: Mapping[str, str]) -> list[str] | None:
    given = {code: row[column] for column, code in SERVICE_COLUMNS.items() if column in row}
    return [code for code, cell in given.items() if _yes(cell)] if given else None


def _participation(row: Mapping[str, str]) -> bool | None:
    cell = row.get(PARTICIPATION, "")
    return _yes(cell) if cell else None


def _yes(cell: str) -> bool:
    """Raises BadLine for what is neither yes nor no."""
    answer = normalize(cell)
    if answer not in {"", "oui", "non", "1", "0"}:
        raise BadLine(f"{cell!r} is neither Oui nor Non")
    return answer in {"oui", "1"}


def _hours(row: Mapping[str, str]) -> Hours | None:
    """None where no day says anything."""
    given = {DAY_COLUMNS[column]: cell for column, cell in row.items() if column in DAY_COLUMNS and cell}
    return frozenset(chain.from_iterable(_stretches(day, cell) for day, cell in given.items())) if given else None


def _stretches(day: int, cell: str) -> Iterator[tuple[int, time, time]]:
    """«09:00-12:00 14:00-17:30», «9h-12h30, 14h-17h»; «FERME» for a closed day. Raises BadLine."""
    if normalize(cell) in {"ferme", "non"}:
        return
    last = time.min
    for part in re.sub(r"\s*[-–]\s*", "-", cell).replace(",", " ").replace("/", " ").split():
        match = STRETCH.fullmatch(part)
        if not match:
            raise BadLine(f"opening hours {cell!r}")
        opens, closes = _clock(match[1]), _clock(match[2])
        if not last <= opens < closes:
            raise BadLine(f"opening hours {cell!r} are not in order")
        last = closes
        yield day, opens, closes


def _clock(text: str) -> time:
    match = CLOCK.fullmatch(text)
    if not match or int(match[1]) > 23 or int(match[2] or 0) > 59:
        raise BadLine(f"{text!r} is no time of day")
    return time(int(match[1]), int(match[2] or 0))
