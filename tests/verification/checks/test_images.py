import io
import random
import struct
import zlib

import numpy as np
import pillow_heif
import pytest
from PIL import Image as Pillow

from verification.checks import images
from verification.checks.images import Cause, UnreadableImage, decode
from verification.checks.limits import PHOTO_MAX_BYTES
from verification.findings.lookup import text_for

TRANSPOSED = {
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_90,  # the camera was turned: what is stored must be turned back
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_270,
}


def scene(width: int = 96, height: int = 64) -> Pillow.Image:
    """Red grows to the right, green downwards, blue in the top left quarter: no turn leaves it the same."""
    y, x = np.mgrid[:height, :width]
    blue = np.where((x < width // 2) & (y < height // 2), 220, 20)
    return Pillow.fromarray(np.stack([x * 255 // width, y * 255 // height, blue], axis=2).astype(np.uint8))


def encoded(image: Pillow.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def heic(image: Pillow.Image) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(image).save(out, format="HEIF", quality=90)
    return out.getvalue()


def unlike(rgb: np.ndarray, image: Pillow.Image) -> float:
    return float(np.abs(rgb.astype(int) - np.asarray(image.convert("RGB")).astype(int)).mean())


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_every_accepted_format_is_opened_by_its_content(form):
    data = heic(scene()) if form == "HEIF" else encoded(scene(), form)
    picture = decode(data)
    assert picture.format == form
    assert picture.full_size == (96, 64)
    assert unlike(picture.rgb, scene()) < 6


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_exif_orientation_gives_the_upright_scene(orientation):
    stored = scene().transpose(TRANSPOSED[orientation]) if orientation in TRANSPOSED else scene()
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    picture = decode(encoded(stored, "JPEG", exif=exif, quality=95))
    assert picture.full_size == (96, 64)
    assert unlike(picture.rgb, scene()) < 5


def test_an_orientation_that_makes_no_sense_is_ignored():
    exif = Pillow.Exif()
    exif[0x0112] = 77
    assert unlike(decode(encoded(scene(), "JPEG", exif=exif, quality=95)).rgb, scene()) < 5


def test_a_large_jpeg_is_reduced_while_it_is_decoded():
    data = encoded(scene().resize((4000, 3000)), "JPEG")
    picture = decode(data, max_side=1000)
    assert picture.rgb.shape == (750, 1000, 3)
    assert picture.full_size == (4000, 3000)


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixel_becomes_red_green_blue(mode):
    gray = scene().convert("L")
    image = {
        "I;16": lambda: Pillow.fromarray(np.asarray(gray).astype(np.uint16) * 257),
    }.get(mode, lambda: scene().convert(mode))()
    picture = decode(encoded(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert picture.rgb.shape == (64, 96, 3)
    assert picture.rgb.dtype == np.uint8
    if mode in {"L", "I;16"}:
        assert unlike(picture.rgb, gray) < 2


def test_transparent_parts_become_white_not_what_lies_hidden_under_them():
    image = Pillow.new("RGBA", (20, 20), (200, 0, 0, 0))
    assert decode(encoded(image, "PNG")).rgb.min() == 255


def test_of_an_animation_the_first_frame_counts():
    frames = [scene(), scene().transpose(Pillow.Transpose.ROTATE_180)]
    data = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100, lossless=True)
    assert unlike(decode(data).rgb, frames[0]) < 2


def png_header(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is of this size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 4000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", Cause.EMPTY),
        (b"\xff\xd8\xff" + b"\0" * PHOTO_MAX_BYTES, Cause.TOO_LARGE),
        (b"%PDF-1.7 and more", Cause.FORMAT),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Cause.FORMAT),
        (b"GIF89a" + b"\0" * 100, Cause.FORMAT),
        (png_header(8000, 5001), Cause.TOO_MANY_PIXELS),
        (png_header(200_000, 200_000), Cause.TOO_MANY_PIXELS),
        (png_header(60_000, 10), Cause.TOO_MANY_PIXELS),
        (b"\xff\xd8\xff\xe0garbage", Cause.TRUNCATED),
    ],
)
def test_what_cannot_be_opened_says_why_in_the_citizens_words(data, cause):
    with pytest.raises(UnreadableImage) as caught:
        decode(data)
    assert caught.value.code == cause
    assert len(str(text_for(f"document.{cause}").citizen)) > 20


def test_forty_megapixels_are_still_accepted():
    with pytest.raises(UnreadableImage) as caught:
        decode(png_header(8000, 5000))  # its pixels are missing: it got past the count
    assert caught.value.code in {Cause.TRUNCATED, Cause.DAMAGED}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_file_that_breaks_off_is_refused(form, share):
    data = encoded(scene(300, 200), form)
    with pytest.raises(UnreadableImage) as caught:
        decode(data[: int(len(data) * share)])
    assert caught.value.code in {Cause.TRUNCATED, Cause.DAMAGED}


def test_two_thousand_mutated_files_are_opened_or_refused_and_nothing_else():
    chance = random.Random(7)  # noqa: S311 - the same files in every run
    good = [encoded(scene(48, 32), form) for form in ("JPEG", "PNG", "WEBP")] + [heic(scene(64, 64))]
    opened = refused = 0
    for number in range(2000):
        data = bytearray(good[number % len(good)])
        for _ in range(chance.randint(1, 12)):
            place = chance.randrange(len(data))
            action = chance.randrange(3)
            if action == 0:
                data[place] = chance.randrange(256)
            elif action == 1:
                del data[place : place + chance.randint(1, 40)]
            else:
                data[place:place] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 20)))
            if not data:
                data = bytearray(b"\0")
        try:
            picture = decode(bytes(data), max_side=64)
        except UnreadableImage:
            refused += 1
        else:
            opened += 1
            assert picture.rgb.ndim == 3
    assert opened > 100
    assert refused > 100


def test_what_agents_are_shown_carries_no_metadata():
    exif = Pillow.Exif()
    exif[0x010F] = "Maker of this camera"
    data = images.reencode(decode(encoded(scene(), "JPEG", exif=exif)).rgb)
    with Pillow.open(io.BytesIO(data)) as image:
        assert image.format == "JPEG"
        assert not dict(image.getexif())
    assert b"Maker" not in data
