"""Opens what a stranger has sent as a picture: safely, upright, in plain red, green and blue.

Formats are told by content. Bytes and pixels are counted before anything is decoded.
"""

import io
import warnings
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from verification.checks.formats import format_of
from verification.checks.limits import PHOTO_MAX_BYTES, PHOTO_MAX_PIXELS

Image = NDArray[np.uint8]

MAX_SIDE = 30_000  # thin pictures of few pixels still cost a row of memory each
JPEG_QUALITY = 88


class Cause(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    FORMAT = "format"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"


class UnreadableImage(ValueError):
    """This is no picture that we can look at. `code` names the cause; its sentences are in `verification.findings`."""

    def __init__(self, code: Cause) -> None:
        super().__init__(str(code))
        self.code = code


@dataclass(frozen=True)
class Picture:
    """rgb: shape (height, width, 3), upright as its metadata tells. full_size: (width, height) of what was sent."""

    rgb: Image
    full_size: tuple[int, int]
    format: str


@cache
def _with_heif() -> None:
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False)


def decode(data: bytes, *, max_side: int | None = None) -> Picture:
    """The picture, turned as its metadata asks. Raises UnreadableImage, and nothing else.

    max_side: the result is no larger than this; a large JPEG is then decoded at a fraction of its size, which is fast.
    Of several frames the first counts; transparent parts become white; metadata is dropped.
    """
    if not data:
        raise UnreadableImage(Cause.EMPTY)
    if len(data) > PHOTO_MAX_BYTES:
        raise UnreadableImage(Cause.TOO_LARGE)
    form = format_of(data)
    if form is None:
        raise UnreadableImage(Cause.FORMAT)
    if form == "HEIF":
        _with_heif()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Pillow.DecompressionBombWarning)
        try:
            return _decoded(data, form, max_side)
        except (UnreadableImage, MemoryError):
            raise
        except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
            raise UnreadableImage(Cause.TOO_MANY_PIXELS) from error
        except EOFError as error:
            raise UnreadableImage(Cause.TRUNCATED) from error
        except Exception as error:  # noqa: BLE001 - decoders raise whatever a damaged file makes them stumble over
            cut = "truncated" in str(error).lower() or "not enough" in str(error).lower()
            raise UnreadableImage(Cause.TRUNCATED if cut else Cause.DAMAGED) from error


def _decoded(data: bytes, form: str, max_side: int | None) -> Picture:
    with Pillow.open(io.BytesIO(data), formats=[form]) as image:
        width, height = image.size
        if width * height > PHOTO_MAX_PIXELS or max(width, height) > MAX_SIDE:
            raise UnreadableImage(Cause.TOO_MANY_PIXELS)
        if max_side is not None and form == "JPEG":
            ratio = max_side / max(width, height)
            image.draft("RGB", (round(width * ratio), round(height * ratio)))
        orientation = _orientation(image)
        image.load()
        rgb = _rgb(image)
    rgb = turned(rgb, orientation)
    if orientation >= 5:
        width, height = height, width
    return Picture(shrunk(rgb, max_side) if max_side is not None else rgb, (width, height), form)


def _orientation(image: Pillow.Image) -> int:
    """1 to 8, as in the metadata; 1 when there is none or it makes no sense."""
    try:
        value = image.getexif().get(0x0112, 1)
    except Exception:  # noqa: BLE001 - broken metadata is no reason to refuse a good picture
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _rgb(image: Pillow.Image) -> Image:
    if image.mode in {"I;16", "I;16B", "I;16L", "I;16N", "I", "F"}:
        values = np.asarray(image, np.float32)
        scale = 255.0 / 65535.0 if values.size and values.max() > 255 else 1.0
        gray = np.clip(values * scale, 0, 255).astype(np.uint8)
        return np.repeat(gray[:, :, np.newaxis], 3, axis=2)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Pillow.new("RGBA", image.size, "white")
        image = Pillow.alpha_composite(white, image)
    return np.array(image.convert("RGB"), np.uint8)


def turned(rgb: Image, orientation: int) -> Image:
    """Undo one of the eight orientations of the Exif tag 0x0112."""
    method = {
        2: Pillow.Transpose.FLIP_LEFT_RIGHT,
        3: Pillow.Transpose.ROTATE_180,
        4: Pillow.Transpose.FLIP_TOP_BOTTOM,
        5: Pillow.Transpose.TRANSPOSE,
        6: Pillow.Transpose.ROTATE_270,
        7: Pillow.Transpose.TRANSVERSE,
        8: Pillow.Transpose.ROTATE_90,
    }.get(orientation)
    if method is None:
        return rgb
    return np.array(Pillow.fromarray(rgb).transpose(method), np.uint8)


def quarter_turned(rgb: Image, turns: int) -> Image:
    """Turned clockwise by so many quarters."""
    return np.ascontiguousarray(np.rot90(rgb, -turns)) if turns % 4 else rgb


def shrunk(rgb: Image, max_side: int) -> Image:
    ratio = max_side / max(rgb.shape[:2])
    if ratio >= 1:
        return rgb
    size = max(1, round(rgb.shape[1] * ratio)), max(1, round(rgb.shape[0] * ratio))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def reencode(rgb: Image, *, max_side: int | None = None, quality: int = JPEG_QUALITY) -> bytes:
    """A fresh JPEG without metadata: what agents are shown. rgb: shape (height, width, 3) or (height, width)."""
    image = rgb if max_side is None else shrunk(rgb, max_side)
    out = io.BytesIO()
    Pillow.fromarray(image).save(out, "JPEG", quality=quality)
    return out.getvalue()
