"""Find lines of text in a picture and read them, with the two PP-OCR models that the package `rapidocr` carries.

The models are run directly: the character probabilities are wanted, not only the text that is most likely, because a
reader that knows what can stand where (machine-readable zones, dates, what was typed) reads better with them.
Models: PaddleOCR PP-OCRv6 small, Apache-2.0. One thread, loaded once per process.
"""

import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Image = NDArray[np.uint8]
Array = NDArray[np.float32]

CHARACTERS = (
    " !\"#%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz«»°"
    "ÀÂÄÇÈÉÊËÎÏÔÖÙÛÜŸÆŒàâäçèéêëîïôöùûüÿæœñÑ"
)
BLANK = len(CHARACTERS)  # the column of «no character here»; the one behind it is «a character of another script»
COLUMN = {character: i for i, character in enumerate(CHARACTERS)}

DETECTOR, RECOGNIZER, TURN_CLASSIFIER = (
    "PP-OCRv6_det_small.onnx",
    "PP-OCRv6_rec_small.onnx",
    "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
)
LINE_HEIGHT = 48  # pixels that the recogniser sees
FRAME_WIDTH = 8  # pixels of the recogniser's input per column of its answer
MAX_LINE_WIDTH = 2400
CELL = 32  # the detector wants sides in multiples of this

BOX_MIN, GROWTH = 0.5, 1.6  # the detector's own post-processing constants
LEVELS = (0.3, 0.5, 0.7, 0.85)  # probabilities above which pixels belong to text: the detector's own, then stricter
FILLED_MIN = 0.62  # share of its rectangle that the outline of one line fills

_lock = threading.Lock()


@dataclass(frozen=True)
class TextBox:
    """A line of text. quad: shape (4, 2), x and y in pixels: its corners, clockwise from where reading starts."""

    quad: Array
    score: float

    @property
    def length(self) -> float:
        return float(np.linalg.norm(self.quad[1] - self.quad[0]))

    @property
    def height(self) -> float:
        return float(np.linalg.norm(self.quad[3] - self.quad[0]))

    @property
    def center(self) -> Array:
        return np.asarray(self.quad.mean(axis=0), np.float32)

    @property
    def bounds(self) -> list[int]:
        """[x, y, width, height] of the upright rectangle around it."""
        low, high = np.floor(self.quad.min(axis=0)), np.ceil(self.quad.max(axis=0))
        return [int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])]


@dataclass(frozen=True)
class Reading:
    """What stands on one line.

    log_probs: shape (columns, len(CHARACTERS) + 2), natural logarithms; see BLANK.
    score: mean probability of the characters of `text`, 0 to 1.
    """

    text: str
    score: float
    log_probs: Array


@cache
def _session(name: str) -> "InferenceSession":
    import onnxruntime

    package = find_spec("rapidocr")
    if package is None or package.origin is None:
        raise RuntimeError("the package rapidocr, which carries the models, is not installed")
    cv2.setNumThreads(1)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    model = Path(package.origin).parent / "models" / name
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _run(name: str, batch: Array) -> Array:
    session = _session(name)
    with _lock:
        return np.asarray(session.run(None, {session.get_inputs()[0].name: batch})[0])


@cache
def _classes() -> tuple[NDArray[np.intp], Array]:
    """Classes of the model that are characters of ours, full-width forms too; and what folds them, shape (classes, columns)."""
    names = ["", *_session(RECOGNIZER).get_modelmeta().custom_metadata_map["character"].split("\n"), " "]
    classes, columns = [0], [BLANK]
    for i, name in enumerate(names[1:], start=1):
        character = unicodedata.normalize("NFKC", name)
        column = COLUMN.get(character)
        if column is None:  # accents that French does not know: the letter without
            column = COLUMN.get(unicodedata.normalize("NFD", character)[:1]) if len(character) == 1 else None
        if column is not None:
            classes.append(i)
            columns.append(column)
    fold = np.zeros((len(classes), BLANK + 2), np.float32)
    fold[np.arange(len(classes)), columns] = 1.0
    return np.array(classes), fold


