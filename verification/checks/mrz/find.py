"""Finds the machine-readable zone in a picture and reads it, whatever way the picture is turned."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from verification.checks import ocr
from verification.checks.mrz.lattice import zone_log_probs
from verification.checks.mrz.rows import (
    common_extent,
    fitted,
    grown,
    key_of,
    neighbours_of,
    placements,
    ranked_rows,
    shifted,
    turned_round,
)
from verification.checks.mrz.solve import BASE_MAX, Solution, best_solution, doubtful
from verification.checks.mrz.template import Array
from verification.checks.ocr import Image, Reading, TextBox

ROWS_READ = 5
LEGIBLE = 0.88
SECOND_LOOKS = ((1.25, False, 0.0), (1.0, True, 0.0), (1.1, False, 0.12), (1.1, False, -0.08))  # wider, evened, grown
ROW_STRETCH, FINE_TYPE = 0.85, 26  # lines lower than that, in pixels, are not narrowed
ROW_WIDTH = 1150  # pixels: three columns of the recogniser's answer for each of 44 characters
ZONE_MIN_CHARACTERS = 18
WELL_FITTING = 0.3  # the same


@dataclass(frozen=True)
class Zone:
    """A zone in a picture: what it says and the quad of each of its lines."""

    solution: Solution
    quads: tuple[Array, ...]


def looks_like_zone(text: str) -> float:
    """How much a line read looks like a line of a zone, 0 to 1."""
    dense = text.replace(" ", "")
    if len(dense) < ZONE_MIN_CHARACTERS:
        return 0.0
    fitting = sum(character.isascii() and (character.isupper() or character.isdigit()) for character in dense)
    fillers = dense.count("<") + dense.count("«")
    digits = sum(character.isdigit() for character in dense)
    share = (fitting + fillers) / len(dense)
    if not fillers and digits < 10:
        return 0.0
    words = text.split()
    return share - (0.02 * (len(words) - 1) if len(dense) > 2 * len(words) else 0.0)  # single letters: only spaced type


def may_be_zone(text: str) -> bool:
    """The same of a line beside one that is a zone's: its fillers may be too faint to be read."""
    dense = text.replace(" ", "")
    fitting = sum(character in "<«" or (character.isascii() and character.isupper()) for character in dense)
    return looks_like_zone(text) >= 0.6 or (len(dense) >= 5 and fitting > 0.7 * len(dense))


def find_zone(
    rgb: Image,
    boxes: Sequence[TextBox],
    *,
    upside_down: bool | None = None,
    seen: dict[bytes, Reading] | None = None,
    most: int = ROWS_READ,
) -> Zone | None:
    """The zone among these lines of text, or None.

    rgb: shape (height, width, 3); boxes: from `ocr.detect`. upside_down: every line is to be read from its other side;
    None: find out by reading. seen: gets every line that was read, by `key_of` its quad.
    """
    rows = ranked_rows(boxes)[:ROWS_READ]
    if not rows:
        return None
    if upside_down is None:
        crops = [ocr.crop_line(rgb, row.quad) for row in rows[:5]]
        upside_down = float(np.median(ocr.upside_down(crops))) > 0.5
    seen = {} if seen is None else seen
    for turn in (upside_down, not upside_down):
        quads = [turned_round(row.quad) if turn else row.quad for row in rows]
        zone, legible = _zone_among(rgb, quads, seen, most)
        if zone is not None or legible:  # what can be read stands the right way up
            return zone
    return None


def _zone_among(rgb: Image, quads: Sequence[Array], seen: dict[bytes, Reading], most: int) -> tuple[Zone | None, bool]:
    """The zone, and whether any line could be read at all."""
    best: Zone | None = None
    legible = False
    for quad in quads[:most]:
        reading = ocr.recognize([narrow_crop(rgb, quad)])[0]
        seen[key_of(quad)] = reading
        legible |= reading.score > LEGIBLE and len(reading.text) > 5
        if looks_like_zone(reading.text) < 0.8:
            continue
        zone = _zone_around(rgb, quad, reading, [other for other in quads if other is not quad])
        if zone is not None and (best is None or _rank(zone) > _rank(best)):
            best = zone
        if best is not None and _is_settled(best):
            break
    return best, legible


