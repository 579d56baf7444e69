"""Mends the lines of a zone that somebody else has read: lost fillers, look-alikes, check digits that do not hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verification.checks import mrz
from verification.checks.identity import TypedIdentity
from verification.checks.mrz import FILLER, FORMATS, Mrz, NotAnMrz
from verification.checks.mrz_lattice import (
    ALPHABET,
    INDEX,
    Array,
    Solution,
    first_letter_misfit,
    solve,
    template,
    text_lattice,
)

LINE_SLACK = 6  # fillers that a reading may have lost or won
MISFIT_MAX = 12.0  # what the lines may cost to be a zone at all: about four look-alikes where only a letter can stand
EXCHANGES_MAX, EXCHANGE_MAX = 5.0, 2.6  # for check digits: true look-alikes only, for nothing else is known of them
TYPED_WEIGHT = 0.5  # of an exchange's cost, where it gives what was typed


@dataclass(frozen=True)
class Repaired:
    """The zone, and every exchange: (line, position, read, taken). cost: in natural logarithms, 0 for nothing."""

    mrz: Mrz
    exchanges: tuple[tuple[int, int, str, str], ...]
    cost: float


def repair(lines: Sequence[str], typed: TypedIdentity | None = None) -> Repaired:
    """Fit lines to the likeliest format, letters and digits to their places, and look-alikes to the check digits.

    typed: where check digits call for an exchange and several would do, the one that gives the typed value is
    preferred. It never starts an exchange: what was read and holds, stays. Raises NotAnMrz.
    """
    clean = ["".join(character for character in line.upper() if character in INDEX) for line in lines]
    best: tuple[float, Solution, list[str]] | None = None
    for name, form in FORMATS.items():
        if len(clean) != form.lines or any(abs(len(line) - form.width) > LINE_SLACK for line in clean):
            continue
        lattices = [text_lattice(line, form.width) for line in clean]
        misfit = sum(
            float((lattice + mask).min(axis=1).sum()) for lattice, mask in zip(lattices, template(name), strict=True)
        )
        if misfit > MISFIT_MAX or first_letter_misfit(name, lattices[0]) > EXCHANGE_MAX:
            continue
        if typed is not None:
            _lean(name, lattices, typed)
        solution = solve(name, lattices, repair_max=EXCHANGES_MAX, repair_max_each=EXCHANGE_MAX)
        total = misfit + min(solution.cost, 2 * EXCHANGES_MAX) + sum(abs(len(line) - form.width) for line in clean)
        if best is None or total < best[0]:
            read = ["".join(ALPHABET[i] for i in lattice.argmin(axis=1)) for lattice in lattices]
            best = (total, solution, read)
    if best is None:
        raise NotAnMrz("these lines are in no known format, and a few look-alikes do not make them fit one")
    _, solution, read = best
    exchanges = tuple(
        (line, position, old, new)
        for line, (before, after) in enumerate(zip(read, solution.lines, strict=True))
        for position, (old, new) in enumerate(zip(before, after, strict=True))
        if old != new
    )
    return Repaired(mrz.parse(solution.lines), exchanges, best[0])


def _lean(name: str, lattices: Sequence[Array], typed: TypedIdentity) -> None:
    """Make exchanges that give the typed number or dates cheaper, not free."""
    form = FORMATS[name]
    for field, text in _expected(typed):
        if field not in form.fields:
            continue
        line, start, end = form.fields[field]
        for position, character in zip(range(start, end), text, strict=False):
            lattices[line][position, INDEX[character]] *= TYPED_WEIGHT


def _expected(typed: TypedIdentity) -> Iterator[tuple[str, str]]:
    number = "".join(character for character in typed.document_number.upper() if character in INDEX)
    yield "document_number", number
    birth = typed.birth_date
    unknown = {"00": FILLER * 2}
    yield "birth_date", birth[2:4] + "".join(unknown.get(part, part) for part in (birth[5:7], birth[8:10]))
    if typed.expiry_date is not None:
        yield "expiry_date", typed.expiry_date.strftime("%y%m%d")
