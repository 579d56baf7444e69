"""Which earlier recordings are worth a comparison? Bands of a signature: short keys that a replay shares with its original.

Over a second or two of strong movement a replay stays far closer to its original (correlation 0.8 to 0.97, whatever was
done to the file) than over its whole length. So the strongest windows of a recording are kept as keys: the window is
turned by a fixed random matrix, the largest of its 64 new coordinates and its sign make one symbol of 128, five symbols
a key of 35 bits (cross-polytope hashing). The query turns every window, at quarter steps, mirrored too, and
tries the next best symbols beside the best. What shares a key is a candidate; `replay.match` decides.
"""

from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from verification.checks.video.replay import CELLS, Series, finer, mirrored, parse, steady

WINDOW = 8  # steps: 1.6 seconds
KEPT = 12  # windows of a recording
APART = 2  # steps between two of them
TABLES = 3  # keys of one window
SYMBOLS = 5  # of a key
AXES = 64
SECONDS_BEST = 3  # symbols of one place that are tried
TRIED = 32  # keys of one window and table
SEED = 20261121

Keys = NDArray[np.int64]


def bands(signature: bytes) -> list[int]:
    """The keys to keep, at most KEPT x TABLES, below 2**36. None for a signature that cannot be compared or is too short."""
    series = parse(signature)
    if series is None or len(series) < WINDOW:
        return []
    turned = _turned(_windows(series, 1)[_strongest(series)])
    symbols, _sizes = _largest(turned, 1)
    return sorted(set(_keys(symbols[..., 0]).ravel().tolist()))


def probes(signature: bytes) -> list[int]:
    """The keys to look for: those of every window, and the next likely ones; some ten thousand."""
    series = parse(signature)
    if series is None or len(series) < WINDOW:
        return []
    tried = [_tried(_turned(_windows(finer(finer(one)), 4))) for one in (series, mirrored(series))]
    found: list[int] = np.unique(np.concatenate(tried)).tolist()
    return found


@cache
def _matrix() -> NDArray[np.float32]:
    # RandomState: its stream is frozen, and kept keys must be found by later versions.
    drawn = np.random.RandomState(SEED).standard_normal((WINDOW * CELLS, TABLES * SYMBOLS * AXES))
    return drawn.astype(np.float32)


def _windows(series: Series, pace: int) -> NDArray[np.float32]:
    """Each window as one row. What all cells share goes first: light that changes is nobody's own."""
    own = steady(series - series.mean(axis=1, keepdims=True))
    count = max(0, len(own) - pace * (WINDOW - 1))
    return np.stack([own[pace * step : pace * step + count] for step in range(WINDOW)], axis=1).reshape(count, -1)


def _strongest(series: Series) -> list[int]:
    """First steps of the windows in which most moves."""
    strength = np.convolve(np.linalg.norm(series, axis=1), np.ones(WINDOW), "valid")
    chosen: list[int] = []
    while len(chosen) < KEPT and strength.max() > 0:
        best = int(strength.argmax())
        chosen.append(best)
        strength[max(0, best - APART + 1) : best + APART] = 0
    return chosen


def _turned(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    return (windows @ _matrix()).reshape(-1, TABLES, SYMBOLS, AXES)


def _largest(turned: NDArray[np.float32], count: int) -> tuple[Keys, NDArray[np.float32]]:
    """The `count` largest coordinates as symbols (place and sign) and their sizes, the largest first."""
    places = np.argsort(-np.abs(turned), axis=-1)[..., :count]
    values = np.take_along_axis(turned, places, axis=-1)
    return (2 * places + (values > 0)).astype(np.int64), np.abs(values)


def _keys(symbols: Keys) -> Keys:
    """shape (…, TABLES, SYMBOLS) to (…, TABLES). Keys of two tables are never the same."""
    base = 2 * AXES
    return np.asarray(symbols @ base ** np.arange(SYMBOLS) + np.arange(TABLES) * base**SYMBOLS, np.int64)


@cache
def _choices() -> NDArray[np.int64]:
    return np.array(list(product(range(SECONDS_BEST), repeat=SYMBOLS)))


def _tried(turned: NDArray[np.float32]) -> Keys:
    """The TRIED likeliest keys of each window and table: those that give away least of the largest coordinates."""
    symbols, sizes = _largest(turned, SECONDS_BEST)
    loss = sizes[..., :1] ** 2 - sizes**2
    places = np.arange(SYMBOLS)
    lost = loss[:, :, places, _choices()].sum(axis=-1)  # windows, tables, choices
    best = np.argpartition(lost, TRIED, axis=-1)[..., :TRIED]
    chosen = symbols[:, :, places, _choices()]
    picked = np.take_along_axis(chosen, best[..., None], axis=2)
    return _keys(np.moveaxis(picked, 2, 1)).ravel()
