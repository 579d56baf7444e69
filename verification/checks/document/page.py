"""A photo of a document as the checks see it: upright, with its lines of text, each read at most once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.checks import images, ocr
from verification.checks.mrz.find import ROWS_READ, Zone, find_zone
from verification.checks.mrz.rows import key_of, turned_round
from verification.checks.ocr import Image, Reading, TextBox

Array = NDArray[np.float32]

DETECTION_SIDE = 736  # pixels: at 960 it costs 0.15 s more and finds no more
FINE_DETECTION_SIDE = 992  # for what was not found at first
ROWS_READ_IN_PASSING = 2  # where no zone is expected: it is found all the same when the wrong side is shown
CLOSER_SHARE = 0.7  # text that fills less of the picture than this is looked at again, from nearer


@dataclass
class Page:
    """rgb: upright; boxes: lines of text, quads from the start of reading. quarter_turns: clockwise, since decoding.

    tilt: of the text against the picture's rows, in degrees, positive clockwise.
    """

    rgb: Image
    boxes: list[TextBox]
    quarter_turns: int
    tilt: float
    zone: Zone | None
    readings: dict[int, Reading] = field(default_factory=dict)
    seen: dict[bytes, Reading] = field(default_factory=dict)

    @property
    def height(self) -> int:
        return int(self.rgb.shape[0])

    @property
    def width(self) -> int:
        return int(self.rgb.shape[1])

    def knows(self, number: int) -> bool:
        """Has this box been read already?"""
        return number in self.readings or key_of(self.boxes[number].quad) in self.seen

    def read(self, numbers: Sequence[int]) -> list[Reading]:
        """The texts of these boxes."""
        for i in numbers:
            known = self.seen.get(key_of(self.boxes[i].quad))
            if known is not None:
                self.readings.setdefault(i, known)
        missing = [i for i in numbers if i not in self.readings]
        crops = [ocr.crop_line(self.rgb, self.boxes[i].quad) for i in missing]
        for i, reading in zip(missing, ocr.recognize(crops), strict=True):
            self.readings[i] = reading
        return [self.readings[i] for i in numbers]


def turn_points(points: Array, turns: int, width: int, height: int) -> Array:
    """Where points of a picture of this size are after it was turned clockwise by so many quarters."""
    x, y = points[:, 0], points[:, 1]
    turned = {
        0: (x, y),
        1: (height - y, x),
        2: (width - x, height - y),
        3: (y, width - x),
    }[turns % 4]
    return np.stack(turned, axis=1).astype(np.float32)


def open_page(rgb: Image, *, expects_zone: bool = True) -> Page:
    """Find the text, turn the picture upright and read the machine-readable zone.

    expects_zone: look again, from nearer or more finely, when there is none.
    """
    page = _page(rgb, ocr.detect(rgb, max_side=DETECTION_SIDE), ROWS_READ if expects_zone else ROWS_READ_IN_PASSING)
    if page.zone is None and max(page.width, page.height) > DETECTION_SIDE:
        closer = _closer_boxes(page)
        if not closer and expects_zone:
            closer = ocr.detect(page.rgb, max_side=FINE_DETECTION_SIDE)
        if closer:
            again = _page(page.rgb, closer, ROWS_READ)
            if again.zone is not None or len(again.boxes) > len(page.boxes):
                again.quarter_turns += page.quarter_turns
                return again
    return page


def look_finely(page: Page, region: Sequence[int]) -> bool:
    """Look for more lines inside `region`; those known stay. Was anything found?"""
    x, y, width, height = region
    offset = np.array([x, y], np.float32)
    found = ocr.detect(np.ascontiguousarray(page.rgb[y : y + height, x : x + width]), max_side=FINE_DETECTION_SIDE)
    fresh = []
    for box in found:
        moved = TextBox(_rightward(box.quad + offset), box.score)
        if not any(_same_place(moved, known) for known in page.boxes):
            fresh.append(moved)
    page.boxes = [*page.boxes, *fresh]
    return bool(fresh)


def _same_place(one: TextBox, other: TextBox) -> bool:
    near = ocr.length_of(one.center - other.center) < 0.5 * max(one.height, other.height)
    return (
        near and 0.8 < one.length / max(other.length, 1.0) < 1.25 and 0.75 < one.height / max(other.height, 1.0) < 1.33
    )


def _closer_boxes(page: Page) -> list[TextBox]:
    """Text found by looking again at the part of the picture where there is some: for a document far away."""
    if not page.boxes:
        return []
    points = np.concatenate([box.quad for box in page.boxes])
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.35 * float((high - low).max())
    left, top = (max(0, int(value - margin)) for value in low)
    right, bottom = min(page.width, int(high[0] + margin)), min(page.height, int(high[1] + margin))
    if max(right - left, bottom - top) > CLOSER_SHARE * max(page.width, page.height):
        return []
    offset = np.array([left, top], np.float32)
    found = ocr.detect(np.ascontiguousarray(page.rgb[top:bottom, left:right]), max_side=DETECTION_SIDE)
    return [TextBox(box.quad + offset, box.score) for box in found]


def _page(rgb: Image, boxes: list[TextBox], most_rows: int) -> Page:
    page = Page(rgb, boxes, 0, 0.0, None)
    if _is_sideways(boxes):
        _turn(page, 1)
    page.boxes = [TextBox(_rightward(box.quad), box.score) for box in page.boxes]
    if _is_upside_down(page.rgb, page.boxes):
        _turn(page, 2)
    page.zone = find_zone(page.rgb, page.boxes, upside_down=False, seen=page.seen, most=most_rows)
    if page.zone is not None and page.zone.quads[0][1, 0] < page.zone.quads[0][0, 0]:
        _turn(page, 2)
    page.tilt = _tilt(page.boxes, page.zone)
    return page


def _turn(page: Page, turns: int) -> None:
    """Turn the picture and all that was found in it clockwise by so many quarters."""
    width, height = page.width, page.height
    page.rgb = images.quarter_turned(page.rgb, turns)
    page.boxes = [_moved(box, turns, width, height) for box in page.boxes]
    if turns == 2:
        page.boxes = [TextBox(_rightward(box.quad), box.score) for box in page.boxes]
    if page.zone is not None:
        quads = tuple(turn_points(quad, turns, width, height) for quad in page.zone.quads)
        page.zone = Zone(page.zone.solution, quads)
    page.quarter_turns += turns
    page.seen.clear()


def _moved(box: TextBox, turns: int, width: int, height: int) -> TextBox:
    return TextBox(turn_points(box.quad, turns, width, height), box.score)


def _rightward(quad: Array) -> Array:
    return quad if quad[1, 0] >= quad[0, 0] else turned_round(quad)


def _angle(box: TextBox) -> float:
    """Of its longer side, -90 to 90 degrees."""
    along = box.quad[1] - box.quad[0]
    return float((np.degrees(np.arctan2(along[1], along[0])) + 90.0) % 180.0 - 90.0)


def _is_sideways(boxes: Sequence[TextBox]) -> bool:
    weights = [(abs(_angle(box)) > 45, box.length) for box in boxes if box.length > 2.5 * box.height]
    return sum(w for up, w in weights if up) > sum(w for up, w in weights if not up)


def _is_upside_down(rgb: Image, boxes: Sequence[TextBox]) -> bool:
    """Ask the classifier about the lines whose shape it knows best, neither words nor whole zones."""
    chosen = sorted((box for box in boxes if box.length > 3 * box.height), key=lambda box: -box.length)[:7]
    if not chosen:
        return False
    answers = ocr.upside_down([ocr.crop_line(rgb, box.quad) for box in chosen])
    return float(np.mean(answers)) > 0.5


def _tilt(boxes: Sequence[TextBox], zone: Zone | None) -> float:
    if zone is not None:
        along = zone.quads[0][1] - zone.quads[0][0]
        return float(np.degrees(np.arctan2(along[1], along[0])))
    long = [box for box in boxes if box.length > 4 * box.height]
    return float(np.median([_angle(box) for box in long])) if long else 0.0


def levelled(rgb: Image, tilt: float, max_side: int) -> tuple[Image, Array]:
    """A smaller copy in which text runs level, and the 2 × 3 matrix from the copy's pixels back to the picture's."""
    height, width = rgb.shape[:2]
    ratio = min(1.0, max_side / max(height, width))
    small = cv2.resize(rgb, (round(width * ratio), round(height * ratio)), interpolation=cv2.INTER_AREA)
    if abs(tilt) < 4:
        back = np.array([[1 / ratio, 0, 0], [0, 1 / ratio, 0]], np.float32)
        return np.asarray(small, np.uint8), back
    forth = cv2.getRotationMatrix2D((small.shape[1] / 2, small.shape[0] / 2), tilt, 1.0)
    level = cv2.warpAffine(small, forth, (small.shape[1], small.shape[0]), borderMode=cv2.BORDER_REPLICATE)
    back = cv2.invertAffineTransform(forth) / ratio
    return np.asarray(level, np.uint8), back.astype(np.float32)
