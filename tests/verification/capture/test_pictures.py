"""Files that telephones and tinkerers make: all good photos, read in no more time than others."""

import io
import struct
import time

import pytest
from PIL import Image

from tests.verification.capture.helpers import photo, picture
from verification.capture import pictures
from verification.checks import images

GENEROUS_SECONDS = 5.0


def read(data: bytes) -> pictures.Picture:
    return pictures.read_picture(data)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def with_fill_bytes(data: bytes, count: int) -> bytes:
    """The same JPEG with so many fill bytes before its first restart marker."""
    place = data.index(b"\xff\xd0")
    return data[:place] + b"\xff" * count + data[place:]


def test_fill_bytes_before_a_restart_marker_take_no_time_and_change_no_pixel():
    plain = photo(restart_marker_rows=1)
    began = time.perf_counter()
    kept = read(with_fill_bytes(plain, 300_000)).data
    assert time.perf_counter() - began < GENEROUS_SECONDS
    assert opened(kept).tobytes() == opened(plain).tobytes()


def test_fill_bytes_behind_a_scan_are_no_part_of_a_marker():
    plain = photo(progressive=True)
    scan = plain.index(b"\xff\xda")
    place = plain.index(b"\xff\xc4", scan)
    comment = b"\xff\xfe" + struct.pack(">H", 8) + b"secret"
    kept = read(plain[:place] + b"\xff\xff\xff" + comment + b"\xff\xff" + plain[place:]).data
    assert b"secret" not in kept
    assert opened(kept).tobytes() == opened(plain).tobytes()


def several(**options: object) -> bytes:
    """A JPEG of two pictures, as telephones write them."""
    out = io.BytesIO()
    picture(1).save(out, "MPO", save_all=True, append_images=[picture(2)], **options)
    return out.getvalue()


def test_of_a_jpeg_of_several_pictures_the_first_is_the_photo():
    data = several()
    assert opened(data).format == "MPO"
    kept = read(data)
    assert kept.content_type == "image/jpeg"
    image = opened(kept.data)
    assert image.format == "JPEG"
    assert image.tobytes() == opened(photo(1)).tobytes()
    assert len(kept.data) < len(data) * 0.7
    assert opened(kept.preview).format == "JPEG"


def test_the_checks_open_it_too():
    whole = images.decode(several())
    assert (whole.format, whole.full_size) == ("JPEG", (320, 240))
    assert max(images.decode(several(), max_side=100).rgb.shape) == 100


def with_exif(form: str, body: bytes) -> bytes:
    return photo(form=form, exif=b"Exif\0\0" + body)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@pytest.mark.parametrize("form", ["JPEG", "WEBP", "PNG"])
@pytest.mark.parametrize(
    "body", [b"no metadata at all", b"II*\0" + struct.pack("<IH", 8, 900) + b"\1" * 30, b"II*\0\xff"]
)
def test_broken_metadata_are_no_reason_to_refuse_a_photo(form, body):
    kept = read(with_exif(form, body))
    assert opened(kept.data).size == (320, 240)
    assert b"no metadata" not in kept.data


def test_an_orientation_beside_a_broken_entry_is_followed():
    entries = struct.pack("<HHII", 0x0112, 3, 1, 6) + struct.pack("<HHII", 0x8769, 4, 1, 2**31)
    body = b"II*\0" + struct.pack("<IH", 8, 2) + entries + struct.pack("<I", 0)
    assert opened(read(with_exif("JPEG", body)).preview).size == (240, 320)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_preview_is_turned_as_the_metadata_say(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = photo(exif=exif, quality=95)
    shown = opened(read(data).preview).convert("L").resize((8, 8), Image.Resampling.BOX)
    wanted = images.shrunk(images.decode(data).rgb, 320)
    expected = Image.fromarray(wanted).convert("L").resize((8, 8), Image.Resampling.BOX)
    assert max(abs(a - b) for a, b in zip(shown.tobytes(), expected.tobytes(), strict=True)) < 12
