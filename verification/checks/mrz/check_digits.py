"""The cheapest characters whose check digits hold, among the costs of each character at each position of a zone.

Check digits tie positions together, so the search goes over residues, by dynamic programming, exactly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from verification.checks.mrz.formats import FILLER, Check, Format
from verification.checks.mrz.template import ALPHABET, DIGITS, FORBIDDEN, INDEX, VALUES, Array

OPTIONS = 6  # characters tried at a position


def cheapest(form: Format, costs: Sequence[Array], plain: Sequence[str]) -> tuple[list[str], float]:
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
