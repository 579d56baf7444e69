"""Which lines of text in a picture may be those of a zone, and where the lines beside one of them must lie.

quad: shape (4, 2), pixels; corners from the beginning of the line's upper edge, in the direction of reading.
"""

from collections.abc import Sequence

import numpy as np

from verification.checks import ocr
from verification.checks.mrz.template import Array
from verification.checks.ocr import TextBox

ROW_MIN_ASPECT = 6.0  # a zone's line, even half of it, is longer than this many of its heights
PAIRED_READ, SINGLE_READ = 4, 2
CHARACTER_ASPECT = 0.57  # width of a character against the height of its line's box, in detected boxes


def unit(vector: Array) -> Array:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-6), np.float32)


def turned_round(quad: Array) -> Array:
    """The same line, read from the other side."""
    return np.roll(quad, 2, axis=0)


def key_of(quad: Array) -> bytes:
    return quad.astype(np.int32).tobytes()


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


def fitted(quad: Array, characters: int) -> Array:
    """The line without the broad margin that boxes of tilted or crowded lines have: the type has a fixed shape."""
    length, height = ocr.length_of(quad[1] - quad[0]), ocr.length_of(quad[3] - quad[0])
    usual = length / (CHARACTER_ASPECT * max(characters, 1))
    return grown(quad, -(1 - 1.1 * usual / height) / 2) if height > 1.3 * usual else quad


def grown(quad: Array, share: float) -> Array:
    """Higher by this share of its height, above and below."""
    down = share * ((quad[3] - quad[0]) + (quad[2] - quad[1])) / 2
    return np.array([quad[0] - down, quad[1] - down, quad[2] + down, quad[3] + down], np.float32)


def neighbours_of(quad: Array, others: Sequence[Array]) -> dict[int, Array]:
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


def placements(quad: Array, neighbours: dict[int, Array]) -> list[tuple[int, int]]:
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


def shifted(quad: Array, neighbours: dict[int, Array], place: int) -> Array:
    """Where a line that was not detected must be: a zone's lines are evenly spaced."""
    for known, other in neighbours.items():
        if abs(known) == 1:
            step = (other.mean(axis=0) - quad.mean(axis=0)) / known
            return np.asarray(quad + place * step, np.float32)
    down = ((quad[3] - quad[0]) + (quad[2] - quad[1])) / 2
    return np.asarray(quad + place * 1.25 * down, np.float32)


def common_extent(quads: Sequence[Array]) -> list[Array]:
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
