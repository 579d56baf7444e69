"""What may stand at each position of a zone: letters, digits, months, and what French documents have beyond the format.

Costs are negative natural logarithms of probabilities.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from verification.checks.mrz.formats import FILLER, FORMATS

Array = NDArray[np.float32]
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
INDEX = {character: i for i, character in enumerate(ALPHABET)}
VALUES = np.array([i % 10 for i in range(36)] + [0])
LETTERS = np.array([c.isalpha() or c == FILLER for c in ALPHABET])
DIGITS = np.array([c.isdigit() for c in ALPHABET])
FORBIDDEN = np.float32(1e4)
ODD = 8.0
FILLER_LIKELIER = 0.05  # where nothing speaks for any character


@cache
def template(name: str) -> tuple[Array, ...]:
    """Per line, shape (width, 37): FORBIDDEN where a character cannot stand, small costs where it is odd."""
    form = FORMATS[name]
    masks = [np.full((form.width, len(ALPHABET)), FILLER_LIKELIER, np.float32) for _ in range(form.lines)]
    for mask in masks:
        mask[:, INDEX[FILLER]] = 0.0
    for line, start, end in form.letters:
        masks[line][start:end, ~LETTERS] = FORBIDDEN
    for line, start, end in form.digits:
        masks[line][start:end, ~DIGITS] = FORBIDDEN
    for field, (line, start, _end) in form.fields.items():
        if field in {"birth_date", "expiry_date"}:
            _forbid(masks[line], start + 2, "23456789")
            _forbid(masks[line], start + 4, "456789")
            masks[line][start : start + 6, INDEX[FILLER]] = 3.0  # unknown parts of a date are rare
        elif field == "issue_date":
            _forbid(masks[line], start + 2, "23456789")
        elif field == "sex":
            _forbid(masks[line], start, "".join(set(ALPHABET) - set("MF<")))
            masks[line][start, INDEX[FILLER]] = 1.0
        elif field == "document_code":
            first = {"TD1": "ACI", "TD2": "ACI", "TD3": "P", "MRVA": "V", "MRVB": "V", "FRCNI": "I"}[name]
            _forbid(masks[line], start, "".join(set(ALPHABET) - set(first)))
            masks[line][start + 1, DIGITS] = 2.0
    if name == "FRCNI":
        for position, character in enumerate("IDFRA"):
            _forbid(masks[0], position, "".join(set(ALPHABET) - {character}))
    if form.optional is not None:  # a number may go on in the optional data: then its digit stands there
        line, position = form.checks["document_number"].digit
        masks[line][position, INDEX[FILLER]] = 2.0
    if name == "TD3":
        line, position = form.checks["optional_data"].digit
        masks[line][position, INDEX[FILLER]] = 0.5
    return tuple(masks)


def french_template(name: str, code: str) -> tuple[Array, ...]:
    """What French documents have beyond the format, as costs: odd, not impossible. code: the first five characters."""
    # Whatever a stranger's photo says there: only the three kinds that differ are kept.
    if name == "TD3" and code[0] + code[2:] == "PFRA":
        return _french_template(name, "P<FRA")
    return _french_template(name, code if name == "TD1" and code in {"IDFRA", "IRFRA"} else "")


@cache
def _french_template(name: str, code: str) -> tuple[Array, ...]:
    form = FORMATS[name]
    masks = [np.zeros((form.width, len(ALPHABET)), np.float32) for _ in range(form.lines)]
    if name == "TD3" and code == "P<FRA":  # number: two digits, two letters, five digits; nothing optional
        for position, kind in enumerate("ddlldddddd"):
            masks[1][position, ~(DIGITS if kind == "d" else LETTERS)] = ODD
        masks[1][28:42, np.arange(len(ALPHABET)) != INDEX[FILLER]] = 1.0
        _prefer(masks[1], 10, "FRA")
    elif name == "TD1" and code == "IDFRA":
        masks[0][15:30, np.arange(len(ALPHABET)) != INDEX[FILLER]] = 1.0
        masks[1][18:29, np.arange(len(ALPHABET)) != INDEX[FILLER]] = 1.0
        _prefer(masks[1], 15, "FRA")
    elif name == "TD1" and code == "IRFRA":  # optional data: a filler and the foreigner's number of ten digits
        masks[0][16:26, ~DIGITS] = 1.0
        masks[0][26:30, np.arange(len(ALPHABET)) != INDEX[FILLER]] = 1.0
        masks[1][18:29, np.arange(len(ALPHABET)) != INDEX[FILLER]] = 1.0
    return tuple(masks)


def _prefer(mask: Array, start: int, text: str) -> None:
    for position, character in enumerate(text, start=start):
        mask[position, np.arange(len(ALPHABET)) != INDEX[character]] = 1.0


def _forbid(mask: Array, position: int, characters: str) -> None:
    mask[position, [INDEX[c] for c in characters]] = FORBIDDEN
