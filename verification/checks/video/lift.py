"""Make a face visible that stands in the dark, before the detector and the comparison look at it.

A dark skin in a dark room fills some twenty grey levels above the camera's black, under as much noise: neighbouring frames
are averaged, the shadows alone are stretched over the whole range, and what is bright is let burn out.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.checks.faces import Face
from verification.checks.video.decode import Sample

BLACK_PERCENTILE = 0.5
SHADOWS = 40.0  # grey levels above black that are stretched over the whole range
GAMMA = 0.8
BLUR = 2.0  # pixels in a picture of BLUR_HEIGHT rows
BLUR_HEIGHT = 480
BRIGHT_FACE = 170.0  # the bright parts of a face in a good portrait
MOST_GAIN = 8.0


def lifted_gray(samples: Sequence[Sample], index: int) -> NDArray[np.uint8]:
    """Brightness of one sample with its shadows lifted, shape (height, width)."""
    near = [sample.gray for sample in samples[max(0, index - 1) : index + 2]]
    total = near[0].astype(np.uint16)
    for gray in near[1:]:
        total += gray
    sigma = BLUR * min(total.shape) / BLUR_HEIGHT
    soft = cv2.GaussianBlur(total, (0, 0), max(sigma, 0.5))
    black = float(np.percentile(soft[::4, ::4], BLACK_PERCENTILE))
    levels = np.arange(255 * len(near) + 1)
    table = 255 * np.clip((levels - black) / (SHADOWS * len(near)), 0, 1) ** GAMMA
    return np.asarray(table.astype(np.uint8)[soft], np.uint8)


def lifted_face(rgb: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
    """A picture, shape (height, width, 3), in the light that the face would need."""
    x, y, width, height = face.box
    part = rgb[max(0, y) : y + height, max(0, x) : x + width]
    if not part.size:
        return rgb
    black, bright = (float(value) for value in np.percentile(part, (BLACK_PERCENTILE, 95)))
    gain = min(BRIGHT_FACE / max(bright - black, 1.0), MOST_GAIN)
    soft = cv2.GaussianBlur(rgb, (0, 0), max(BLUR * min(rgb.shape[:2]) / BLUR_HEIGHT / 2, 0.5))
    return np.asarray(np.clip((soft.astype(np.float32) - black) * gain, 0, 255), np.uint8)
