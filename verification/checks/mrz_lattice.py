"""Reads a machine-readable zone out of character probabilities, knowing what a zone looks like.

A line has an exact length, a position allows letters or digits, and check digits tie positions together. So the line is
not read and then mended: the likeliest text *that is a zone* is searched for, by dynamic programming, exactly.
The same search mends lines that somebody else has read: a text becomes probabilities by the table of look-alikes.

Costs are negative natural logarithms of probabilities, against the likeliest character of the position, which has 0.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from verification.checks.mrz import FILLER, FORMATS, Check, Format
from verification.checks.ocr import BLANK, CHARACTERS

Array = NDArray[np.float32]

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
INDEX = {character: i for i, character in enumerate(ALPHABET)}
VALUES = np.array([i % 10 for i in range(36)] + [0])
LETTERS = np.array([c.isalpha() or c == FILLER for c in ALPHABET])
DIGITS = np.array([c.isdigit() for c in ALPHABET])
FLOOR = 10.0  # nothing costs more: a model is never surer than that
FORBIDDEN = np.float32(1e4)
ODD = 8.0
FILLER_LIKELIER = 0.05  # where nothing speaks for any character
CONFUSION = 2.5  # what such an exchange costs beyond the table
TWINS, TWIN_CONFUSION = 1.0, 0.5  # up to this cost the type hardly differs (O and 0, I and 1), and the place decides
REPAIR_MAX = 9.0  # dearer repairs, all together or of one character, would be inventions
REPAIR_MAX_EACH = 5.0
NAMES_END = FILLER * 3  # never within names
STRAY_MAX = 4  # characters behind the end of the names that may be taken for dirt
OPTIONS = 6  # characters tried at a position

# What recognisers and people take for each other, in the type of the zone (OCR-B), with the cost of the exchange.
LOOK_ALIKES = {
    1.0: "0O 1I",
    1.5: "8B 5S 2Z 6G",
    2.0: "0D 0Q OQ OD",
    2.5: "1L IL",
    3.0: "CG UV K< C< EF",
    3.5: "1T IT 7T MN HN HM VY XK L< PR 0C OC 38 56 17 68 IJ",
    4.0: "1J 8S 3B 4A 7Z 7Y S< E< OU 0U EB RB WV GQ",
}
OTHER_COST = 8.0  # any other exchange


@dataclass(frozen=True)
class Solution:
    """A zone as found. cost: what the check digits made dearer than the likeliest text, 0 when nothing was mended.

    base: cost of the reading itself (how little it looks like a zone), per character.
    repaired: (line, position, what was likeliest, what was taken).
    consistent: all check digits hold. lattices: per line, shape (width, 37), the costs that this came from.
    """

    format: str
    lines: tuple[str, ...]
    cost: float
    base: float
    repaired: tuple[tuple[int, int, str, str], ...]
    consistent: bool
    lattices: tuple[Array, ...]


@cache
def _fold() -> Array:
    """Shape (columns of a Reading, 38): which character of the zone each of them counts for."""
    fold = np.zeros((BLANK + 2, len(ALPHABET) + 1), np.float32)
    for i, character in enumerate(CHARACTERS):
        upper = {"«": FILLER, "(": FILLER, "É": "E", "È": "E", "Ë": "E", "Ç": "C"}.get(character, character.upper())
        if upper in INDEX:
            fold[i, INDEX[upper]] = 1.0
    fold[BLANK, -1] = fold[CHARACTERS.index(" "), -1] = 1.0  # wide type is read with blanks between the letters
    return fold


def zone_log_probs(log_probs: Array) -> Array:
    """Shape (columns, 38): the characters of the zone, the last being «no character»."""
    probabilities = np.exp(log_probs) @ _fold()
    return np.asarray(np.log(np.maximum(probabilities, np.exp(-FLOOR))), np.float32)


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


def align(log_probs: Array, width: int, mask: Array) -> tuple[Array, float] | None:
    """The best way to read exactly `width` characters out of a line.

    log_probs: shape (columns, 38), see `zone_log_probs`. mask: shape (width, 37), extra costs.
    Returns the costs, shape (width, 37), and the cost per character of the whole path; None when the line is too short.
    """
    columns, size = len(log_probs), len(ALPHABET)
    if columns < width:
        return None
    minus = np.float32(-1e9)
    blank = np.full(width + 1, minus, np.float32)
    blank[0] = 0.0
    chars = np.full((width + 1, size), minus, np.float32)
    came = np.zeros((columns, width + 1, size), np.int8)  # 0 same character, 1 a gap, 2 another character
    gap_from_char = np.zeros((columns, width + 1), bool)
    best_char = np.zeros((columns, width + 1, 2), np.int8)
    rows = np.arange(width + 1)
    for t in range(columns):
        first = chars.argmax(axis=1)
        top = chars[rows, first]
        hidden = chars.copy()
        hidden[rows, first] = minus
        second = hidden.argmax(axis=1)
        best_char[t, :, 0], best_char[t, :, 1] = first, second
        entering = np.repeat(top[:-1, np.newaxis], size, axis=1)
        entering[rows[:-1], first[:-1]] = hidden[rows[:-1], second[:-1]]
        from_gap = blank[:-1, np.newaxis]
        new = np.maximum(entering, from_gap) - mask
        stay = chars[1:] >= new
        came[t, 1:] = np.where(stay, 0, np.where(from_gap >= entering, 1, 2))
        following = np.where(stay, chars[1:], new) + log_probs[t, :size]
        gap_from_char[t] = top > blank
        blank = np.maximum(blank, top) + log_probs[t, size]
        chars[1:] = following
    in_char = chars[width].max() > blank[width]
    total = float(max(chars[width].max(), blank[width]))
    if total < minus / 2:
        return None
    spans = _trace(came, gap_from_char, best_char, width, int(chars[width].argmax()) if in_char else -1)
    lattice = np.empty((width, size), np.float32)
    for position, (start, end) in enumerate(spans):
        lattice[position] = -log_probs[start:end, :size].max(axis=0)
    return lattice, -total / width


def _trace(
    came: NDArray[np.int8], gap_from_char: NDArray[np.bool_], best_char: NDArray[np.int8], width: int, character: int
) -> list[tuple[int, int]]:
    """Walk the best path back: for every character the columns that it was read from."""
    spans = [(0, 0)] * width
    position, end = width, len(came)
    for t in range(len(came) - 1, -1, -1):
        if character < 0:
            if gap_from_char[t, position]:
                character, end = int(best_char[t, position, 0]), t
            continue
        step = came[t, position, character]
        if step == 0:
            continue
        spans[position - 1] = (t, end)
        position, end = position - 1, t
        if step == 1:
            character = -1
        else:
            first, second = best_char[t, position]
            character = int(second if first == character else first)
        if position == 0:
            break
    return spans


def relative(lattice: Array, mask: Array) -> Array:
    """Costs against the likeliest character that may stand there."""
    total = np.minimum(lattice, FORBIDDEN) + mask
    return np.asarray(total - total.min(axis=1, keepdims=True), np.float32)


def first_letter_misfit(name: str, lattice: Array) -> float:
    """What it costs to take the zone's very first letter, which tells its format, for one of this format."""
    return float((lattice[0] + template(name)[0][0]).min() - lattice[0].min())


