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


def _field(text: str, width: int) -> str:
    text = text.replace(" ", FILLER)
    if len(text) > width or not re.fullmatch(r"[A-Z0-9<]*", text):
        raise ValueError(f"{text!r} does not go into {width} characters A-Z, 0-9 and <")
    return text.ljust(width, FILLER)


def _sex(sex: str) -> str:
    return sex if sex in {"M", "F"} else FILLER


def _number(number: str, optional: str, width: int) -> tuple[str, str, str]:
    """Number, its check digit, optional data. Longer numbers flow over into the optional data (9303-5, note j)."""
    if len(number) <= 9:
        number = _field(number, 9)
        return number, check_digit(number), _field(optional, width)
    rest = number[9:] + check_digit(number) + FILLER
    return _field(number[:9], 9), FILLER, _field(rest + optional, width)


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
    number, digit, optional = _number(document_number, optional_data, 15)
    first = _field(document_code, 2) + _field(issuing_state, 3) + number + digit + optional
    birth, expiry = mrz_date(birth_date), mrz_date(expiry_date)
    birth, expiry = birth + check_digit(birth), expiry + check_digit(expiry)
    second = birth + _sex(sex) + expiry + _field(nationality, 3) + _field(optional_data_2, 11)
    second += check_digit(first[5:30] + birth + expiry + second[18:29])
    return [first, second, name_field(surname, given_names, 30)]


def build_td2(
    *,
    surname: str,
    given_names: str,
    document_number: str,
    birth_date: date | str,
    sex: str,
    expiry_date: date | str,
    nationality: str,
    issuing_state: str,
    document_code: str = "I",
    optional_data: str = "",
) -> list[str]:
    """Two lines of 36."""
    number, digit, optional = _number(document_number, optional_data, 7)
    first = _field(document_code, 2) + _field(issuing_state, 3) + name_field(surname, given_names, 31)
    birth, expiry = mrz_date(birth_date), mrz_date(expiry_date)
    birth, expiry = birth + check_digit(birth), expiry + check_digit(expiry)
    second = number + digit + _field(nationality, 3) + birth + _sex(sex) + expiry + optional
    return [first, second + check_digit(number + digit + birth + expiry + optional)]


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
    number = _field(document_number, 9)
    first = _field(document_code, 2) + _field(issuing_state, 3) + name_field(surname, given_names, 39)
    birth, expiry = mrz_date(birth_date), mrz_date(expiry_date)
    optional = _field(optional_data, 14)
    parts = [text + check_digit(text) for text in (number, birth, expiry, optional)]
    second = parts[0] + _field(nationality, 3) + parts[1] + _sex(sex) + parts[2] + parts[3]
    return [first, second + check_digit("".join(parts))]


def build_visa(
    *,
    surname: str,
    given_names: str,
    document_number: str,
    birth_date: date | str,
    sex: str,
    expiry_date: date | str,
    nationality: str,
    issuing_state: str,
    document_code: str = "V",
    optional_data: str = "",
    width: int = 44,
) -> list[str]:
    """Two lines of 44 (MRV-A) or, with `width` 36, of 36 (MRV-B). Visas have no composite digit."""
    number = _field(document_number, 9)
    first = _field(document_code, 2) + _field(issuing_state, 3) + name_field(surname, given_names, width - 5)
    birth, expiry = mrz_date(birth_date), mrz_date(expiry_date)
    second = number + check_digit(number) + _field(nationality, 3) + birth + check_digit(birth)
    second += _sex(sex) + expiry + check_digit(expiry) + _field(optional_data, width - 28)
    return [first, second]


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
    first = "IDFRA" + _cut(transliterate(surname), 25).ljust(25, FILLER) + _field(administrative_code, 6)
    number = _field(issued + office + serial, 12)
    given = "<<".join(_given_names(given_names))[:14].rstrip(FILLER).ljust(14, FILLER)
    birth = mrz_date(birth_date)
    second = number + check_digit(number) + given + birth + check_digit(birth) + _sex(sex)
    return [first, second + check_digit(first + second)]


def _given_names(given_names: str) -> Iterator[str]:
    for name in re.split(r"[,\s]+", given_names.strip()):
        if name:
            yield transliterate(name)
