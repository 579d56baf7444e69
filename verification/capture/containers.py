"""A photo's file, taken apart without decoding it: what is kept are its pixels, how to turn them and their colour profile.

What else a file carries (place, date, camera, names, comments, small pictures, other pictures, whatever follows the end) is
left behind; of what is kept no bit changes. One pass over the bytes, in time that grows with their number; parts are counted,
as each costs whoever decodes them time: the same scan of a JPEG, repeated three thousand times, takes minutes.
"""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from verification.capture.uploads import BadUpload
from verification.checks.formats import format_of

# Encoders write 1 to 12 scans; libjpeg's own longest script, for four components, has 18.
MAX_SCANS = 32
# A profile has up to 255 parts, other metadata of 15 MB about as many.
MAX_SEGMENTS = 2_000
# libpng cuts pixels into chunks of 8 kB: 1,900 of them in 15 MB.
MAX_PNG_CHUNKS = 10_000
MAX_WEBP_CHUNKS = 100
ORIENTATION = 0x0112
EXIF = b"Exif\0\0"


@dataclass(frozen=True)
class Photo:
    """kind: «JPEG», «PNG», «WEBP», «HEIF». data: without metadata, but for HEIF. orientation: 1 to 8, as Exif counts them."""

    kind: str
    data: bytes
    orientation: int


def take_apart(data: bytes) -> Photo:
    """Raises BadUpload when this is no photo, is cut off, or has more parts than any camera writes.

    A HEIF is passed on as it is: its parts point at each other, so it is written anew, by `decoder`.
    """
    if data.startswith(b"%PDF-"):
        raise BadUpload("pdf")
    kind = format_of(data)
    if kind is None:
        raise BadUpload("photo_unknown")
    if kind == "HEIF":
        return Photo(kind, data, 1)  # its opener turns it
    try:
        return Photo(kind, *_WALKS[kind](data))
    except struct.error as error:
        raise BadUpload("photo_damaged") from error


# --- JPEG: ITU-T T.81, annex B; markers are found as libjpeg finds them, over fill bytes and stray ones ---

_MARKER = re.compile(rb"\xff[^\x00\xff]")
_SCAN_END = re.compile(rb"\xff(?=[^\x00\xd0-\xd7\xff])")
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_PIXELS = frozenset({*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD}) - {0xC8}  # tables, frames, scans
_JFIF, _EXIF, _PROFILE, _ADOBE, _SCAN, _END = 0xE0, 0xE1, 0xE2, 0xEE, 0xDA, 0xD9


def _jpeg(data: bytes) -> tuple[bytes, int]:
    parts: list[bytes] = []
    heads: dict[int, bytes] = {}  # what says which colours the numbers are: one of each, without what may hang on it
    orientation, scans, place = 0, 0, 2
    for _ in range(MAX_SEGMENTS):
        found = _MARKER.search(data, place)
        if found is None:
            break  # without an end; the decoder says whether it is whole
        marker, place = data[found.start() + 1], found.end()
        if marker == _END:  # what follows the end is another picture or a film
            parts.append(b"\xff\xd9")
            break
        if marker in _STANDALONE:
            continue
        body = _body(data, place)
        place += 2 + len(body)
        if marker in _PIXELS or (marker == _PROFILE and body.startswith(b"ICC_PROFILE\0") and not scans):
            parts.append(_segment(marker, body))
        elif marker == _EXIF and body.startswith(b"Exif\0") and not orientation:
            orientation = _orientation(body[len(EXIF) :])
        elif marker == _JFIF and body.startswith(b"JFIF\0") and len(body) >= 14:
            heads.setdefault(marker, _segment(marker, body[:12] + b"\0\0"))
        elif marker == _ADOBE and body.startswith(b"Adobe") and len(body) >= 12 and not scans:
            heads[marker] = _segment(marker, body[:12])
        if marker == _SCAN:
            scans += 1
            if scans > MAX_SCANS:
                raise BadUpload("photo_complex")
            end = _SCAN_END.search(data, place)
            stop = end.start() if end is not None else len(data)
            parts.append(data[place:stop])
            place = stop
    else:
        raise BadUpload("photo_complex")
    if orientation > 1:
        heads[_EXIF] = _segment(_EXIF, EXIF + _tiff(orientation))
    return b"".join([b"\xff\xd8", *(heads[marker] for marker in sorted(heads)), *parts]), orientation or 1