def confused(lattice: Array) -> Array:
    """Costs that allow for the recogniser's taking one character for its look-alike, surer than it should be.

    A filler is no such mistake: dirt may look like a letter, a letter does not look like nothing.
    """
    table = look_alike_costs()[:-1, :]
    table = table + np.where(table <= TWINS, TWIN_CONFUSION, CONFUSION)
    through = lattice[:, :-1, np.newaxis] + table[np.newaxis]
    return np.asarray(np.minimum(lattice, through.min(axis=1)), np.float32)


def solve(
    name: str,
    lattices: Sequence[Array],
    *,
    base: float = 0.0,
    repair_max: float = REPAIR_MAX,
    repair_max_each: float = REPAIR_MAX_EACH,
) -> Solution:
    """The likeliest zone of this format whose check digits hold; if there is none, the likeliest text."""
    form, masks = FORMATS[name], template(name)
    costs = [relative(lattice, mask) for lattice, mask in zip(lattices, masks, strict=True)]
    code = "".join(ALPHABET[i] for i in costs[0][:5].argmin(axis=1))
    costs = [relative(cost, mask) for cost, mask in zip(costs, french_template(name, code), strict=True)]
    plain = ["".join(ALPHABET[i] for i in cost.argmin(axis=1)) for cost in costs]
    _end_names(form, costs, plain)
    lines, total = _search(form, costs, plain)
    if FORBIDDEN > total > repair_max or _dearest(costs, plain, lines) > repair_max_each:
        lines, total = plain, float(FORBIDDEN)
    repaired = tuple(
        (line, i, old, new)
        for line, (before, after) in enumerate(zip(plain, lines, strict=True))
        for i, (old, new) in enumerate(zip(before, after, strict=True))
        if old != new
    )
    return Solution(name, tuple(lines), total, base, repaired, bool(total < FORBIDDEN), tuple(lattices))


