"""What an accepted document photo leaves behind, so that the face video can recognise the same document."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class DocumentReference:
    """Everything is optional: what the photo did not give cannot be compared.

    portrait: embedding of the printed portrait, shape (128,), from `verification.checks.faces.embed`.
    mrz: the lines of the machine-readable zone, as read and repaired.
    crop: JPEG bytes, grey, upright, at most 640 px wide: the side that bears the portrait.
    words: texts read in the visual zone (names, number, dates), upper case, as they are printed.
    """

    portrait: NDArray[np.float64] | None = None
    mrz: tuple[str, ...] | None = None
    crop: bytes | None = None
    words: tuple[str, ...] = ()
