"""A program of its own, started for one photo: what decoding a hostile file costs or breaks ends with this process.

Standard input: the photo. Argument: the order, JSON. Standard output: a line of JSON, then the pictures it names; see `main`.
Nothing of the project is imported here, only Pillow's world, and none of our variables is given. That bounds what a file
costs; it is no wall: the process has the user of its parent, and code that took it over could read what that user may.
"""

import io
import json
import resource
import struct
import sys

from PIL import Image, ImageFilter, ImageStat

MEGABYTE = 1_000_000
PREVIEW_QUALITY = 85
KEPT_QUALITIES = (95, 85, 75, 60)  # where a photo has to be written anew: the first one that is not too large
THUMB_SIDE = 32
BAND = 256  # rows that are converted at a time: a second whole picture would double the memory
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Refused(Exception):  # noqa: N818  (an answer, no error of ours)
    """The photo cannot be taken. Its text: a key of `uploads.REASONS`."""


def main(order: dict[str, int | str], data: bytes) -> tuple[dict[str, int | str], list[bytes]]:
    """order: kind («JPEG»…), orientation (1 to 8), side (pixels, longer side of the preview), max_pixels, max_bytes.

    Returns the line and what follows it: the preview (JPEG, upright) and, for a HEIC, the whole photo as a JPEG. The line:
    `preview` and `kept`, their lengths in bytes, and `signature` (hexadecimal). Raises Refused.
    """
    kind, side = str(order["kind"]), int(order["side"])
    image = _opened(data, kind)
    width, height = image.size
    if width * height > int(order["max_pixels"]):
        raise Refused("too_many_pixels")
    if min(width, height) < 16:
        raise Refused("photo_tiny")
    # JPEG is reduced while it is decoded: a quarter of the time for a photo of 12 megapixels.
    image.draft("RGB", (side, side))
    whole = _rgb(image)
    kept = _kept(whole, int(order["max_bytes"])) if kind == "HEIF" else b""
    whole.thumbnail((side, side))
    orientation = int(order["orientation"])
    shown = whole.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else whole
    preview = _jpeg(shown, PREVIEW_QUALITY)
    line: dict[str, int | str] = {"preview": len(preview), "kept": len(kept), "signature": signature(shown).hex()}
    return line, [preview, kept]


def signature(shown: Image.Image) -> bytes:
    """Grey thumbnail, then sharpness: see `pictures.is_same`."""
    gray = shown.convert("L")
    edges = gray.filter(ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128))
    thumb = gray.resize((THUMB_SIDE, THUMB_SIDE), Image.Resampling.BOX)
    return thumb.tobytes() + struct.pack("<f", ImageStat.Stat(edges).var[0])


def _opened(data: bytes, kind: str) -> Image.Image:
    if kind == "HEIF":
        import pillow_heif  # a tenth of a second that the other formats need not wait for

        pillow_heif.register_heif_opener(thumbnails=False)
    return Image.open(io.BytesIO(data), formats=(kind,))


def _rgb(image: Image.Image) -> Image.Image:
    """Decoded, on white where it is transparent, without anything that was written beside its pixels."""
    image.load()
    width, height = image.size
    out = Image.new("RGB", image.size)
    for top in range(0, height, BAND):
        band = image.crop((0, top, width, min(height, top + BAND)))
        if band.has_transparency_data:
            band = band.convert("RGBA")
            band = Image.alpha_composite(Image.new("RGBA", band.size, "white"), band)
        elif band.mode.startswith("I"):
            band = band.point(lambda value: value / 256)
        out.paste(band.convert("RGB"), (0, top))
    return out


def _kept(whole: Image.Image, max_bytes: int) -> bytes:
    for quality in KEPT_QUALITIES:
        kept = _jpeg(whole, quality)
        if len(kept) <= max_bytes:
            return kept
    raise Refused("photo_too_large")


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _limit(order: dict[str, int | str]) -> None:
    """Memory (megabytes of address space), time of a processor (seconds), and no file at all."""
    memory, seconds = int(order["megabytes"]) * MEGABYTE, int(order["seconds"])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer() -> tuple[dict[str, int | str], list[bytes]]:
    order = json.loads(sys.argv[1])
    _limit(order)
    try:
        return main(order, sys.stdin.buffer.read())
    except Refused as refused:
        return {"reason": str(refused)}, []
    except Image.DecompressionBombError:
        return {"reason": "too_many_pixels"}, []
    except MemoryError:
        return {"reason": "photo_complex"}, []
    except Exception:  # noqa: BLE001  (decoders of damaged files raise nearly anything)
        return {"reason": "photo_damaged"}, []


if __name__ == "__main__":
    _line, _parts = _answer()
    sys.stdout.buffer.write(json.dumps(_line).encode() + b"\n" + b"".join(_parts))
