"""Writes machine-readable zones: the exact inverse of `parse`, for specimens and for comparing typed data.

Names are transliterated as Doc 9303-3, section 6.A tells (the French usage where it leaves a choice) and cut as
9303-4, 4.2.3 tells.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from verification.checks.mrz.formats import FILLER, check_digit

MRZ_DATE = re.compile(r"[0-9<]{6}")

# What does not come apart into a letter and an accent. Ä, Ö, Ü become A, O, U as on French documents.
TRANSLITERATION = {
    "Æ": "AE",
    "Œ": "OE",
    "ß": "SS",
    "ẞ": "SS",
    "Ø": "OE",
    "Å": "AA",
    "Ð": "D",
    "Đ": "D",
    "Þ": "TH",
    "Ł": "L",
    "Ħ": "H",
    "ı": "I",
    "Ŋ": "N",
    "Ŧ": "T",
    "Ĳ": "IJ",
}
OMITTED = "'’‘ʼ`´."


def transliterate(name: str) -> str:
    """A name in the alphabet of the zone: «Élise-Anne d'Œuvre» gives `ELISE<ANNE<DOEUVRE`.

    Hyphens, blanks and commas part the name; apostrophes disappear. Raises ValueError when nothing is left.
    """
    letters = []
    for character in unicodedata.normalize("NFC", name.strip()):
        upper = TRANSLITERATION.get(character) or TRANSLITERATION.get(character.upper())
        if upper is None:
            upper = unicodedata.normalize("NFD", character.upper())
            upper = "".join(part for part in upper if not unicodedata.combining(part))
        if upper in OMITTED:
            continue
        letters.append(upper if upper.isascii() and upper.isalpha() else FILLER)
    text = re.sub(r"<+", FILLER, "".join(letters)).strip(FILLER)
    if not text:
        raise ValueError(f"no letter of the zone's alphabet in {name!r}")
    return text


def _cut(text: str, width: int) -> str:
    """At most `width` characters, the last of a cut text being a letter: that is how a cut is seen."""
    while len(text) > width and text[width - 1] == FILLER:
        end = text[: width - 1].rstrip(FILLER)
        text = end[:-1] + text[len(end) :]
    return text[:width]


def name_field(surname: str, given_names: str, width: int) -> str:
    """`SURNAME<<GIVEN<NAMES<<<`, cut to `width` so that at least one letter of the given names stays."""
    primary, secondary = transliterate(surname), transliterate(given_names) if given_names.strip() else ""
    if secondary:
        primary = _cut(primary, width - 3).rstrip(FILLER)
        secondary = _cut(secondary, width - len(primary) - 2)
        return f"{primary}<<{secondary}".ljust(width, FILLER)
    return _cut(primary, width).ljust(width, FILLER)


def mrz_date(day: date | str) -> str:
    """YYMMDD; a text is taken as it is (unknown parts of a birth are `<<`). Raises ValueError."""
    if isinstance(day, date):
        return day.strftime("%y%m%d")
    if not MRZ_DATE.fullmatch(day):
        raise ValueError(f"{day!r} is no date of the form YYMMDD")
    return day


def field(text: str, width: int) -> str:
    text = text.replace(" ", FILLER)
    if len(text) > width or not re.fullmatch(r"[A-Z0-9<]*", text):
        raise ValueError(f"{text!r} does not go into {width} characters A-Z, 0-9 and <")
    return text.ljust(width, FILLER)


def _sex(sex: str) -> str:
    return sex if sex in {"M", "F"} else FILLER


def checked(text: str) -> str:
    """The text and its check digit."""
    return text + check_digit(text)


def number_fields(number: str, optional: str, width: int) -> tuple[str, str]:
    """Number with its check digit, optional data. Longer numbers flow over into the optional data (9303-5, note j)."""
    if len(number) <= 9:
        return checked(field(number, 9)), field(optional, width)
    return field(number[:9], 9) + FILLER, field(checked(number)[9:] + FILLER + optional, width)


def build_td1(
    *,
    surname: str,
    given_names: str,
    document_number: str,
    birth_date: date | str,
    sex: str,
    expiry_date: date | str,
    nationality: str = "FRA",
    issuing_state: str = "FRA",
    document_code: str = "ID",
    optional_data: str = "",
    optional_data_2: str = "",
) -> list[str]:
    """Three lines of 30: CNIe (`ID`), residence permit (`IR`; optional data: `<` and the foreigner's number)."""
    number, optional = number_fields(document_number, optional_data, 15)
    first = field(document_code, 2) + field(issuing_state, 3) + number + optional
    birth, expiry = checked(mrz_date(birth_date)), checked(mrz_date(expiry_date))
    second = birth + _sex(sex) + expiry + field(nationality, 3) + field(optional_data_2, 11)
    second += check_digit(first[5:30] + birth + expiry + second[18:29])
    return [first, second, name_field(surname, given_names, 30)]


def build_td3(
    *,
    surname: str,
    given_names: str,
    document_number: str,
    birth_date: date | str,
    sex: str,
    expiry_date: date | str,
    nationality: str = "FRA",
    issuing_state: str = "FRA",
    document_code: str = "P",
    optional_data: str = "",
) -> list[str]:
    """Two lines of 44: passport. Without optional data their check digit is `0`, as on the French passport."""
    first = field(document_code, 2) + field(issuing_state, 3) + name_field(surname, given_names, 39)
    number, optional = checked(field(document_number, 9)), checked(field(optional_data, 14))
    birth, expiry = checked(mrz_date(birth_date)), checked(mrz_date(expiry_date))
    second = number + field(nationality, 3) + birth + _sex(sex) + expiry + optional
    return [first, second + check_digit(number + birth + expiry + optional)]


def build_french_cni(
    *,
    surname: str,
    given_names: str,
    issue_date: date | str,
    office: str,
    serial: str,
    birth_date: date | str,
    sex: str,
    administrative_code: str = "",
) -> list[str]:
    """Two lines of 36 of the French identity card issued before August 2021.

    issue_date: a date, or YYMM. office: the three characters of the department or consulate. serial: five digits.
    given_names: parted by commas or blanks; the card parts them by `<<` and the two halves of a compound by `<`.
    administrative_code: at most six characters at the end of the first line.
    """
    issued = issue_date.strftime("%y%m") if isinstance(issue_date, date) else issue_date
    if not re.fullmatch(r"\d{4}", issued):
        raise ValueError(f"{issued!r} is no date of the form YYMM")
    first = "IDFRA" + _cut(transliterate(surname), 25).ljust(25, FILLER) + field(administrative_code, 6)
    number = field(issued + office + serial, 12)
    given = "<<".join(_given_names(given_names))[:14].rstrip(FILLER).ljust(14, FILLER)
    second = checked(number) + given + checked(mrz_date(birth_date)) + _sex(sex)
    return [first, second + check_digit(first + second)]


def _given_names(given_names: str) -> Iterator[str]:
    for name in re.split(r"[,\s]+", given_names.strip()):
        if name:
            yield transliterate(name)
