"""Three digits on a sheet of paper, read."""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verification.checks import ocr
from verification.checks.finding import Finding, Outcome
from verification.checks.video.challenge import ChallengeSpec
from verification.checks.video.decode import Sample
from verification.checks.video.thresholds import VideoThresholds

LOOKED_AT_SIDE = 704  # pixels: handwriting held up to a camera is large
MOST_LOOKED_AT = 9  # frames: finding text costs as much as following the face for two seconds
ENOUGH_READINGS = 2
SMALLEST_HEIGHT = 0.035  # of the picture's short side: smaller text is print on something else
IGNORED = str.maketrans("", "", " .,-_;:/|'\"")


@dataclass(frozen=True)
class DigitsRead:
    """digits: three of them. score: 0 to 1. box: [x, y, width, height] in pixels."""

    digits: str
    score: float
    time: float
    box: list[int]


def read_digits(samples: Sequence[Sample], wanted: str) -> list[DigitsRead]:
    """Look at frames spread over the recording, from its middle outwards, until the same three digits were read
    twice.
    """
    readings: list[DigitsRead] = []
    for sample in _spread(samples):
        readings += read_frame(sample)
        if sum(reading.digits == wanted for reading in readings) >= ENOUGH_READINGS:
            break
    return readings


def check_written(readings: Sequence[DigitsRead], challenge: ChallengeSpec, thresholds: VideoThresholds) -> Finding:
    """Are the digits that were asked for the ones on the paper? Score: confidence of the best reading.

    Nothing read and other digits read are two findings: a new try mends both. Readings that contradict each other are
    for an agent.
    """
    limit = thresholds.digits_score_min
    sums: dict[str, float] = defaultdict(float)
    best: dict[str, DigitsRead] = {}
    for reading in readings:
        sums[reading.digits] += reading.score
        if reading.digits not in best or reading.score > best[reading.digits].score:
            best[reading.digits] = reading
    if not sums:
        return Finding("video.no_digits", Outcome.FAIL, 0.0, limit)
    digits = max(sums, key=lambda name: sums[name])
    seen = best[digits]
    evidence = {
        "read": digits,
        "asked": challenge.digits,
        "readings": sorted(best),
        "time": round(seen.time, 2),
        "box": seen.box,
    }
    if digits != challenge.digits:
        return Finding("video.wrong_digits", Outcome.FAIL, seen.score, limit, evidence)
    contradicted = max((value for name, value in sums.items() if name != digits), default=0.0) > sums[digits] / 2
    outcome = Outcome.PASS if seen.score >= limit and not contradicted else Outcome.REFER
    return Finding("video.written", outcome, seen.score, limit, evidence)


def read_frame(sample: Sample) -> list[DigitsRead]:
    """Every group of exactly three digits in one frame."""
    rgb = sample.rgb()
    smallest = SMALLEST_HEIGHT * min(rgb.shape[:2])
    boxes = [box for box in ocr.detect(rgb, max_side=LOOKED_AT_SIDE) if min(box.height, box.length) >= smallest]
    quads = _lines([box.quad if box.length > 1.7 * box.height else _upright(box.quad) for box in boxes])
    if not quads:
        return []
    found = []
    for quad, reading in zip(quads, ocr.recognize([ocr.crop_line(rgb, quad) for quad in quads]), strict=True):
        digits = unicodedata.normalize("NFKC", reading.text).translate(IGNORED)
        if len(digits) == 3 and digits.isascii() and digits.isdigit():
            low, high = quad.min(axis=0), quad.max(axis=0)
            box = [int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])]
            found.append(DigitsRead(digits, reading.score, sample.time, box))
    return found


def _lines(quads: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    """The boxes themselves, and neighbours on one line put together: digits far apart are found one by one."""
    short = [quad for quad in quads if _size(quad)[0] < 3.5 * _size(quad)[1]]
    joined: list[NDArray[np.float32]] = []
    for quad in sorted(short, key=lambda one: float(one[:, 0].min())):
        home = next((line for line in joined if _continues(line, quad)), None)
        if home is None:
            joined.append(quad)
        else:
            joined[next(i for i, line in enumerate(joined) if line is home)] = _upright(np.concatenate([home, quad]))
    merged = [line for line in joined if not any(line is quad for quad in quads)]
    return [*quads, *merged]


def _continues(line: NDArray[np.float32], quad: NDArray[np.float32]) -> bool:
    height, other = _size(line)[1], _size(quad)[1]
    gap = float(quad[:, 0].min() - line[:, 0].max())
    shift = abs(float(quad[:, 1].mean() - line[:, 1].mean()))
    return 0.5 < height / max(other, 1) < 2 and -0.5 * height < gap < 1.5 * height and shift < 0.5 * height


def _upright(points: NDArray[np.float32]) -> NDArray[np.float32]:
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def _size(quad: NDArray[np.float32]) -> tuple[float, float]:
    low, high = quad.min(axis=0), quad.max(axis=0)
    return float(high[0] - low[0]), float(high[1] - low[1])


def _spread(samples: Sequence[Sample]) -> list[Sample]:
    places = np.linspace(0.08, 0.92, MOST_LOOKED_AT) * (len(samples) - 1)
    return [
        samples[int(round(place))] for place in sorted(places, key=lambda place: abs(place - (len(samples) - 1) / 2))
    ]