def _end_names(form: Format, costs: Sequence[Array], plain: list[str]) -> None:
    """Behind three fillers no name begins: a few strays there are the edge of the card or dirt."""
    for line, start, end in form.names:
        text = plain[line][start:end]
        at = text.find(NAMES_END)
        strays = [i for i in range(at, len(text)) if text[i] != FILLER] if at > 0 else []
        if not 0 < len(strays) <= STRAY_MAX:
            continue
        for i in strays:
            costs[line][start + i, :] = FORBIDDEN
            costs[line][start + i, INDEX[FILLER]] = 0.0
        plain[line] = plain[line][: start + at] + FILLER * (len(text) - at) + plain[line][end:]


def _dearest(costs: Sequence[Array], plain: Sequence[str], lines: Sequence[str]) -> float:
    """What the most expensive single exchange cost."""
    return max(
        (
            float(costs[line][i, INDEX[new]])
            for line, (before, after) in enumerate(zip(plain, lines, strict=True))
            for i, (old, new) in enumerate(zip(before, after, strict=True))
            if old != new
        ),
        default=0.0,
    )


def _search(form: Format, costs: Sequence[Array], plain: Sequence[str]) -> tuple[list[str], float]:
    """Cheapest lines that satisfy all check digits; the plain ones, at FORBIDDEN, when that costs too much."""
    lines, total = [list(line) for line in plain], 0.0
    checks = dict(form.checks)
    number = checks["document_number"]
    if form.optional is not None and plain[number.digit[0]][number.digit[1]] == FILLER:
        long = _long_number(form, number, plain)
        if long is not None:
            checks["document_number"] = long
    composite: Check | None = checks.pop("composite", None)
    if composite is None:
        for check in checks.values():
            total += _chain(costs, lines, _walk([check], None, plain))
    else:
        total += _chain(costs, lines, _walk(list(checks.values()), composite, plain))
    if total >= FORBIDDEN:
        return list(plain), float(FORBIDDEN)
    return ["".join(line) for line in lines], total


def _long_number(form: Format, number: Check, plain: Sequence[str]) -> Check | None:
    """A number that goes on in the optional data: the check digit stands before the next filler there."""
    line, start, end = form.optional or (0, 0, 0)
    rest = plain[line][start:end].partition(FILLER)[0]
    if len(rest) < 2:
        return None
    return Check((line, start + len(rest) - 1), (*number.spans, (line, start, start + len(rest) - 1)))


@dataclass(frozen=True)
class _Place:
    """One position on the way: its weight in the composite and in its own field (0: none), and if it closes one."""

    line: int
    position: int
    composite: int
    field: int
    closes: str  # "", "field" or "composite"
    may_be_filler: bool


def _walk(fields: Sequence[Check], composite: Check | None, plain: Sequence[str]) -> list[_Place]:
    """The positions in an order in which one residue per check is enough."""
    weights: dict[tuple[int, int], int] = {}
    for check in fields:
        weights |= dict(zip(_places(check), _weights(), strict=False))
    closing = {check.digit: check for check in fields}
    order = _places(composite) if composite is not None else []
    whole = dict(zip(order, _weights(), strict=False))
    missing = [place for check in fields for place in (*_places(check), check.digit) if place not in whole]
    places = []
    for line, position in [*missing, *order] if not order else _in_order(order, missing):
        closed = closing.get((line, position))
        empty = closed is not None and closed.may_be_empty and not _text(plain, closed).strip(FILLER)
        places.append(
            _Place(
                line,
                position,
                whole.get((line, position), 0),
                weights.get((line, position), 0),
                "field" if closed is not None else "",
                empty,
            )
        )
    if composite is not None:
        places.append(_Place(*composite.digit, 0, 0, "composite", False))
    return places


