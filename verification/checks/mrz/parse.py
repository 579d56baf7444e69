"""Reads the lines of a machine-readable zone: its fields, and what the check digits say."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from verification.checks.mrz.formats import (
    FILLER,
    FRCNI,
    MRVA,
    MRVB,
    TD1,
    TD2,
    TD3,
    Check,
    Format,
    check_digit,
    span_text,
)

ALPHABET = re.compile(r"[A-Z0-9<]*")
ZONE_DATE = re.compile(r"[0-9]{2}([0-9]{2}|<<)([0-9]{2}|<<)")


class NotAnMrz(ValueError):
    """These lines are in no format that this module knows."""


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
