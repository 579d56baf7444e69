"""Zones without pictures: lines as if they had been read without any doubt."""

from collections.abc import Sequence

import numpy as np

from verification.checks import mrz
from verification.checks.mrz_find import Zone
from verification.checks.mrz_lattice import solve, text_lattice


def zone_of(lines: Sequence[str], *, base: float = 0.0) -> Zone:
    """base: how badly the lines are read, in natural logarithms per character."""
    name = mrz.format_of(lines).name
    solution = solve(name, [text_lattice(line, len(line)) for line in lines], base=base)
    rows = [np.array([[0, y], [900, y], [900, y + 30], [0, y + 30]], np.float32) for y in range(600, 720, 40)]
    return Zone(solution, tuple(rows[: len(lines)]))
