"""Zones without pictures: lines as if they had been read without any doubt."""

from collections.abc import Sequence

import numpy as np

from verification.checks.mrz.find import Zone
from verification.checks.mrz.lattice import look_alike_costs
from verification.checks.mrz.parse import format_of
from verification.checks.mrz.solve import solve
from verification.checks.mrz.template import INDEX, Array


def text_lattice(text: str) -> Array:
    """Costs of a line that says this: nothing for what stands there, little for its look-alikes, much for all else."""
    table = look_alike_costs()
    return np.array([table[INDEX[character]] for character in text])


def zone_of(lines: Sequence[str], *, base: float = 0.0) -> Zone:
    """base: how badly the lines are read, in natural logarithms per character."""
    solution = solve(format_of(lines).name, [text_lattice(line) for line in lines], base=base)
    rows = [np.array([[0, y], [900, y], [900, y + 30], [0, y + 30]], np.float32) for y in range(600, 720, 40)]
    return Zone(solution, tuple(rows[: len(lines)]))
