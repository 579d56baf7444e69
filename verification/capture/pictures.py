"""Uploaded photos, before any check: known by their content, measured before they are decoded, freed of their metadata.

Nothing here needs the engines of the checks: the web server runs it.
"""

import hashlib
import io
import re
import struct
import threading
from dataclasses import dataclass

import pillow_heif
from PIL import Image, ImageFilter, ImageStat, UnidentifiedImageError

from verification.capture.uploads import BadUpload
from verification.checks import limits

pillow_heif.register_heif_opener()

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
PREVIEW_SIDE = 1600  # pixels, longer side of what eyes are shown
PREVIEW_QUALITY = 85
KEPT_QUALITY = 95  # where a photo has to be written anew
THUMB_SIDE = 32
ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# The same picture, sent or saved again: no part of the thumbnail differs more, and it is as sharp as before.
SAME_LEVEL = 8
SAME_SHARPNESS = 0.1
# Pixels cost memory: one picture at a time is decoded in each process.
_decoding = threading.Semaphore(1)


@dataclass(frozen=True)
class Picture:
    """data: the photo without metadata, as the checks get it. preview: upright JPEG for eyes. sha256: of the file as it was sent.

    signature: grey thumbnail and sharpness, to know a picture again (`is_same`).
    """

    data: bytes
    content_type: str
    preview: bytes
    sha256: str
    signature: bytes


def read_picture(data: bytes) -> Picture:
    """Read one uploaded photo. Raises BadUpload with the reason, whatever the bytes are."""
    if not data:
        raise BadUpload("empty")
    if len(data) > limits.PHOTO_MAX_BYTES:
        raise BadUpload("photo_too_large")
    with _decoding:
        try:
            return _read(data)
        except BadUpload:
            raise
        except Image.DecompressionBombError as error:
            raise BadUpload("too_many_pixels") from error
        except Exception as error:  # noqa: BLE001  (decoders of damaged files raise nearly anything)
            raise BadUpload("photo_damaged") from error


def is_same(one: bytes, other: bytes) -> bool:
    """Do two signatures belong to the same picture, whatever was done to its file? A new shot of the same scene differs."""
    if len(one) != len(other):
        return False
    size = THUMB_SIDE * THUMB_SIDE
    if max(abs(left - right) for left, right in zip(one[:size], other[:size], strict=True)) > SAME_LEVEL:
        return False
    first, second = (float(struct.unpack("<f", signature[size:])[0]) for signature in (one, other))
    return abs(first - second) <= SAME_SHARPNESS * max(first, second, 1.0)


def _read(data: bytes) -> Picture:
    if data[:5] == b"%PDF-":
        raise BadUpload("pdf")
    try:
        image = Image.open(io.BytesIO(data), formats=tuple(FORMATS))
    except UnidentifiedImageError as error:
        raise BadUpload("photo_unknown") from error
    width, height = image.size
    if width * height > limits.PHOTO_MAX_PIXELS:
        raise BadUpload("too_many_pixels")
    if min(width, height) < 16:
        raise BadUpload("photo_tiny")
    # Telephones put several pictures into one JPEG: Pillow names it otherwise, the first one is the photo.
    kind = "JPEG" if image.format == "MPO" else image.format or ""
    orientation = _orientation(image)
    # JPEG is reduced while it is decoded: a quarter of the time for a photo of 12 megapixels.
    image.draft("RGB", (PREVIEW_SIDE, PREVIEW_SIDE))
    image.load()
    shown = _rgb(_upright(image, orientation))
    shown.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    kept = _without_metadata(data, kind, orientation)
    content_type = FORMATS[kind]
    if kept is None:
        full = Image.open(io.BytesIO(data), formats=(kind,))
        kept = _jpeg(_rgb(_upright(full, orientation)), KEPT_QUALITY)
        content_type = "image/jpeg"
    return Picture(
        kept, content_type, _jpeg(shown, PREVIEW_QUALITY), hashlib.sha256(data).hexdigest(), _signature(shown)
    )


def _orientation(image: Image.Image) -> int:
    if image.format == "HEIF":
        return 1  # its opener has turned it already
    try:
        value = image.getexif().get(ORIENTATION, 1)
    except Exception:  # noqa: BLE001  (broken metadata is no reason to refuse a good picture)
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else image


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image).convert("RGB")
    if image.mode.startswith("I") or image.mode == "F":
        image = image.point(lambda value: value / 256) if image.mode != "F" else image
    return image.convert("RGB")


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _signature(shown: Image.Image) -> bytes:
    gray = shown.convert("L")
    edges = gray.filter(ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128))
    thumb = gray.resize((THUMB_SIDE, THUMB_SIDE), Image.Resampling.BOX)
    return thumb.tobytes() + struct.pack("<f", ImageStat.Stat(edges).var[0])


def _without_metadata(data: bytes, kind: str, orientation: int) -> bytes | None:
    """The same picture, bit for bit, without place, date, camera and names; None where it has to be written anew."""
    try:
        if kind == "JPEG":
            return _strip_jpeg(data, orientation)
        if kind == "PNG" and orientation == 1:
            return _strip_png(data)
        if kind == "WEBP" and orientation == 1:
            return _strip_webp(data)
    except (ValueError, IndexError, struct.error):
        return None
    return None


# The last of several fill bytes: a pattern over all of them would take quadratic time before a restart marker.
_SCAN_END = re.compile(rb"\xff(?=[^\x00\xd0-\xd7\xff])")


def _strip_jpeg(data: bytes, orientation: int) -> bytes:
    parts = [b"\xff\xd8"]
    if orientation != 1:
        tiff = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)
        parts.append(b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff)
    place = 2
    while True:
        if data[place] != 0xFF:
            raise ValueError("no marker")
        while data[place + 1] == 0xFF:
            place += 1
        marker = data[place + 1]
        if marker == 0xD9:  # what follows the end is another picture or a film
            return b"".join([*parts, b"\xff\xd9"])
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        if length < 2:
            raise ValueError("no length")
        segment = data[place : place + 2 + length]
        # Kept: tables, frames, scans, JFIF (E0), colour profile (E2), Adobe's colour transform (EE).
        profile = marker == 0xE2 and segment[4:15] == b"ICC_PROFILE"
        if not (0xE1 <= marker <= 0xEF or marker == 0xFE) or marker == 0xEE or profile:
            parts.append(segment)
        place += 2 + length
        if marker == 0xDA:
            found = _SCAN_END.search(data, place)
            if found is None:
                raise ValueError("no end")
            parts.append(data[place : found.start()])
            place = found.start()


_PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs"}


def _strip_png(data: bytes) -> bytes:
    parts, place = [data[:8]], 8
    while place < len(data):
        length, name = struct.unpack(">I4s", data[place : place + 8])
        chunk = data[place : place + 12 + length]
        if len(chunk) < 12 + length:
            raise ValueError("cut off")
        if name in _PNG_KEPT:
            parts.append(chunk)
        place += 12 + length
        if name == b"IEND":
            return b"".join(parts)
    raise ValueError("no end")


def _strip_webp(data: bytes) -> bytes:
    parts: list[bytes] = []
    place, end = 12, 8 + struct.unpack("<I", data[4:8])[0]
    while place + 8 <= min(end, len(data)):
        name, length = struct.unpack("<4sI", data[place : place + 8])
        chunk = data[place : place + 8 + length + (length & 1)]
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]  # no EXIF, no XMP
        if name not in (b"EXIF", b"XMP "):
            parts.append(chunk)
        place += 8 + length + (length & 1)
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body
