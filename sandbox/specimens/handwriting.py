"""Digits written by hand on a sheet of paper: strokes of our own in three habits, shaken by the seed."""

import cv2
import numpy as np
from numpy.typing import NDArray

# Each digit is a list of strokes, each stroke a list of points in a box of 1 × 1.5, smoothed into a curve.
Strokes = list[list[tuple[float, float]]]
DIGITS: dict[str, list[Strokes]] = {
    "0": [
        [[(0.5, 0.0), (0.1, 0.3), (0.05, 0.9), (0.35, 1.45), (0.75, 1.35), (0.95, 0.8), (0.85, 0.25), (0.5, 0.0)]],
        [[(0.6, 0.02), (0.2, 0.25), (0.12, 1.0), (0.5, 1.5), (0.9, 1.1), (0.88, 0.4), (0.6, 0.02)]],
    ],
    "1": [
        [[(0.2, 0.45), (0.55, 0.02)], [(0.55, 0.02), (0.55, 0.7), (0.53, 1.5)]],
        [[(0.22, 0.4), (0.58, 0.0)], [(0.58, 0.0), (0.52, 1.48)], [(0.25, 1.49), (0.82, 1.48)]],
    ],
    "2": [
        [[(0.1, 0.35), (0.3, 0.05), (0.7, 0.02), (0.9, 0.35), (0.6, 0.85), (0.08, 1.46)], [(0.08, 1.46), (0.95, 1.44)]],
        [[(0.12, 0.4), (0.35, 0.02), (0.8, 0.1), (0.85, 0.5), (0.45, 1.0), (0.1, 1.48)], [(0.1, 1.48), (0.92, 1.5)]],
    ],
    "3": [
        [[(0.12, 0.2), (0.45, 0.0), (0.85, 0.2), (0.75, 0.55), (0.42, 0.7)], [(0.42, 0.7), (0.85, 0.85), (0.9, 1.2),
         (0.5, 1.5), (0.1, 1.3)]],
        [[(0.15, 0.1), (0.6, 0.0), (0.88, 0.3), (0.65, 0.62), (0.4, 0.68)], [(0.4, 0.68), (0.9, 0.9), (0.8, 1.35),
         (0.4, 1.5), (0.08, 1.35)]],
    ],
    "4": [
        [[(0.6, 0.0), (0.3, 0.6), (0.05, 1.0)], [(0.05, 1.0), (0.95, 1.0)], [(0.68, 0.62), (0.66, 1.5)]],
        [[(0.25, 0.05), (0.1, 0.85)], [(0.1, 0.85), (0.92, 0.82)], [(0.72, 0.1), (0.68, 1.5)]],
    ],
    "5": [
        [[(0.22, 0.05), (0.16, 0.62)], [(0.16, 0.62), (0.55, 0.5), (0.9, 0.8), (0.8, 1.3), (0.45, 1.5),
         (0.08, 1.35)], [(0.22, 0.05), (0.88, 0.04)]],
        [[(0.28, 0.02), (0.2, 0.65)], [(0.2, 0.65), (0.6, 0.55), (0.88, 0.95), (0.7, 1.42),
         (0.12, 1.4)], [(0.26, 0.03), (0.9, 0.0)]],
    ],
    "6": [
        [[(0.75, 0.02), (0.35, 0.4), (0.1, 1.0), (0.3, 1.45), (0.7, 1.45), (0.88, 1.1), (0.6, 0.8), (0.15, 1.0)]],
        [[(0.65, 0.0), (0.2, 0.6), (0.12, 1.2), (0.5, 1.5), (0.88, 1.2), (0.7, 0.85), (0.3, 0.9), (0.14, 1.15)]],
    ],
    "7": [
        [[(0.1, 0.08), (0.92, 0.05)], [(0.92, 0.05), (0.6, 0.8), (0.42, 1.5)], [(0.3, 0.75), (0.85, 0.72)]],
        [[(0.08, 0.06), (0.9, 0.04)], [(0.9, 0.04), (0.55, 0.9), (0.45, 1.5)]],
    ],
    "8": [
        [[(0.8, 0.25), (0.5, 0.0), (0.2, 0.2), (0.35, 0.6), (0.75, 0.95), (0.85, 1.3), (0.5, 1.5), (0.15, 1.3),
         (0.25, 0.95), (0.65, 0.6), (0.8, 0.25)]],
        [[(0.72, 0.15), (0.35, 0.02), (0.22, 0.4), (0.6, 0.75), (0.88, 1.15), (0.55, 1.5), (0.15, 1.2), (0.4, 0.8),
         (0.75, 0.45), (0.72, 0.15)]],
    ],
    "9": [
        [[(0.85, 0.35), (0.6, 0.02), (0.2, 0.1), (0.12, 0.5), (0.45, 0.75), (0.82, 0.5), (0.85, 0.3)], [(0.85, 0.3),
         (0.82, 0.9), (0.65, 1.5)]],
        [[(0.8, 0.3), (0.45, 0.0), (0.15, 0.35), (0.4, 0.72), (0.8, 0.4)], [(0.8, 0.3), (0.84, 1.0), (0.35, 1.5),
         (0.1, 1.35)]],
    ],
}  # fmt: skip
PENS = ((24, 28, 92), (22, 22, 26), (20, 60, 130))


def _curve(points: list[tuple[float, float]]) -> NDArray[np.float64]:
    """A Catmull-Rom curve through the points."""
    if len(points) == 2:
        return np.array(points)
    knots = np.array([points[0], *points, points[-1]])
    t = np.linspace(0, 1, 12)[:, None]
    parts = []
    for p0, p1, p2, p3 in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        parts.append(
            0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
        )
    return np.concatenate(parts)


def sheet(digits: str, *, seed: int, height: int = 420) -> NDArray[np.uint8]:
    """A white sheet with the digits on it, RGB, `height` pixels high and 1.5 times as wide. Raises ValueError without any."""
    if not digits:
        raise ValueError("a sheet needs at least one digit")
    random = np.random.default_rng([seed, 11])
    width = round(height * 1.5)
    grain = cv2.GaussianBlur(random.standard_normal((height, width)).astype(np.float32), (0, 0), 3)
    paper: NDArray[np.uint8] = np.clip(238 + 10 * grain[..., None] * np.ones(3, np.float32), 0, 255).astype(np.uint8)
    pen, thick = PENS[int(random.integers(len(PENS)))], height * random.uniform(0.032, 0.05)
    habit = int(random.integers(2))
    size = height * random.uniform(0.36, 0.42)
    pitch = width * 0.86 / len(digits)
    slant = random.uniform(-0.12, 0.18)
    for place, digit in enumerate(digits):
        left = width * 0.07 + pitch * (place + 0.5) - size / 2 + random.normal(0, 0.03 * size)
        top = height * 0.5 - size * 0.75 + random.normal(0, 0.04 * size)
        shapes = DIGITS[digit]
        for stroke in shapes[habit % len(shapes)]:
            points = _curve([(x + random.normal(0, 0.018), y + random.normal(0, 0.018)) for x, y in stroke])
            points[:, 0] += slant * (0.75 - points[:, 1])
            drawn = np.round((points * size + (left, top)) * 16).astype(np.int32)
            cv2.polylines(paper, [drawn], False, pen, max(2, round(thick)), cv2.LINE_AA, shift=4)
    return paper
