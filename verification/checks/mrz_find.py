"""Finds the machine-readable zone in a picture and reads it, whatever way the picture is turned."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.checks import ocr
from verification.checks.mrz import FORMATS
from verification.checks.mrz_lattice import (
    ALPHABET,
    FLOOR,
    Solution,
    align,
    confused,
    first_letter_misfit,
    relative,
    solve,
    template,
    zone_log_probs,
)
from verification.checks.ocr import Image, Reading, TextBox

Array = NDArray[np.float32]

ROW_MIN_ASPECT = 6.0  # a zone's line, even half of it, is longer than this many of its heights
ROWS_READ = 5
PAIRED_READ, SINGLE_READ = 4, 2
LEGIBLE = 0.88
SECOND_LOOKS = ((1.25, False, 0.0), (1.0, True, 0.0), (1.1, False, 0.12), (1.1, False, -0.08))  # wider, evened, grown
FIRST_LETTER_MAX = 5.5  # natural logarithms: a passport is not read as a visa to make its check digits hold
CHARACTER_ASPECT = 0.57  # width of a character against the height of its line's box, in detected boxes
DOUBT = 1.0  # natural logarithms between the likeliest letter and the next
ROW_STRETCH, FINE_TYPE = 0.85, 26  # lines lower than that, in pixels, are not narrowed
ROW_WIDTH = 1150  # pixels: three columns of the recogniser's answer for each of 44 characters
ZONE_MIN_CHARACTERS = 18
BASE_MAX = 1.6  # natural logarithms per character; what is dearer is no zone
WELL_FITTING = 0.3  # the same


@dataclass(frozen=True)
class Zone:
    """A zone in a picture: what it says and the quad of each of its lines."""

    solution: Solution
    quads: tuple[Array, ...]


def unit(vector: Array) -> Array:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-6), np.float32)


def turned_round(quad: Array) -> Array:
    """The same line, read from the other side."""
    return np.roll(quad, 2, axis=0)


def merged_rows(boxes: Sequence[TextBox]) -> list[TextBox]:
    """Join boxes that continue each other: detectors break a line at its fillers."""
    rows = sorted((box for box in boxes if box.length > 2 * box.height), key=lambda box: -box.length)
    result: list[TextBox] = []
    while rows:
        row = rows.pop(0)
        grown = True
        while grown:
            grown = False
            for i, other in enumerate(rows):
                if _continues(row, other):
                    row = _join(row, rows.pop(i))
                    grown = True
                    break
        result.append(row)
    return sorted(result, key=lambda box: -box.length)


def _continues(row: TextBox, other: TextBox) -> bool:
    along = unit((row.quad[1] - row.quad[0]) + (row.quad[2] - row.quad[3]))
    down = np.array([-along[1], along[0]], np.float32)
    ratio = other.height / row.height
    if not 0.6 < ratio < 1.6:
        return False
    offset = other.center - row.center
    if abs(float(offset @ down)) > 0.4 * min(row.height, other.height) + 0.01 * abs(float(offset @ along)):
        return False
    gap = abs(float(offset @ along)) - (row.length + other.length) / 2
    return gap < 2.0 * row.height


def _join(row: TextBox, other: TextBox) -> TextBox:
    along = row.quad[1] - row.quad[0]
    quad = other.quad if float((other.quad[1] - other.quad[0]) @ along) > 0 else turned_round(other.quad)
    first, second = (row.quad, quad) if float((quad.mean(axis=0) - row.center) @ along) > 0 else (quad, row.quad)
    joined = np.array([first[0], second[1], second[2], first[3]], np.float32)
    if np.linalg.norm(joined[1] - joined[0]) < row.length:  # one lay inside the other
        joined = row.quad
    return TextBox(joined, min(row.score, other.score))


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


def key_of(quad: Array) -> bytes:
    return quad.astype(np.int32).tobytes()


def narrow_crop(rgb: Image, quad: Array, *, stretch: float = 1.0) -> Image:
    """The line cut out, no wider than reading a line of a zone needs; fine type is left as wide as it comes."""
    length, height = ocr.length_of(quad[1] - quad[0]), max(1.0, ocr.length_of(quad[3] - quad[0]))
    most = 1.0 if height < FINE_TYPE else ROW_STRETCH
    return ocr.crop_line(rgb, quad, stretch=stretch * min(most, ROW_WIDTH * height / (length * ocr.LINE_HEIGHT)))


def ranked_rows(boxes: Sequence[TextBox]) -> list[TextBox]:
    """Lines that may be a zone's: those with a line of like length under or above them, then the very long ones."""
    rows = [row for row in merged_rows(boxes) if row.length >= ROW_MIN_ASPECT * row.height]
    paired = [row for row in rows if any(_siblings(row, other) for other in rows)]
    single = [row for row in rows if all(row is not other for other in paired) and row.length > 11 * row.height]
    return sorted(paired, key=_promise)[:PAIRED_READ] + sorted(single, key=_promise)[:SINGLE_READ]


