"""The likeliest zone that explains what was read.

The line is not read and then mended: the likeliest text *that is a zone* is searched for, in every format it may have.
Costs are against the likeliest character of the position, which has 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from verification.checks.mrz.check_digits import cheapest
from verification.checks.mrz.formats import FILLER, FORMATS, Format
from verification.checks.mrz.lattice import FLOOR, align, confused, first_letter_misfit, relative
from verification.checks.mrz.template import ALPHABET, FORBIDDEN, INDEX, Array, french_template, template

REPAIR_MAX = 9.0  # dearer repairs, all together or of one character, would be inventions
REPAIR_MAX_EACH = 5.0
NAMES_END = FILLER * 3  # never within names
STRAY_MAX = 4  # characters behind the end of the names that may be taken for dirt
FIRST_LETTER_MAX = 5.5  # natural logarithms: a passport is not read as a visa to make its check digits hold
DOUBT = 1.0  # natural logarithms between the likeliest letter and the next
BASE_MAX = 1.6  # natural logarithms per character; what is dearer is no zone


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


def solve(name: str, lattices: Sequence[Array], *, base: float = 0.0) -> Solution:
    """The likeliest zone of this format whose check digits hold; if there is none, the likeliest text."""
    form, masks = FORMATS[name], template(name)
    costs = [relative(lattice, mask) for lattice, mask in zip(lattices, masks, strict=True)]
    code = "".join(ALPHABET[i] for i in costs[0][:5].argmin(axis=1))
    costs = [relative(cost, mask) for cost, mask in zip(costs, french_template(name, code), strict=True)]
    plain = ["".join(ALPHABET[i] for i in cost.argmin(axis=1)) for cost in costs]
    _end_names(form, costs, plain)
    lines, total = cheapest(form, costs, plain)
    if FORBIDDEN > total > REPAIR_MAX or _dearest(costs, plain, lines) > REPAIR_MAX_EACH:
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


def best_solution(lines: Sequence[Sequence[Array]], *, only: str = "") -> Solution | None:
    """The format that explains these readings best. lines: per line, one or more readings as `zone_log_probs`."""
    best: Solution | None = None
    for name in _plausible(lines):
        if only not in {"", name}:
            continue
        solution = _solution(name, lines)
        if solution is not None and (best is None or _merit(solution) > _merit(best)):
            best = solution
        if best is not None and best.consistent and best.base < 0.3 and best.cost < 1.0:
            break
    return best


def _merit(solution: Solution) -> tuple[bool, float]:
    return solution.consistent and solution.base <= BASE_MAX, -solution.base - min(solution.cost, 50.0) / 50.0


def _plausible(lines: Sequence[Sequence[Array]]) -> list[str]:
    """Formats with as many lines, the likeliest first: by length, then by first letters."""
    texts = [free_text(versions[0]) for versions in lines]
    length = max(len(text) for text in texts)

    def unlikely(name: str) -> tuple[int, int]:
        first = {"TD3": "P", "MRVA": "V", "MRVB": "V"}.get(name, "I")
        odd = texts[0][:1] != first
        if name == "FRCNI":
            odd = texts[0][:5] != "IDFRA"
        return abs(length - FORMATS[name].width), int(odd) + int(name == "TD2")

    return sorted((name for name, form in FORMATS.items() if form.lines == len(lines)), key=unlikely)


def free_text(log_probs: Array) -> str:
    """The likeliest text of a line in the zone's alphabet, of any length."""
    best = log_probs.argmax(axis=1)
    changes = np.concatenate([[True], best[1:] != best[:-1]]) & (best < len(ALPHABET))
    return "".join(ALPHABET[i] for i in best[changes])


def _solution(name: str, lines: Sequence[Sequence[Array]]) -> Solution | None:
    form, masks = FORMATS[name], template(name)
    lattices, base = [], 0.0
    for versions, mask in zip(lines, masks, strict=True):
        soft = np.minimum(mask, FLOOR)
        total = np.zeros_like(mask)
        for log_probs in versions:
            aligned = align(log_probs, form.width, soft)
            if aligned is None:
                return None
            total += np.minimum(aligned[0], FLOOR) / len(versions)
            base += aligned[1] / len(versions) / form.lines
        lattices.append(confused(total))
    if first_letter_misfit(name, lattices[0]) > FIRST_LETTER_MAX:
        return None
    return solve(name, lattices, base=base)


def doubtful(solution: Solution) -> bool:
    """Is another letter nearly as likely somewhere in the names, where no check digit decides?"""
    masks = template(solution.format)
    for line, start, end in FORMATS[solution.format].names:
        costs = np.sort(relative(solution.lattices[line], masks[line])[start:end], axis=1)
        if float((costs[:, 1] - costs[:, 0]).min()) < DOUBT:
            return True
    return False
