"""Files made to cost: their parts are counted before anything is decoded. And what a file carries beside its pixels: none is kept."""

import io
import re
import struct
import zlib

import pillow_heif
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.verification.capture.helpers import photo, picture
from verification.capture import containers, pictures
from verification.capture.uploads import BadUpload
from verification.checks import images, limits

SECRET = b"48.8566 N 2.3522 E"


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def riff(name: bytes, data: bytes) -> bytes:
    return struct.pack("<4sI", name, len(data)) + data + b"\0" * (len(data) & 1)


def with_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again, until there are `count` of them."""
    plain = photo(progressive=True)
    starts = [found.start() for found in re.finditer(rb"\xff\xda", plain)]
    last = plain[starts[-1] : -2]
    return plain[:-2] + last * (count - len(starts)) + b"\xff\xd9"


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.fixture
def decoders(monkeypatch: pytest.MonkeyPatch) -> list[containers.Photo]:
    """Which photos were given to a decoder."""
    asked: list[containers.Photo] = []
    real = pictures._decode
    monkeypatch.setattr(pictures, "_decode", lambda photo: asked.append(photo) or real(photo))
    return asked


# --- Costly files ---


class Counted(bytes):
    """Bytes that count how many of them were taken out."""

    taken = 0

    def __getitem__(self, key):
        value = super().__getitem__(key)
        self.taken += len(value) if isinstance(value, bytes) else 1
        return value


@pytest.mark.parametrize("count", [containers.MAX_SCANS + 1, 200, 3_000])
def test_scans_are_counted_before_anything_is_decoded(count, decoders):
    data = Counted(with_scans(count))
    with pytest.raises(BadUpload, match="photo_complex"):
        pictures.read_picture(data)
    assert decoders == []
    assert data.taken <= len(with_scans(containers.MAX_SCANS + 2))  # the rest was not even looked at


def test_a_picture_with_as_many_scans_as_encoders_write_is_taken():
    data = with_scans(containers.MAX_SCANS)
    assert opened(pictures.read_picture(data).data).tobytes() == opened(data).tobytes()


def many_chunks(name: bytes) -> bytes:
    plain = photo(form="PNG")
    return plain[:33] + chunk(name, b"") * containers.MAX_PNG_CHUNKS + plain[33:]


def _saved_film(form: str) -> bytes:
    out = io.BytesIO()
    picture().save(out, form, save_all=True, append_images=[picture(2), picture(3)])
    return out.getvalue()


def test_an_animated_png_is_the_picture_that_stands_for_it():
    data = _saved_film("PNG")
    kept = pictures.read_picture(data).data
    assert b"fdAT" in data
    assert b"fdAT" not in kept
    assert opened(kept).tobytes() == picture().tobytes()


def webp_of_chunks() -> bytes:
    plain = photo(form="WEBP")
    body = plain[8:] + riff(b"junk", b"") * containers.MAX_WEBP_CHUNKS
    return struct.pack("<4sI", b"RIFF", len(body)) + body


@pytest.mark.parametrize(
    "data",
    [
        photo()[:2] + segment(0xFE, b"") * 100_000 + photo()[2:],
        many_chunks(b"IDAT"),
        many_chunks(b"tEXt"),
        _saved_film("WEBP"),
        webp_of_chunks(),
    ],
    ids=["jpeg of comments", "png of pixels", "png of texts", "animated webp", "webp of chunks"],
)
def test_files_of_too_many_parts_are_refused_unopened(data, decoders):
    with pytest.raises(BadUpload, match="photo_complex"):
        pictures.read_picture(data)
    assert decoders == []


FILL = b"\xff" * 100_000


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8" + FILL * 20,
        b"\xff\xd8" + FILL + b"\0" + FILL + b"\0",
        b"\xff\xd8" + b"\xff\0" * 1_000_000,
        b"\xff\xd8\xff\xd0" + FILL + b"\xd0" * 100_000,
        b"\xff\xd8" + segment(0xDA, b"") + FILL + b"\0" + FILL,
    ],
)
def test_fill_bytes_anywhere_are_passed_over_once(data):
    """Were it once for each of them, this would take hours."""
    assert len(containers.take_apart(data).data) <= len(data)


def test_what_a_decoder_may_use_is_limited(monkeypatch):
    monkeypatch.setattr(pictures, "DECODER_MEGABYTES", 120)
    out = io.BytesIO()
    Image.new("RGB", (6000, 6000)).save(out, "PNG")
    with pytest.raises(BadUpload, match="photo_complex"):
        pictures.read_picture(out.getvalue())


def test_a_decoder_that_does_not_come_to_an_end_is_ended(monkeypatch):
    monkeypatch.setattr(pictures, "DECODER_DEADLINE", 0.01)
    with pytest.raises(BadUpload, match="photo_complex"):
        pictures.read_picture(photo())


def test_who_finds_no_decoder_free_is_asked_to_come_again(monkeypatch):
    monkeypatch.setattr(pictures, "WAIT_SECONDS", 0.01)
    for _ in range(pictures.DECODERS):
        pictures._decoders.acquire()
    try:
        with pytest.raises(BadUpload, match="busy"):
            pictures.read_picture(photo())
    finally:
        for _ in range(pictures.DECODERS):
            pictures._decoders.release()
    assert pictures.read_picture(photo())


# --- What is not kept ---


def exif(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[0x0112], tags[0x010F] = orientation, SECRET.decode()
    return tags.tobytes()


def jpeg(orientation: int) -> bytes:
    plain = photo(exif=exif(orientation), comment=SECRET, xmp=SECRET, icc_profile=b"profile", quality=95)
    jfxx = segment(0xE0, b"JFXX\0" + SECRET)
    beside = jfxx + b"".join(segment(marker, SECRET) for marker in (*range(0xE1, 0xF0), 0xFE))
    place = plain.index(b"\xff\xc4")
    return plain[:2] + beside + plain[2:place] + beside + plain[place:] + SECRET


def png(orientation: int) -> bytes:
    info = PngInfo()
    info.add_text("Comment", SECRET.decode())
    info.add_text("Zipped", SECRET.decode(), zip=True)
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    plain = photo(form="PNG", exif=exif(orientation), pnginfo=info, icc_profile=b"profile")
    beside = b"".join(chunk(name, SECRET) for name in (b"tIME", b"gAMA", b"meTa", b"sPLT"))
    return plain[:33] + beside + plain[33:-12] + chunk(b"tEXt", b"a\0" + SECRET) + plain[-12:] + SECRET


def webp(orientation: int) -> bytes:
    plain = photo(form="WEBP", exif=exif(orientation), xmp=SECRET, icc_profile=b"profile")
    body = plain[8:] + riff(b"junk", SECRET)
    return struct.pack("<4sI", b"RIFF", len(body)) + body + SECRET


def heic(orientation: int, quality: int = 90) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(picture()).save(out, quality=quality, exif=exif(orientation), xmp=SECRET)
    return out.getvalue() + SECRET


@pytest.mark.parametrize("orientation", [1, 3, 6])
@pytest.mark.parametrize("make", [jpeg, png, webp])
def test_nothing_but_pixels_orientation_and_colours_is_kept(make, orientation):
    data = make(orientation)
    assert SECRET in data
    read = pictures.read_picture(data)
    for stored in (read.data, read.preview):
        assert SECRET not in stored
        assert not {"comment", "xmp", "Comment", "Zipped", "XML:com.adobe.xmp"} & set(opened(stored).info)
    before, after = opened(data), opened(read.data)
    assert after.format == before.format
    assert after.tobytes() == before.tobytes()
    assert after.getexif().get(0x0112, 1) == orientation
    assert set(after.getexif()) <= {0x0112}
    assert after.info["icc_profile"] == b"profile"
    assert (opened(read.preview).size == (240, 320)) == (orientation == 6)
    assert images.decode(read.data).rgb.shape == images.decode(data).rgb.shape
    assert (images.decode(read.data).rgb == images.decode(data).rgb).all()


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_heic_is_written_anew_without_what_it_carried(orientation):
    data = heic(orientation)
    read = pictures.read_picture(data)
    assert SECRET in data
    for stored in (read.data, read.preview):
        assert SECRET not in stored
        assert opened(stored).format == "JPEG"
        assert not opened(stored).getexif()
    assert images.decode(read.data).rgb.shape == images.decode(data).rgb.shape


def test_a_photo_that_is_written_anew_keeps_to_the_limit(monkeypatch):
    data = heic(1, quality=30)
    whole = len(pictures.read_picture(data).data)
    assert whole > len(data)
    monkeypatch.setattr(limits, "PHOTO_MAX_BYTES", whole - 1)
    smaller = pictures.read_picture(data).data
    assert len(smaller) < whole
    assert opened(smaller).size == (320, 240)


def test_a_decoder_knows_none_of_our_keys(monkeypatch, tmp_path):
    program = tmp_path / "program.py"
    program.write_text("import os, json; print(json.dumps({'reason': ' '.join(sorted(os.environ))}))")
    monkeypatch.setattr(pictures, "PROGRAM", program)
    with pytest.raises(BadUpload) as caught:
        pictures.read_picture(photo())
    assert not {"DATA_KEYS", "DIGEST_KEY", "DJANGO_SECRET_KEY", "DATABASE_URL"} & set(caught.value.reason.split())