def _promise(row: TextBox) -> float:
    """Long lines first, of equal length those of fine type."""
    return -row.length * min(row.length / row.height, 25.0)


def _siblings(row: TextBox, other: TextBox) -> bool:
    along = unit(row.quad[1] - row.quad[0])
    down = np.array([-along[1], along[0]], np.float32)
    offset = other.center - row.center
    return (
        0.8 < other.length / row.length < 1.25
        and 0.6 < other.height / row.height < 1.6
        and abs(float(offset @ along)) < 0.12 * row.length
        and 0.7 * row.height < abs(float(offset @ down)) < 3.0 * row.height
    )


def _rank(zone: Zone) -> tuple[bool, float]:
    return zone.solution.consistent, -(zone.solution.base + min(zone.solution.cost, 50.0) / 50.0)


def _zone_around(rgb: Image, quad: Array, reading: Reading, others: Sequence[Array]) -> Zone | None:
    """Given one line of a zone, find the lines above and below it, and read them all."""
    neighbours = _neighbours(quad, others)
    characters = len(reading.text.replace(" ", ""))
    fitted = _fitted(quad, characters)
    known: dict[int, tuple[Array, Reading | None]] = {0: (fitted, reading if fitted is quad else None)}
    neighbours = {place: _fitted(other, characters) for place, other in neighbours.items()}
    best: Zone | None = None
    for first, last in _placements(quad, neighbours):
        lines = []
        for place in range(first, last + 1):
            if place not in known:
                known[place] = (neighbours.get(place, _shifted(fitted, neighbours, place)), None)
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


def _fitted(quad: Array, characters: int) -> Array:
    """The line without the broad margin that boxes of tilted or crowded lines have: the type has a fixed shape."""
    length, height = ocr.length_of(quad[1] - quad[0]), ocr.length_of(quad[3] - quad[0])
    usual = length / (CHARACTER_ASPECT * max(characters, 1))
    return _grown(quad, -(1 - 1.1 * usual / height) / 2) if height > 1.3 * usual else quad


def _neighbours(quad: Array, others: Sequence[Array]) -> dict[int, Array]:
    """Detected lines near this one, by place: -1 is the line above."""
    along = unit(quad[1] - quad[0])
    down = np.array([-along[1], along[0]], np.float32)
    length, height = float(np.linalg.norm(quad[1] - quad[0])), float(np.linalg.norm(quad[3] - quad[0]))
    near = []
    for other in others:
        offset = other.mean(axis=0) - quad.mean(axis=0)
        start = abs(float((other[0] - quad[0]) @ along))
        aligned = start < 0.1 * length or abs(float(offset @ along)) < 0.15 * length
        other_height = float(np.linalg.norm(other[3] - other[0]))
        if aligned and 0.55 < other_height / height < 1.8 and 0.6 * height < abs(float(offset @ down)) < 6.5 * height:
            near.append((float(offset @ down), other))
    near.sort(key=lambda item: item[0])
    below = [other for distance, other in near if distance > 0]
    above = [other for distance, other in reversed(near) if distance < 0]
    found = {place: other for place, other in enumerate(below[:2], start=1)}
    return found | {-place: other for place, other in enumerate(above[:2], start=1)}


