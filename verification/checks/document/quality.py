"""Is the photo good enough to be read, by us and by an agent? Measures; what follows from them is decided elsewhere."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.checks.ocr import Image

MEASURED_WIDTH = 700  # pixels: measures are taken with the document this wide, so that they compare
BURNT = 250  # of 255
COLOUR_MIN = 500  # pixels: fewer say nothing of the colours of a document
SPOT_MIN = 7  # pixels: a burnt spot is wider than that; white paper between letters is not


@dataclass(frozen=True)
class Quality:
    """Units as in `DocumentThresholds`. glare_box: [x, y, width, height] in pixels of the picture."""

    sharpness: float
    glare: float
    glare_box: list[int]
    brightness: float
    chroma: float


def measure(rgb: Image, region: list[int], portrait: list[int] | None) -> Quality:
    """Measure inside `region`, [x, y, width, height] in pixels of the upright picture; colour outside the portrait."""
    x, y, width, height = region
    part = rgb[y : y + height, x : x + width]
    ratio = min(1.0, MEASURED_WIDTH / max(part.shape[:2]))
    if ratio < 1:
        part = np.asarray(cv2.resize(part, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA), np.uint8)
    luma = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    mask = np.ones(luma.shape, bool)
    if portrait is not None:
        left, top = (round((portrait[i] - region[i]) * ratio) for i in (0, 1))
        right, bottom = left + round(portrait[2] * ratio), top + round(portrait[3] * ratio)
        mask[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = False
    if not mask.any():
        mask[:] = True
    glare, box = _glare(part)
    return Quality(
        sharpness=sharpness(luma),
        glare=glare,
        glare_box=[round(box[0] / ratio) + x, round(box[1] / ratio) + y, round(box[2] / ratio), round(box[3] / ratio)],
        brightness=float(np.median(luma)),
        chroma=_chroma(part, mask),
    )


def sharpness(luma: NDArray[np.uint8]) -> float:
    """Variance of the Laplacian, over brightness so that a dark photo is not taken for a blurred one.

    luma: shape (height, width), at least 3 x 3. Source: Pech-Pacheco et al., ICPR 2000, vol. 3, pp. 314-317.
    """
    smooth = cv2.GaussianBlur(luma, (3, 3), 0)
    return float(cv2.Laplacian(smooth, cv2.CV_64F).var() / max(float(luma.mean()) / 128.0, 0.05) ** 2)


def _glare(part: Image) -> tuple[float, list[int]]:
    """Share and box of the largest spot in which all three colours are burnt out."""
    burnt = (part.min(axis=2) >= BURNT).astype(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (SPOT_MIN, SPOT_MIN))
    count, _, stats, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(burnt, cv2.MORPH_OPEN, kernel))
    if count < 2:
        return 0.0, [0, 0, 0, 0]
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    share = float(stats[largest, cv2.CC_STAT_AREA]) / burnt.size
    return share, [int(v) for v in stats[largest, :4]]


def _chroma(part: Image, mask: NDArray[np.bool_]) -> float:
    """90th percentile of the distance from grey, after smoothing away the noise of the sensor and of JPEG."""
    smooth = cv2.GaussianBlur(part, (0, 0), 2.0).astype(np.float32) / 255.0
    lab = cv2.cvtColor(smooth, cv2.COLOR_RGB2LAB)
    exposed = mask & (smooth.max(axis=2) < BURNT / 255.0)  # what is burnt out has lost its colour
    if np.count_nonzero(exposed) >= COLOUR_MIN:
        mask = exposed
    a, b = lab[:, :, 1][mask], lab[:, :, 2][mask]
    # A coloured lamp tints everything evenly; a copy stays a copy under it.
    return float(np.percentile(np.hypot(a - np.median(a), b - np.median(b)), 90))
