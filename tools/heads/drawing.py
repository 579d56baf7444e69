"""What every part of the picture is drawn with: the z-buffer, noise, soft steps."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sandbox.specimens.faces import CANVAS, EYE_DISTANCE, EYES

Array = NDArray[Any]
CAMERA = 11.0  # decimetres from the eyes
FINENESS = 2  # pixels drawn for one of the canvas


@dataclass(frozen=True)
class Paper:
    """Where things are drawn. x, y: of each pixel in eye distances from the middle of the eyes, y down."""

    x: Array
    y: Array

    @property
    def shape(self) -> tuple[int, int]:
        return self.x.shape[0], self.x.shape[1]


def paper() -> Paper:
    height, width = CANVAS[1] * FINENESS, CANVAS[0] * FINENESS
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    return Paper((columns / FINENESS - EYES[0]) / EYE_DISTANCE, (rows / FINENESS - EYES[1]) / EYE_DISTANCE)


@dataclass
class Buffer:
    """depth: of the nearest triangle at each pixel. triangle: its number, -1 where there is none. weights: of its corners."""

    depth: Array
    triangle: Array
    weights: Array

    @property
    def hit(self) -> Array:
        return np.asarray(self.triangle >= 0)


def buffer(shape: tuple[int, int], depth: Array | None = None) -> Buffer:
    nearest = np.full(shape, -1e9) if depth is None else depth
    return Buffer(nearest, np.full(shape, -1), np.zeros((*shape, 3)))


def rasterise(points: Array, depths: Array, triangles: Array, into: Buffer, *, first: int = 0) -> None:
    """Draw triangles that face the camera. points: pixels; depths: larger is nearer; first: number of the first triangle."""
    corners = points[triangles]
    low, high = np.floor(corners.min(1)).astype(int), np.ceil(corners.max(1)).astype(int)
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    areas = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    height, width = into.depth.shape
    for k in np.flatnonzero(areas < -1e-6):
        left, top = max(low[k, 0], 0), max(low[k, 1], 0)
        right, bottom = min(high[k, 0] + 1, width), min(high[k, 1] + 1, height)
        if left >= right or top >= bottom:
            continue
        a, b, c = corners[k]
        y, x = np.mgrid[top:bottom, left:right] + 0.5
        w0 = ((b[0] - x) * (c[1] - y) - (b[1] - y) * (c[0] - x)) / areas[k]
        w1 = ((c[0] - x) * (a[1] - y) - (c[1] - y) * (a[0] - x)) / areas[k]
        w2 = 1 - w0 - w1
        inside = (w0 >= -1e-4) & (w1 >= -1e-4) & (w2 >= -1e-4)
        if not inside.any():
            continue
        here = triangles[k]
        depth = w0 * depths[here[0]] + w1 * depths[here[1]] + w2 * depths[here[2]]
        area = np.s_[top:bottom, left:right]
        nearer = inside & (depth > into.depth[area])
        into.depth[area][nearer] = depth[nearer]
        into.triangle[area][nearer] = first + k
        into.weights[area][nearer] = np.stack([w0, w1, w2], -1)[nearer]


def noise(random: np.random.Generator, shape: tuple[int, int], across: float, down: float | None = None) -> Array:
    """Smooth noise of mean 0 and deviation 1; across, down: its size in half canvas pixels."""
    wide, tall = across * FINENESS / 2, (across if down is None else down) * FINENESS / 2
    coarse = max(1, int(min(wide, tall) // 3))
    if coarse > 1:
        small = _noise(random, (shape[0] // coarse + 2, shape[1] // coarse + 2), wide / coarse, tall / coarse)
        return np.asarray(cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR))
    return _noise(random, shape, wide, tall)


def _noise(random: np.random.Generator, shape: tuple[int, int], wide: float, tall: float) -> Array:
    drawn = cv2.GaussianBlur(random.standard_normal(shape).astype(np.float32), (0, 0), sigmaX=wide, sigmaY=tall)
    return np.asarray(drawn / (drawn.std() + 1e-9))


def step(start: float, end: float, value: Array) -> Array:
    """0 at `start`, 1 at `end`, smooth between."""
    share = np.clip((value - start) / (end - start), 0, 1)
    return np.asarray(share * share * (3 - 2 * share))


def spot(at: Paper, x: float, y: float, wide: float, tall: float) -> Array:
    """A soft round spot."""
    return np.asarray(np.exp(-(((at.x - x) / wide) ** 2) - ((at.y - y) / tall) ** 2))


def both(at: Paper, x: float, y: float, wide: float, tall: float) -> Array:
    """The same spot on both sides of the face."""
    return np.asarray(spot(at, x, y, wide, tall) + spot(at, -x, y, wide, tall))


def soft(picture: Array, size: float) -> Array:
    return np.asarray(cv2.GaussianBlur(picture.astype(np.float32), (0, 0), size))


def over(below: Array, colour: Array, opacity: Array) -> Array:
    return np.asarray(below * (1 - opacity[..., None]) + colour * opacity[..., None])


def unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