def _placements(quad: Array, neighbours: dict[int, Array]) -> list[tuple[int, int]]:
    """Which lines, of the one known and those around it, may be the zone: those detected at even distances first."""
    spans = [(-1, 1), (-2, 0), (0, 2), (-1, 0), (0, 1)]
    lines = neighbours | {0: quad}

    def likely(span: tuple[int, int]) -> bool:
        places = range(span[0], span[1] + 1)
        if not all(place in lines for place in places):
            return False
        middles = [lines[place].mean(axis=0) for place in places]
        steps = [ocr.length_of(after - before) for before, after in zip(middles, middles[1:], strict=False)]
        return max(steps) < 1.35 * min(steps)

    first = [span for span in spans if likely(span)]
    return first + [span for span in [(-1, 0), (0, 1), (-1, 1), (-2, 0), (0, 2)] if span not in first]


def _shifted(quad: Array, neighbours: dict[int, Array], place: int) -> Array:
    """Where a line that was not detected must be: a zone's lines are evenly spaced."""
    for known, other in neighbours.items():
        if abs(known) == 1:
            step = (other.mean(axis=0) - quad.mean(axis=0)) / known
            return np.asarray(quad + place * step, np.float32)
    down = ((quad[3] - quad[0]) + (quad[2] - quad[1])) / 2
    return np.asarray(quad + place * 1.25 * down, np.float32)


def _common_extent(quads: Sequence[Array]) -> list[Array]:
    """Lengthen every line to where the longest of them begin and end: lines of a zone are of equal length."""
    along = unit(sum((quad[1] - quad[0] for quad in quads), np.zeros(2, np.float32)))
    starts = [float((quad[0] + quad[3]) @ along / 2) for quad in quads]
    ends = [float((quad[1] + quad[2]) @ along / 2) for quad in quads]
    begin, end = min(starts), max(ends)
    result = []
    for quad, low, high in zip(quads, starts, ends, strict=True):
        top, bottom = quad[1] - quad[0], quad[2] - quad[3]
        length = max(high - low, 1.0)
        left, right = (low - begin) / length, (end - high) / length
        left, right = (min(part, 2.0) if part > 0.02 else 0.0 for part in (left, right))
        result.append(
            np.array(
                [quad[0] - left * top, quad[1] + right * top, quad[2] + right * bottom, quad[3] - left * bottom],
                np.float32,
            )
        )
    return result


def _read(
    rgb: Image, quads: list[Array], known: Sequence[Reading | None]
) -> tuple[Zone | None, list[tuple[Array, Reading | None]]]:
    """The zone that these lines are, if they are one; and the lines as read, for the next try."""
    extended = _common_extent(quads)
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
    for stretch, even, grown in SECOND_LOOKS:
        crops = [narrow_crop(rgb, _grown(quad, grown), stretch=stretch) for quad in quads]
        again = ocr.recognize([_evened(crop) if even else crop for crop in crops], batch=1)
        for lines, reading in zip(versions, again, strict=True):
            lines.append(zone_log_probs(reading.log_probs))
        solution = best_solution(versions, only=first.format)
        if solution is not None and (solution.consistent, -solution.cost) >= (first.consistent, -first.cost):
            first = solution
        if first.consistent and first.cost <= 2.0 and not doubtful(first):
            break
    return first


def _grown(quad: Array, share: float) -> Array:
    """Higher by this share of its height, above and below."""
    down = share * ((quad[3] - quad[0]) + (quad[2] - quad[1])) / 2
    return np.array([quad[0] - down, quad[1] - down, quad[2] + down, quad[3] + down], np.float32)


def doubtful(solution: Solution) -> bool:
    """Is another letter nearly as likely somewhere in the names, where no check digit decides?"""
    masks = template(solution.format)
    for line, start, end in FORMATS[solution.format].names:
        costs = np.sort(relative(solution.lattices[line], masks[line])[start:end], axis=1)
        if float((costs[:, 1] - costs[:, 0]).min()) < DOUBT:
            return True
    return False


def _evened(crop: Image) -> Image:
    gray = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.cvtColor(cv2.createCLAHE(2.0, (2, 8)).apply(gray), cv2.COLOR_GRAY2RGB), np.uint8)


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
