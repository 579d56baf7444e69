"""Where each field of a machine-readable zone stands, and over what its check digits are.

Formats: «TD1» (3 × 30: CNIe, residence permits), «TD2» (2 × 36), «TD3» (2 × 44: passports), «MRVA» and «MRVB» (visas)
of ICAO Doc 9303 parts 3 to 7, and «FRCNI», the 2 × 36 of the French identity card issued before August 2021, no TD2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FILLER = "<"
Span = tuple[int, int, int]  # line, first position, end position (excluded), from 0


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