def load() -> None:
    """Load every engine now, so that the first picture is as fast as the next."""
    for name in (DETECTOR, RECOGNIZER, TURN_CLASSIFIER):
        _session(name)
    _classes()


def versions() -> dict[str, str]:
    return {"rapidocr": version("rapidocr"), "detector": DETECTOR, "recognizer": RECOGNIZER}


def _normalized(rgb: Image) -> Array:
    """Blue first, -1 to 1, channels first: what these models were trained on."""
    return ((rgb[:, :, ::-1].astype(np.float32) - 127.5) / 127.5).transpose(2, 0, 1)[np.newaxis]


def detect(rgb: Image, *, max_side: int = 960) -> list[TextBox]:
    """Lines of text at any angle, boxes in pixels of `rgb`, the longest first.

    rgb: shape (height, width, 3). max_side: the picture is looked at no larger than this.
    Quads start at the corner nearest to the top left, as if text ran along the longer side.
    """
    height, width = rgb.shape[:2]
    ratio = min(1.0, max_side / max(height, width))
    size = tuple(max(CELL, round(side * ratio / CELL) * CELL) for side in (width, height))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR)
    probability = _run(DETECTOR, np.ascontiguousarray(_normalized(small)))[0, 0]
    scale = np.array([width / size[0], height / size[1]], np.float32)
    boxes = []
    for contour in _contours(probability, LEVELS):
        center, (across, down), angle = cv2.minAreaRect(contour)
        if min(across, down) < 3:
            continue
        score = _mean_inside(probability, contour)
        if score < BOX_MIN:
            continue
        growth = across * down * GROWTH / (across + down)  # 2 × area × ratio / perimeter, on both sides
        corners = cv2.boxPoints((center, (across + growth, down + growth), angle))
        boxes.append(TextBox(_ordered(corners * scale), score))
    return sorted(boxes, key=lambda box: -box.length)


def _contours(probability: Array, levels: Sequence[float]) -> Iterator[NDArray[np.int32]]:
    """Outlines of lines. What is no rectangle is two lines that touch, a stamp over a text: they part at a higher level."""
    mask = (probability > levels[0]).astype(np.uint8)
    if levels[0] == LEVELS[0]:
        mask = cv2.dilate(mask, np.ones((2, 2), np.uint8))
    for contour in cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
        (_, (across, down), _) = cv2.minAreaRect(contour)
        touching = min(across, down) > 8 and cv2.contourArea(contour) < FILLED_MIN * across * down
        if touching and len(levels) > 1:
            x, y, width, height = cv2.boundingRect(contour)
            inside = np.zeros((height, width), np.uint8)
            cv2.drawContours(inside, [contour], -1, 1, cv2.FILLED, offset=(-x, -y))
            part = np.where(inside > 0, probability[y : y + height, x : x + width], 0).astype(np.float32)
            for inner in _contours(part, levels[1:]):
                yield np.asarray(inner + np.array([x, y]), np.int32)
        else:
            yield np.asarray(contour, np.int32)


def _mean_inside(probability: Array, contour: NDArray[np.int32]) -> float:
    x, y, width, height = cv2.boundingRect(contour)
    inside = np.zeros((height, width), np.uint8)
    cv2.drawContours(inside, [contour], -1, 1, cv2.FILLED, offset=(-x, -y))
    return float(cv2.mean(probability[y : y + height, x : x + width], inside)[0])


def _ordered(corners: Array) -> Array:
    """Clockwise, the first side being the longer one, starting at its left (or, when upright, its lower) end."""
    corners = np.asarray(corners, np.float32)
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    first = int(np.argmax(sides[:2]))
    corners = np.roll(corners, -first, axis=0)
    along = corners[1] - corners[0]
    if along[0] < 0 or (abs(along[0]) < 1e-3 and along[1] > 0):
        corners = np.roll(corners, -2, axis=0)
    return corners


def length_of(vector: Array) -> float:
    return float(np.hypot(vector[0], vector[1]))


