"""Has this recording been sent before? A signature that survives re-encoding, rescaling, mirroring and trimming.

Pictures of one person before one wall look alike on any day; what two honest recordings never share is how brightness
moves from one moment to the next. So the signature holds, five times a second, by how much each of 8 x 8 parts of the
picture differs from its own surrounding second, large changes (a sheet held up) bounded, for they resemble each other;
two signatures are compared by the correlation of these changes at every lag, all moments weighing alike.
"""

from collections.abc import Callable, Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.checks.finding import Finding, Outcome
from verification.checks.video.decode import Sample
from verification.checks.video.thresholds import VideoThresholds

MARK = b"IV2"  # changes with the layout: signatures of another layout are passed over
GRID = 8
CELLS = GRID * GRID
RIM = 4  # of the 96 parts of a picture's side
HERTZ = 5.0
AROUND = 3  # samples on each side: changes slower than about a second are no more than light and posture
HALF = 1.0  # grey levels: a change of that size gives half of the largest value
QUIET = 0.8  # length of a moment's changes that halves its weight
MAX_STEPS = 200  # of a signature: 40 seconds
MAX_LAG_SECONDS = 4.0
MIN_OVERLAP = 0.5  # of the shorter recording
MIN_OVERLAP_SECONDS = 3.0  # shorter pieces resemble each other by chance
REFINED = 8  # candidates compared again at half steps
CHUNK = 256  # known signatures compared at once

Series = NDArray[np.float32]
Known = Callable[[bytes], Mapping[str, bytes]]


def signature(samples: Sequence[Sample]) -> bytes:
    """Perceptual signature of a recording: 64 bytes a fifth of a second."""
    frames = np.stack([_grid(sample) for sample in samples])
    times = np.array([sample.time for sample in samples])
    wanted = np.arange(0.0, times[-1] + 1e-6, 1 / HERTZ)[:MAX_STEPS]
    even = np.stack([np.interp(wanted, times, frames[:, cell]) for cell in range(CELLS)], axis=1)
    window = np.ones((2 * AROUND + 1, 1)) / (2 * AROUND + 1)
    local = cv2.filter2D(even, -1, window, borderType=cv2.BORDER_REFLECT)
    changes = even - local
    bounded = changes / (np.abs(changes) + HALF)
    return bytes(MARK + np.round(127 * bounded).astype(np.int8).tobytes())


def match(sig: bytes, known: Mapping[str, bytes]) -> tuple[str, float] | None:
    """The most similar known recording as (its id, similarity 0 to 1), or None when there is none to compare with.

    All known signatures are compared roughly (thousands take a fraction of a second), the likeliest again in detail.
    """
    query = parse(sig)
    if query is None:
        return None
    parsed = [
        (name, series) for name, series in ((name, parse(data)) for name, data in known.items()) if series is not None
    ]
    if not parsed:
        return None
    best: tuple[str, float] | None = None
    for one in (query, mirrored(query)):
        rough = _rough(one, [series for _, series in parsed])
        for index in np.argsort(rough)[::-1][:REFINED]:
            name, other = parsed[int(index)]
            score = _similarity(one, other)
            if best is None or score > best[1]:
                best = (name, score)
    return best


def check_replay(sig: bytes, known: Mapping[str, bytes], thresholds: VideoThresholds) -> Finding:
    """Score: similarity to the nearest earlier recording."""
    found = match(sig, known)
    evidence = {"compared": len(known)}
    if found is None:
        return Finding("video.replay", Outcome.PASS, 0.0, thresholds.replay_min, evidence)
    name, score = found
    if score < thresholds.replay_min:
        return Finding("video.replay", Outcome.PASS, score, thresholds.replay_min, evidence)
    return Finding("video.replay", Outcome.REFER, score, thresholds.replay_min, evidence | {"earlier": name})


def _grid(sample: Sample) -> NDArray[np.float64]:
    # The rim is left out: borders differ after a crop or a change of aspect by a few pixels.
    inner = sample.small[RIM:-RIM, RIM:-RIM]
    return np.asarray(cv2.resize(inner, (GRID, GRID), interpolation=cv2.INTER_AREA).reshape(-1), np.float64)


def parse(data: bytes) -> Series | None:
    """A kept signature as shape (steps, CELLS), -1 to 1; None when it is of another layout."""
    body = data[len(MARK) :]
    if data[: len(MARK)] != MARK or len(body) < 5 * CELLS or len(body) % CELLS:
        return None
    series = np.frombuffer(body, np.int8).astype(np.float32).reshape(-1, CELLS)[:MAX_STEPS]
    return series / np.float32(127)


def mirrored(series: Series) -> Series:
    flipped = series.reshape(-1, GRID, GRID)[:, :, ::-1].reshape(-1, CELLS)
    return np.ascontiguousarray(flipped)


def _rough(query: Series, known: Sequence[Series]) -> NDArray[np.float32]:
    """Best correlation of the query with each known series over whole steps of lag, parts without overlap as zeros."""
    steps = max(len(query), max(len(series) for series in known))
    lags = range(-int(MAX_LAG_SECONDS * HERTZ), int(MAX_LAG_SECONDS * HERTZ) + 1)
    shifted = np.zeros((len(lags), steps, CELLS), np.float32)
    for row, lag in enumerate(lags):
        begin, end = max(0, lag), min(steps, lag + len(query))
        if end > begin:  # a short recording may lie wholly outside
            shifted[row, begin:end] = query[begin - lag : end - lag]
    turned = steady(shifted).reshape(len(lags), -1).T
    result = np.zeros(len(known), np.float32)
    for start in range(0, len(known), CHUNK):
        chunk = known[start : start + CHUNK]
        stacked = np.zeros((len(chunk), steps, CELLS), np.float32)
        for row, series in enumerate(chunk):
            stacked[row, : len(series)] = steady(series)
        flat = stacked.reshape(len(chunk), -1)
        norms = np.maximum(np.linalg.norm(flat, axis=1), 1e-6)
        result[start : start + len(chunk)] = (flat @ turned).max(axis=1) / norms
    return result


def _similarity(first: Series, second: Series) -> float:
    """Highest correlation of the two series over all lags, in half steps, 0 to 1."""
    one, two = steady(finer(first)), steady(finer(second))
    if len(one) > len(two):
        one, two = two, one
    steps = int(MAX_LAG_SECONDS * HERTZ * 2)
    least = max(int(len(one) * MIN_OVERLAP), int(MIN_OVERLAP_SECONDS * HERTZ * 2))
    best = 0.0
    for lag in range(-steps, len(two) - len(one) + steps + 1):
        a = one[max(0, -lag) : max(0, len(two) - lag)]
        b = two[max(0, lag) : lag + len(one)]
        if len(a) < least or len(b) != len(a):
            continue
        norm = float(np.sqrt((a * a).sum() * (b * b).sum()))
        if norm > 0:
            best = max(best, float((a * b).sum()) / norm)
    return best


def steady(series: Series) -> Series:
    """Every moment counts about the same, except those in which next to nothing moves."""
    lengths = np.linalg.norm(series, axis=-1, keepdims=True)
    return np.asarray(series / (lengths + QUIET), np.float32)


def finer(series: Series) -> Series:
    between = (series[:-1] + series[1:]) / 2
    finer = np.empty((2 * len(series) - 1, series.shape[1]), np.float32)
    finer[0::2], finer[1::2] = series, between
    return finer