def narrow_crop(rgb: Image, quad: Array, *, stretch: float = 1.0) -> Image:
    """The line cut out, no wider than reading a line of a zone needs; fine type is left as wide as it comes."""
    length, height = ocr.length_of(quad[1] - quad[0]), max(1.0, ocr.length_of(quad[3] - quad[0]))
    most = 1.0 if height < FINE_TYPE else ROW_STRETCH
    return ocr.crop_line(rgb, quad, stretch=stretch * min(most, ROW_WIDTH * height / (length * ocr.LINE_HEIGHT)))


def _rank(zone: Zone) -> tuple[bool, float]:
    return zone.solution.consistent, -(zone.solution.base + min(zone.solution.cost, 50.0) / 50.0)


def _zone_around(rgb: Image, quad: Array, reading: Reading, others: Sequence[Array]) -> Zone | None:
    """Given one line of a zone, find the lines above and below it, and read them all."""
    neighbours = neighbours_of(quad, others)
    characters = len(reading.text.replace(" ", ""))
    tight = fitted(quad, characters)
    known: dict[int, tuple[Array, Reading | None]] = {0: (tight, reading if tight is quad else None)}
    neighbours = {place: fitted(other, characters) for place, other in neighbours.items()}
    best: Zone | None = None
    for first, last in placements(quad, neighbours):
        lines = []
        for place in range(first, last + 1):
            if place not in known:
                known[place] = (neighbours.get(place, shifted(tight, neighbours, place)), None)
            lines.append(known[place])
        zone, readings = _read(rgb, [line[0] for line in lines], [line[1] for line in lines])
        for place, again in zip(range(first, last + 1), readings, strict=True):
            known[place] = again
        if zone is not None and (best is None or _rank(zone) > _rank(best)):
            best = zone
        if best is not None and _is_settled(best):
            break
    return best


def _is_settled(zone: Zone) -> bool:
    """Nothing better will be found: its check digits hold, or it fits its format so well that they must be wrong."""
    return zone.solution.consistent or zone.solution.base < WELL_FITTING


def _read(
    rgb: Image, quads: list[Array], known: Sequence[Reading | None]
) -> tuple[Zone | None, list[tuple[Array, Reading | None]]]:
    """The zone that these lines are, if they are one; and the lines as read, for the next try."""
    extended = common_extent(quads)
    lines: list[tuple[Array, Reading | None]] = list(zip(extended, known, strict=True))
    for i, (before, after) in enumerate(zip(quads, extended, strict=True)):
        reading = known[i]
        if reading is None or not np.allclose(before, after):
            reading = ocr.recognize([narrow_crop(rgb, after)])[0]
            lines[i] = (after, reading)
        if not may_be_zone(reading.text):
            return None, [(quad, known[j]) if j != i else lines[i] for j, quad in enumerate(quads)]
    readings = [reading for _, reading in lines if reading is not None]
    solution = best_solution([[zone_log_probs(reading.log_probs)] for reading in readings])
    if solution is None or solution.base > BASE_MAX:
        return None, lines
    if solution.cost > 0 or doubtful(solution):
        solution = _second_look(rgb, extended, readings, solution)
    return Zone(solution, tuple(extended)), lines


def _second_look(rgb: Image, quads: Sequence[Array], readings: Sequence[Reading], first: Solution) -> Solution:
    """Read again, wider and with evened contrast, and let the readings vote, where check digits dispute the first."""
    versions = [[zone_log_probs(reading.log_probs)] for reading in readings]
    for stretch, even, share in SECOND_LOOKS:
        crops = [narrow_crop(rgb, grown(quad, share), stretch=stretch) for quad in quads]
        again = ocr.recognize([_evened(crop) if even else crop for crop in crops], batch=1)
        for lines, reading in zip(versions, again, strict=True):
            lines.append(zone_log_probs(reading.log_probs))
        solution = best_solution(versions, only=first.format)
        if solution is not None and (solution.consistent, -solution.cost) >= (first.consistent, -first.cost):
            first = solution
        if first.consistent and first.cost <= 2.0 and not doubtful(first):
            break
    return first


def _evened(crop: Image) -> Image:
    gray = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.cvtColor(cv2.createCLAHE(2.0, (2, 8)).apply(gray), cv2.COLOR_GRAY2RGB), np.uint8)