def crop_line(rgb: Image, quad: Array, *, stretch: float = 1.0) -> Image:
    """The line cut out and straightened, LINE_HEIGHT pixels high. stretch: widens it."""
    across = max(length_of(quad[1] - quad[0]), length_of(quad[2] - quad[3]))
    down = max(1.0, length_of(quad[3] - quad[0]), length_of(quad[2] - quad[1]))
    width = int(np.clip(round(across / down * LINE_HEIGHT * stretch), 16, MAX_LINE_WIDTH))
    target = np.array([[0, 0], [width, 0], [width, LINE_HEIGHT], [0, LINE_HEIGHT]], np.float32)
    # A window around the line is enough, and a line much larger than wanted is first made smaller: no moiré.
    low = np.maximum(np.floor(quad.min(axis=0)).astype(int) - 2, 0)
    high = np.minimum(np.ceil(quad.max(axis=0)).astype(int) + 3, rgb.shape[1::-1])
    if (high - low).min() < 2:
        return np.zeros((LINE_HEIGHT, width, 3), np.uint8)
    window = rgb[low[1] : high[1], low[0] : high[0]]
    local = (quad - low).astype(np.float32)
    ratio = 1.25 * LINE_HEIGHT / down
    if ratio < 0.8:
        shape = window.shape
        window = cv2.resize(window, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
        local = local * np.array([window.shape[1] / shape[1], window.shape[0] / shape[0]], np.float32)
    matrix = cv2.getPerspectiveTransform(local, target)
    flat = cv2.warpPerspective(
        window, matrix, (width, LINE_HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(flat, np.uint8)


def upside_down(crops: Sequence[Image]) -> list[float]:
    """For each line cut out by `crop_line`: how likely it stands on its head, 0 to 1."""
    answers = []
    for crop in crops:
        width = min(192, max(16, round(crop.shape[1] * 48 / crop.shape[0])))
        padded = np.zeros((1, 3, 48, 192), np.float32)
        padded[:, :, :, :width] = _normalized(cv2.resize(crop[:, : crop.shape[0] * 4], (width, 48)))
        answers.append(float(_run(TURN_CLASSIFIER, padded)[0, 1]))
    return answers


def recognize(crops: Sequence[Image], *, batch: int = 6) -> list[Reading]:
    """Read lines cut out by `crop_line`. Lines of like width go together."""
    readings: list[Reading | None] = [None] * len(crops)
    order = sorted(range(len(crops)), key=lambda i: crops[i].shape[1])
    while order:
        first = crops[order[0]].shape[1]
        group = [i for i in order[:batch] if crops[i].shape[1] <= first * 1.25 + 16]
        order = order[len(group) :]
        width = -(-max(max(crops[i].shape[1] for i in group), 32) // FRAME_WIDTH) * FRAME_WIDTH
        stack = np.zeros((len(group), 3, LINE_HEIGHT, width), np.float32)
        for row, i in enumerate(group):
            stack[row, :, :, : crops[i].shape[1]] = _normalized(crops[i])[0]
        for row, probabilities in enumerate(_run(RECOGNIZER, stack)):
            columns = -(-crops[group[row]].shape[1] // FRAME_WIDTH)
            readings[group[row]] = _reading(probabilities[:columns])
    return [reading for reading in readings if reading is not None]


def _reading(probabilities: Array) -> Reading:
    """Fold thousands of classes into ours, and take the likeliest path."""
    classes, fold = _classes()
    ours = probabilities[:, classes] @ fold
    ours[:, BLANK + 1] = np.clip(1.0 - ours.sum(axis=1), 0.0, 1.0)
    best = ours.argmax(axis=1)
    changes = np.concatenate([[True], best[1:] != best[:-1]]) & (best != BLANK)
    text = "".join("\ufffd" if best[i] > BLANK else CHARACTERS[best[i]] for i in np.flatnonzero(changes))
    score = float(ours[changes, best[changes]].mean()) if changes.any() else 0.0
    return Reading(text, score, np.log(np.maximum(ours, 1e-9)))
