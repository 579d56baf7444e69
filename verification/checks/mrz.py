"""Machine-readable zones: where each field stands, and what the check digits say.

Formats: «TD1» (3 × 30: CNIe, residence permits), «TD2» (2 × 36), «TD3» (2 × 44: passports), «MRVA» and «MRVB» (visas)
of ICAO Doc 9303 parts 3 to 7, and «FRCNI», the 2 × 36 of the French identity card issued before August 2021, no TD2.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

FILLER = "<"
ALPHABET = re.compile(r"[A-Z0-9<]*")
ZONE_DATE = re.compile(r"[0-9]{2}([0-9]{2}|<<)([0-9]{2}|<<)")

Span = tuple[int, int, int]  # line, first position, end position (excluded), from 0


class NotAnMrz(ValueError):
    """These lines are in no format that this module knows."""


@dataclass(frozen=True)
class Check:
    """A check digit at `digit` over the characters of `spans`. may_be_empty: `<` is right over nothing but `<`."""

    digit: tuple[int, int]
    spans: tuple[Span, ...]
    may_be_empty: bool = False


@dataclass(frozen=True)
class Format:
    """Where things stand. `letters` and `digits` are the spans in which only these (and fillers) can occur."""

    name: str
    lines: int
    width: int
    names: tuple[Span, ...]
    fields: Mapping[str, Span]
    checks: Mapping[str, Check]
    letters: tuple[Span, ...]
    digits: tuple[Span, ...]
    optional: Span | None = None


@dataclass(frozen=True)
class Mrz:
    """One zone as read. `fields` keep the alphabet of the zone: dates are YYMMDD (issue of FRCNI: YYMM)."""

    format: str
    lines: tuple[str, ...]
    fields: Mapping[str, str]
    checks: Mapping[str, bool]

    @property
    def is_consistent(self) -> bool:
        return all(self.checks.values())

    def as_json(self) -> dict[str, object]:
        return {
            "format": self.format,
            "lines": list(self.lines),
            "fields": dict(self.fields),
            "checks": dict(self.checks),
        }


TD1 = Format(
    name="TD1",
    lines=3,
    width=30,
    names=((2, 0, 30),),
    fields={
        "document_code": (0, 0, 2),
        "issuing_state": (0, 2, 5),
        "document_number": (0, 5, 14),
        "optional_data": (0, 15, 30),
        "birth_date": (1, 0, 6),
        "sex": (1, 7, 8),
        "expiry_date": (1, 8, 14),
        "nationality": (1, 15, 18),
        "optional_data_2": (1, 18, 29),
    },
    checks={
        "document_number": Check((0, 14), ((0, 5, 14),)),
        "birth_date": Check((1, 6), ((1, 0, 6),)),
        "expiry_date": Check((1, 14), ((1, 8, 14),)),
        "composite": Check((1, 29), ((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29))),
    },
    letters=((0, 0, 1), (0, 2, 5), (1, 7, 8), (1, 15, 18), (2, 0, 30)),
    digits=((0, 14, 15), (1, 0, 7), (1, 8, 15), (1, 29, 30)),
    optional=(0, 15, 30),
)


def _two_lines(
    name: str, width: int, *, optional_end: int, checks: Mapping[str, Check], digits: tuple[Span, ...] = ()
) -> Format:
    """TD2, TD3 and visas share everything but their width and what follows the expiry date."""
    return Format(
        name=name,
        lines=2,
        width=width,
        names=((0, 5, width),),
        fields={
            "document_code": (0, 0, 2),
            "issuing_state": (0, 2, 5),
            "document_number": (1, 0, 9),
            "nationality": (1, 10, 13),
            "birth_date": (1, 13, 19),
            "sex": (1, 20, 21),
            "expiry_date": (1, 21, 27),
            "optional_data": (1, 28, optional_end),
        },
        checks={
            "document_number": Check((1, 9), ((1, 0, 9),)),
            "birth_date": Check((1, 19), ((1, 13, 19),)),
            "expiry_date": Check((1, 27), ((1, 21, 27),)),
            **checks,
        },
        letters=((0, 0, 1), (0, 2, width), (1, 10, 13), (1, 20, 21)),
        digits=((1, 9, 10), (1, 13, 20), (1, 21, 28), *digits),
        optional=(1, 28, 35) if name == "TD2" else None,
    )


TD2 = _two_lines(
    "TD2",
    36,
    optional_end=35,
    checks={"composite": Check((1, 35), ((1, 0, 10), (1, 13, 20), (1, 21, 35)))},
    digits=((1, 35, 36),),
)
TD3 = _two_lines(
    "TD3",
    44,
    optional_end=42,
    checks={
        "optional_data": Check((1, 42), ((1, 28, 42),), may_be_empty=True),
        "composite": Check((1, 43), ((1, 0, 10), (1, 13, 20), (1, 21, 43))),
    },
    digits=((1, 42, 44),),
)
MRVA = _two_lines("MRVA", 44, optional_end=44, checks={})
MRVB = _two_lines("MRVB", 36, optional_end=36, checks={})

# The number may hold letters (department 2A, 2B, consulates); the serial and the dates are digits.
FRCNI = Format(
    name="FRCNI",
    lines=2,
    width=36,
    names=((0, 5, 30), (1, 13, 27)),
    fields={
        "document_code": (0, 0, 2),
        "issuing_state": (0, 2, 5),
        "administrative_code": (0, 30, 36),
        "document_number": (1, 0, 12),
        "issue_date": (1, 0, 4),
        "birth_date": (1, 27, 33),
        "sex": (1, 34, 35),
    },
    checks={
        "document_number": Check((1, 12), ((1, 0, 12),)),
        "birth_date": Check((1, 33), ((1, 27, 33),)),
        "composite": Check((1, 35), ((0, 0, 36), (1, 0, 35))),
    },
    letters=((0, 0, 30), (1, 13, 27), (1, 34, 35)),
    digits=((1, 0, 4), (1, 7, 13), (1, 27, 34), (1, 35, 36)),
)

FORMATS: dict[str, Format] = {form.name: form for form in (TD1, TD2, TD3, MRVA, MRVB, FRCNI)}


def value(character: str) -> int:
    """0-9 are worth themselves, A-Z 10 to 35, the filler nothing (Doc 9303-3, 4.9)."""
    if character == FILLER:
        return 0
    return int(character, 36)


def check_digit(characters: str) -> str:
    """The digit over `characters`: weights 7, 3, 1, modulo 10."""
    return str(sum(value(character) * (7, 3, 1)[i % 3] for i, character in enumerate(characters)) % 10)


def span_text(lines: Sequence[str], spans: Sequence[Span]) -> str:
    return "".join(lines[line][start:end] for line, start, end in spans)


def format_of(lines: Sequence[str]) -> Format:
    """The format that these lines can only be in. Raises NotAnMrz."""
    widths = {len(line) for line in lines}
    if not lines or len(widths) != 1:
        raise NotAnMrz("the lines differ in length, or there are none")
    if not all(ALPHABET.fullmatch(line) for line in lines):
        raise NotAnMrz("a character is none of A-Z, 0-9 and <")
    size, code = (len(lines), widths.pop()), lines[0][0:5]
    form: Format | None = None
    if code[0:1] in {"A", "C", "I"}:
        form = {(3, 30): TD1, (2, 36): FRCNI if code == "IDFRA" else TD2}.get(size)
    elif code[0:1] == "P":
        form = {(2, 44): TD3}.get(size)
    elif code[0:1] == "V":
        form = {(2, 44): MRVA, (2, 36): MRVB}.get(size)
    if form is None:
        raise NotAnMrz(f"{size[0]} lines of {size[1]} that begin with {code!r} are in no known format")
    return form


def parse(lines: Sequence[str]) -> Mrz:
    """Cut the lines into their fields and try every check digit. Raises NotAnMrz.

    lines: in their order, without blanks. A wrong check digit is no error: `checks` says so.
    """
    form = format_of(lines)
    fields = {name: span_text(lines, (span,)) for name, span in form.fields.items()}
    checks = {name: _holds(lines, check) for name, check in form.checks.items()}
    line, position = form.checks["document_number"].digit
    if form.optional is not None and lines[line][position] == FILLER:
        _long_number(fields, checks)
    fields["surname"], fields["given_names"] = _names(form, lines)
    stripped = {name: text if name.endswith("_date") else text.strip(FILLER) for name, text in fields.items()}
    return Mrz(form.name, tuple(lines), stripped, checks)


def _holds(lines: Sequence[str], check: Check) -> bool:
    characters, digit = span_text(lines, check.spans), lines[check.digit[0]][check.digit[1]]
    if check.may_be_empty and digit == FILLER:
        return not characters.strip(FILLER)
    return digit == check_digit(characters)


def _long_number(fields: dict[str, str], checks: dict[str, bool]) -> None:
    """A number of more than nine characters goes on in the optional data, its check digit last (9303-5, note j)."""
    rest, _, further = fields["optional_data"].partition(FILLER)
    if not rest:
        return
    fields["document_number"] += rest[:-1]
    fields["optional_data"] = further
    checks["document_number"] = check_digit(fields["document_number"]) == rest[-1]


def _names(form: Format, lines: Sequence[str]) -> tuple[str, str]:
    """Names with single blanks between their parts."""
    if len(form.names) == 2:  # FRCNI: a field for each
        surname, given = (span_text(lines, (span,)) for span in form.names)
    else:
        surname, _, given = span_text(lines, form.names).partition(FILLER * 2)
    return words(surname), words(given)


def words(text: str) -> str:
    return " ".join(part for part in text.split(FILLER) if part)


def full_date(yymmdd: str, *, today: date, future: bool) -> str:
    """`YYYY-MM-DD` of a date in the zone; an unknown month or day (`<<`) becomes `00`.

    Empty when it is no date, or the year is unknown: nothing can be compared with it. future: expiry dates may lie up
    to 50 years ahead; births lie behind `today`.
    """
    if not ZONE_DATE.fullmatch(yymmdd):
        return ""
    text = yymmdd.replace(FILLER, "0")
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    century = today.year // 100 * 100
    if future:
        year += century if century + year <= today.year + 50 else century - 100
    else:
        year += century if (century + year, month, day) <= (today.year, today.month, today.day) else century - 100
    if month > 12 or day > 31:
        return ""
    if month and day:
        try:
            date(year, month, day)
        except ValueError:
            return ""
    return f"{year:04d}-{month:02d}-{day:02d}"