def _body(data: bytes, place: int) -> bytes:
    (length,) = struct.unpack_from(">H", data, place)
    if length < 2 or place + length > len(data):
        raise BadUpload("photo_damaged")
    return data[place + 2 : place + length]


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


# --- PNG: ISO/IEC 15948; of an animated one the picture that stands for it remains ---

_PNG_PIXELS = frozenset({b"PLTE", b"IDAT"})
_PNG_COLOURS = {
    b"tRNS": 512,
    b"gAMA": 4,
    b"cHRM": 32,
    b"sRGB": 1,
    b"sBIT": 4,
    b"pHYs": 9,
    b"iCCP": 2**31,
}  # longest, bytes


def _png(data: bytes) -> tuple[bytes, int]:
    parts: list[bytes] = []
    colours: set[bytes] = set()
    orientation, place, name = 1, 8, b""
    for _ in range(MAX_PNG_CHUNKS):
        if name == b"IEND" or place + 12 > len(data):
            break  # cut off: the decoder says whether its pixels are there
        length, name = struct.unpack_from(">I4s", data, place)
        chunk, place = data[place : place + 12 + length], place + 12 + length
        if name == b"eXIf":
            orientation = _orientation(chunk[8:-4].removeprefix(EXIF))
        elif name in _PNG_PIXELS or name in (b"IHDR", b"IEND"):
            parts.append(chunk)
        elif length <= _PNG_COLOURS.get(name, -1) and name not in colours:
            colours.add(name)
            parts.append(chunk)
    else:
        raise BadUpload("photo_complex")
    if orientation > 1:
        tiff = b"eXIf" + _tiff(orientation)
        parts.insert(1, struct.pack(">I", len(tiff) - 4) + tiff + struct.pack(">I", zlib.crc32(tiff)))
    return b"".join([data[:8], *parts]), orientation


# --- WebP: RFC 9649 ---

_WEBP_KEPT = frozenset({b"VP8X", b"ICCP", b"ALPH", b"VP8 ", b"VP8L"})
_WEBP_ANIMATED = frozenset({b"ANIM", b"ANMF"})
_WEBP_HAS_EXIF, _WEBP_HAS_PROFILE_OR_ALPHA = 0x08, 0x30


def _webp(data: bytes) -> tuple[bytes, int]:
    chunks: dict[bytes, bytes] = {}
    orientation, place, end = 1, 12, min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    for _ in range(MAX_WEBP_CHUNKS):
        if place + 8 > end:
            break
        name, length = struct.unpack_from("<4sI", data, place)
        body, place = data[place + 8 : place + 8 + length], place + 8 + length + (length & 1)
        if name in _WEBP_ANIMATED:
            raise BadUpload("photo_complex")
        if name == b"EXIF":
            orientation = _orientation(body.removeprefix(EXIF))
        elif name in _WEBP_KEPT:
            chunks.setdefault(name, body)
    else:
        raise BadUpload("photo_complex")
    if b"VP8X" in chunks:
        flags = chunks[b"VP8X"][0] if chunks[b"VP8X"] else 0
        flags = flags & _WEBP_HAS_PROFILE_OR_ALPHA | (_WEBP_HAS_EXIF if orientation > 1 else 0)
        chunks[b"VP8X"] = bytes([flags]) + chunks[b"VP8X"][1:10]
        if orientation > 1:
            chunks[b"EXIF"] = _tiff(orientation)
    else:
        orientation = 1  # the simple format has no metadata: nobody else would turn it
    written = (struct.pack("<4sI", name, len(body)) + body + b"\0" * (len(body) & 1) for name, body in chunks.items())
    body = b"WEBP" + b"".join(written)
    return struct.pack("<4sI", b"RIFF", len(body)) + body, orientation


_WALKS: dict[str, Callable[[bytes], tuple[bytes, int]]] = {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp}


# --- Exif: the one entry that is followed ---


def _orientation(tiff: bytes) -> int:
    """1 to 8; 1 as well where the metadata are broken: they are no reason to refuse a good picture."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, start)
        for number in range(min(count, MAX_SEGMENTS)):
            tag, form, _count, value = struct.unpack_from(order + "HHIH", tiff, start + 2 + 12 * number)
            if tag == ORIENTATION:
                return value if form == 3 and 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _tiff(orientation: int) -> bytes:
    """The smallest Exif there is: one entry."""
    return b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)
