"""From what the recogniser saw in a line to the cost of each character at each position of a zone.

A line has an exact length, so its characters are not read one by one: the best way to read exactly that many out of it
is searched for, by dynamic programming, exactly.

Costs are negative natural logarithms of probabilities.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from verification.checks.mrz.formats import FILLER
from verification.checks.mrz.template import ALPHABET, FORBIDDEN, INDEX, Array, template
from verification.checks.ocr import BLANK, CHARACTERS

FLOOR = 10.0  # nothing costs more: a model is never surer than that
CONFUSION = 2.5  # what such an exchange costs beyond the table
TWINS, TWIN_CONFUSION = 1.0, 0.5  # up to this cost the type hardly differs (O and 0, I and 1), and the place decides
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


@cache
def look_alike_costs() -> Array:
    table = np.full((len(ALPHABET), len(ALPHABET)), OTHER_COST, np.float32)
    np.fill_diagonal(table, 0.0)
    for cost, pairs in LOOK_ALIKES.items():
        for pair in pairs.split():
            a, b = INDEX[pair[0]], INDEX[pair[1]]
            table[a, b] = table[b, a] = cost
    return table
