"""A document reference from a bare picture, for callers that have no examined photo of the document."""

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.checks import ocr
from verification.checks.document_reference import DocumentReference
from verification.checks.video.examination import portrait_embedding

CROP_WIDTH = 640  # pixels
READ_SIDE = 960  # pixels
MIN_WORD_SCORE = 0.7
FEWEST_WORDS = 4  # on anything that is a document


def reference_of(rgb: NDArray[np.uint8]) -> DocumentReference:
    """What can be recognised again of the picture of a document, shape (height, width, 3), upright.

    A plain photo of a face gives a portrait and no words: then only the face can be recognised again.
    """
    boxes = [box for box in ocr.detect(rgb, max_side=READ_SIDE) if box.length > 1.2 * box.height]
    readings = ocr.recognize([ocr.crop_line(rgb, box.quad) for box in boxes])
    ratio = min(1.0, CROP_WIDTH / rgb.shape[1])
    gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(gray, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA) if ratio < 1 else gray
    done, encoded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 90])
    words = tuple(reading.text for reading in readings if reading.score >= MIN_WORD_SCORE)
    return DocumentReference(
        portrait=portrait_embedding(rgb),
        # The photo of a mere face is no document: the living face would be recognised for it.
        crop=encoded.tobytes() if done and len(words) >= FEWEST_WORDS else None,
        words=words,
    )