def _in_order(order: list[tuple[int, int]], missing: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Every format's composite runs over whole fields, check digits included, so nothing is missing."""
    if missing:
        raise ValueError("a check digit outside the composite")
    return order


def _places(check: Check) -> list[tuple[int, int]]:
    return [(line, i) for line, start, end in check.spans for i in range(start, end)]


def _weights() -> Iterable[int]:
    while True:
        yield from (7, 3, 1)


def _text(plain: Sequence[str], check: Check) -> str:
    return "".join(plain[line][start:end] for line, start, end in check.spans)


def _chain(costs: Sequence[Array], lines: list[list[str]], places: Sequence[_Place]) -> float:
    """Cheapest choice over `places`: states are (composite residue, field residue). Writes into `lines`."""
    state = np.full((10, 10), FORBIDDEN, np.float32)
    state[0, 0] = 0.0
    steps = []
    for place in places:
        cost = costs[place.line][place.position]
        options = np.argsort(cost)[:OPTIONS]
        if place.closes:
            wanted = DIGITS.copy()
            wanted[INDEX[FILLER]] = place.may_be_filler
            options = np.array([i for i in np.argsort(cost) if wanted[i]])
        after = np.full((10, 10), FORBIDDEN, np.float32)
        chosen = np.zeros((10, 10), np.int8)
        for option in options:
            value = int(VALUES[option])
            if cost[option] >= FORBIDDEN:
                continue
            if place.closes == "composite":
                moved = np.full((10, 10), FORBIDDEN, np.float32)
                moved[0] = state[value]
            else:
                moved = np.roll(state, value * place.composite % 10, axis=0)
                if place.closes == "field":
                    kept = moved[:, value].copy()
                    moved = np.full((10, 10), FORBIDDEN, np.float32)
                    moved[:, 0] = kept
                else:
                    moved = np.roll(moved, value * place.field % 10, axis=1)
            moved = moved + cost[option]
            better = moved < after
            after[better] = moved[better]
            chosen[better] = option
        steps.append(chosen)
        state = after
    end = np.unravel_index(int(state.argmin()), state.shape) if not _closed(places) else (0, 0)
    total = float(state[end])
    if total >= FORBIDDEN:
        return float(FORBIDDEN)
    composite, field = int(end[0]), int(end[1])
    for place, chosen in zip(reversed(places), reversed(steps), strict=True):
        option = int(chosen[composite, field])
        value = int(VALUES[option])
        lines[place.line][place.position] = ALPHABET[option]
        if place.closes == "composite":
            composite = value
        else:
            composite = (composite - value * place.composite) % 10
            field = value if place.closes == "field" else (field - value * place.field) % 10
    return total


def _closed(places: Sequence[_Place]) -> bool:
    return bool(places) and bool(places[-1].closes)


def text_lattice(text: str, width: int) -> Array:
    """Costs of a line that somebody else has read, refitted to `width` at its longest run of fillers."""
    text = refit(text, width)
    lattice = np.full((width, len(ALPHABET)), OTHER_COST, np.float32)
    table = look_alike_costs()
    for position, character in enumerate(text):
        if character in INDEX:
            lattice[position] = table[INDEX[character]]
    return lattice


@cache
def look_alike_costs() -> Array:
    table = np.full((len(ALPHABET), len(ALPHABET)), OTHER_COST, np.float32)
    np.fill_diagonal(table, 0.0)
    for cost, pairs in LOOK_ALIKES.items():
        for pair in pairs.split():
            a, b = INDEX[pair[0]], INDEX[pair[1]]
            table[a, b] = table[b, a] = cost
    return table


def refit(text: str, width: int) -> str:
    """Lengthen or shorten the fillers that readings lose or win: those at the end, else the longest run of them."""
    if text.endswith(FILLER):
        kept = text.rstrip(FILLER)
        return kept[:width].ljust(width, FILLER)
    runs = [(end - start, start, end) for start, end in _filler_runs(text)]
    if runs and len(text) != width:
        length, start, end = max(runs)
        keep = max(1, length + width - len(text))
        text = text[:start] + FILLER * keep + text[end:]
    return text[:width].ljust(width, FILLER)


def _filler_runs(text: str) -> Iterable[tuple[int, int]]:
    start = None
    for i, character in enumerate(text + " "):
        if character == FILLER and start is None:
            start = i
        elif character != FILLER and start is not None:
            yield start, i
            start = None
