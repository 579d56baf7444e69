"""What enters: every accepted format, and hundreds of files that must not break anything."""

import contextlib
import errno
import io
import random
import struct
import zlib
from collections.abc import Iterator

import pillow_heif
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from PIL import Image

from tests.verification.capture.helpers import bearer, photo, picture, video
from verification import access
from verification.capture import challenge, pictures, storing
from verification.capture.models import Capture, CaptureKind, CaptureState
from verification.capture.uploads import REASONS, BadUpload
from verification.capture.videos import video_type
from verification.checks import limits

FRONT = reverse("verification:front")
VIDEO = reverse("verification:video")
EXIF_PLACE = {0x0112: 6, 0x010F: "Appareil", 0x8825: {1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 7.0)}}
pytestmark = pytest.mark.django_db


def with_place(form: str) -> bytes:
    """A picture lying on its side, with the place where it was taken."""
    exif = Image.Exif()
    for tag, value in EXIF_PLACE.items():
        exif[tag] = value
    return photo(form=form, exif=exif)


def heic() -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(picture()).save(out, quality=80)
    return out.getvalue()


GOOD_PHOTOS = {
    "jpeg": lambda: photo(quality=90),
    "progressive jpeg": lambda: photo(progressive=True),
    "jpeg on its side": lambda: with_place("JPEG"),
    "jpeg with a film behind it": lambda: photo() + b"\0\0\0\x18ftypmp42" + bytes(500),
    "grey jpeg": lambda: _saved(picture().convert("L"), "JPEG"),
    "cmyk jpeg": lambda: _saved(picture().convert("CMYK"), "JPEG"),
    "png": lambda: photo(form="PNG"),
    "png on its side": lambda: with_place("PNG"),
    "png with transparency": lambda: _saved(picture().convert("RGBA"), "PNG"),
    "png of 16 bits": lambda: _saved(Image.new("I;16", (320, 240), 30000), "PNG"),
    "png with a palette": lambda: _saved(picture().convert("P"), "PNG"),
    "webp": lambda: photo(form="WEBP"),
    "webp on its side": lambda: with_place("WEBP"),
    "lossless webp": lambda: photo(form="WEBP", lossless=True),
    "heic": heic,
}
GOOD_VIDEOS = {
    "webm vp8": lambda: video("webm", "vp8"),
    "webm vp9": lambda: video("webm", "vp9"),
    "mp4": lambda: video("mp4", "h264"),
    "mov": lambda: video("mov", "h264"),
    "mkv": lambda: video("matroska", "h264"),
}


def _saved(image: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


def png_bomb(width: int, height: int) -> bytes:
    """A picture of few bytes that says it has a great many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def bad_files() -> Iterator[tuple[str, bytes]]:
    """More than 200 of them, the same ones each time."""
    draw = random.Random(20261121)  # noqa: S311  (noise that is the same each time)
    yield "empty", b""
    yield "one byte", b"\xff"
    yield "text", b"bonjour\n" * 200
    yield "html", b"<!doctype html><script>alert(1)</script>"
    yield "svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    yield "pdf", b"%PDF-1.7\n" + bytes(2000)
    yield "zip", b"PK\x03\x04" + draw.randbytes(2000)
    yield "program", b"\x7fELF" + draw.randbytes(2000)
    yield "gif", _saved(picture().convert("P"), "GIF")
    yield "bmp", _saved(picture(), "BMP")
    yield "tiff", _saved(picture(), "TIFF")
    yield "wav", b"RIFF\x24\0\0\0WAVEfmt " + bytes(100)
    for width, height in ((60_000, 60_000), (8_000, 5_001), (2**31 - 1, 1), (2**31 - 1, 2**31 - 1), (0, 0), (1, 1)):
        yield f"bomb {width}x{height}", png_bomb(width, height)
    for name in ("jpeg", "png", "webp", "heic", "webm vp8", "mp4", "mkv"):
        whole = {**GOOD_PHOTOS, **GOOD_VIDEOS}[name]()
        for share in (0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95):
            yield f"{name} cut at {share}", whole[: max(4, int(len(whole) * share))]
        for number in range(22):
            damaged = bytearray(whole)
            for _ in range(draw.choice((1, 4, 40, 400))):
                damaged[draw.randrange(len(damaged) if number % 2 else min(400, len(damaged)))] = draw.randrange(256)
            yield f"{name} damaged {number}", bytes(damaged)
        yield f"{name} head, then noise", whole[:64] + draw.randbytes(5000)


@pytest.mark.parametrize("name", GOOD_PHOTOS)
def test_every_accepted_photo_format_passes(name, browser):
    answer = browser.post(FRONT, {"action": "upload", "file": SimpleUploadedFile("x.bin", GOOD_PHOTOS[name]())})
    assert answer.status_code == 302
    capture = Capture.objects.get()
    with capture.preview.open() as shown, Image.open(shown) as image:
        assert image.format == "JPEG"
        assert (image.width < image.height) == name.endswith("on its side")
        assert not image.getexif()
    with capture.file.open() as kept, Image.open(kept) as image:
        image.load()
        assert f"image/{image.format.lower()}" == capture.content_type
        assert 0x8825 not in image.getexif()
        assert 0x010F not in image.getexif()


def test_a_stripped_jpeg_keeps_every_pixel_and_its_orientation():
    before = with_place("JPEG")
    kept = pictures.read_picture(before).data
    assert b"Appareil" in before
    assert b"Appareil" not in kept
    with Image.open(io.BytesIO(before)) as one, Image.open(io.BytesIO(kept)) as other:
        assert one.tobytes() == other.tobytes()
        assert other.getexif()[0x0112] == 6


def test_what_is_hidden_behind_a_jpeg_is_cut_off():
    kept = pictures.read_picture(photo() + b"a film").data
    assert kept == pictures.read_picture(photo()).data


def test_hundreds_of_bad_files_get_a_sentence_and_never_an_error_of_ours(verification, browser):
    files = list(bad_files())
    assert len(files) >= 200
    asked = challenge.announce(verification, "spoken", recorded=False)
    for name, data in files:
        with override_settings(QUOTAS={**_quotas(), "ip_upload": (10**6, 3600)}):
            answer = browser.post(FRONT, {"action": "upload", "file": SimpleUploadedFile("carte.jpg", data)})
        assert answer.status_code in (302, 422), name
        if answer.status_code == 422:
            assert "field-error" in answer.text, name
        with contextlib.suppress(BadUpload):
            storing.store_video(verification, asked.pk, data, send=False)


def _quotas() -> dict[str, tuple[int, int]]:
    from django.conf import settings

    return dict(settings.QUOTAS)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n" + bytes(100), "pdf"),
        (b"no picture at all", "photo_unknown"),
        (png_bomb(60_000, 60_000), "too_many_pixels"),
        (photo()[:2000], "photo_damaged"),
        (_saved(picture(size=(8, 8)), "PNG"), "photo_tiny"),
    ],
)
def test_each_bad_photo_names_its_cause(data, reason):
    with pytest.raises(BadUpload) as caught:
        pictures.read_picture(data)
    assert caught.value.reason == reason


def test_every_reason_has_a_whole_sentence():
    for reason in REASONS:
        assert "%" not in BadUpload(reason).sentence


def test_a_photo_that_is_too_heavy_is_not_kept(monkeypatch):
    monkeypatch.setattr(limits, "PHOTO_MAX_BYTES", 5_000)
    with pytest.raises(BadUpload, match="photo_too_large"):
        pictures.read_picture(photo(quality=100))


@pytest.mark.parametrize("megabytes", [16, 61])
def test_a_body_that_is_too_heavy_gets_a_page_that_says_so(browser, megabytes):
    data = b"\xff\xd8\xff" + bytes(megabytes * 1_000_000)
    answer = browser.post(FRONT, {"action": "upload", "file": SimpleUploadedFile("x.jpg", data)})
    assert answer.status_code == 413
    assert "dépasse 15 Mo" in answer.text
    assert not Capture.objects.exists()


def test_a_disk_that_is_nearly_full_takes_no_file_and_shows_every_page(browser, settings, tmp_path):
    settings.VAR_DIR, settings.DISK_FREE_MIN_BYTES = tmp_path, 10**18
    answer = browser.post(FRONT, {"action": "upload", "file": SimpleUploadedFile("x.jpg", photo())})
    assert (answer.status_code, answer["Retry-After"]) == (503, "300")
    assert "Réessayez dans quelques minutes." in answer.text
    assert not Capture.objects.exists()
    assert browser.get(FRONT).status_code == 200
    settings.DISK_FREE_MIN_BYTES = 1
    assert browser.post(FRONT, {"action": "upload", "file": SimpleUploadedFile("x.jpg", photo())}).status_code == 302


def test_a_heavy_body_is_not_even_read(browser):
    class Unreadable(io.BytesIO):
        def read(self, *args: int) -> bytes:
            raise AssertionError("was read")

    answer = browser.generic(
        "POST",
        FRONT,
        b"x",
        "multipart/form-data; boundary=x",
        CONTENT_LENGTH="200000000",
        **{"wsgi.input": Unreadable()},
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data; boundary=x"),
        (b"abc", "multipart/form-data"),
        (b"abc", "application/json"),
    ],
)
def test_a_malformed_body_is_no_error_of_ours(browser, body, kind):
    assert browser.generic("POST", FRONT, body, kind).status_code in (302, 400, 422)


def test_no_file_at_all_is_said_at_the_field(browser):
    answer = browser.post(FRONT, {"action": "upload"})
    assert answer.status_code == 422
    assert "Choisissez un fichier" in answer.text


def test_an_upload_needs_the_token_of_its_form(verification):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies.update(bearer(verification, access.LETTER).cookies)
    answer = strict.post(FRONT, {"action": "upload", "file": SimpleUploadedFile("x.jpg", photo())})
    assert answer.status_code == 403
    assert not Capture.objects.exists()


def test_uploads_of_one_address_are_limited(browser):
    with override_settings(QUOTAS={**_quotas(), "ip_upload": (2, 3600)}):
        codes = [
            browser.post(FRONT, {"action": "upload", "file": SimpleUploadedFile("x.jpg", photo(seed))}).status_code
            for seed in range(3)
        ]
    assert codes == [302, 302, 429]


@pytest.mark.parametrize("name", GOOD_VIDEOS)
def test_every_accepted_video_format_is_taken(name, verification):
    data = GOOD_VIDEOS[name]()
    assert video_type(data).startswith("video/")
    asked = challenge.announce(verification, "spoken", recorded=False)
    assert storing.store_video(verification, asked.pk, data, send=False).state == CaptureState.UPLOADED


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "empty"), (photo(), "video_is_photo"), (heic(), "video_is_photo"), (b"%PDF-1.4", "video_unknown")],
)
def test_what_is_no_video_is_said_to_be_none(data, reason):
    with pytest.raises(BadUpload, match=reason):
        video_type(data)


def test_a_damaged_photo_never_reaches_the_worker(browser, unchecked):
    browser.post(FRONT, {"action": "upload", "file": SimpleUploadedFile("x.jpg", photo()[:900])})
    browser.post(FRONT, {"action": "confirm"})
    assert not Capture.objects.filter(kind=CaptureKind.FRONT).exists()
    assert unchecked == []


@pytest.mark.parametrize("which", [1, 2])
def test_a_full_disk_leaves_no_file_that_no_row_names(verification, monkeypatch, which):
    """The picture or its preview is cut off half way."""
    names: list[str] = []
    real = InMemoryStorage._save

    def full(self, name, content):
        names.append(name)
        if len(names) == which:
            real(self, name, ContentFile(content.read()[:10]))
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, name, content)

    monkeypatch.setattr(InMemoryStorage, "_save", full)
    with pytest.raises(OSError, match="No space"):
        storing.store_photo(verification, CaptureKind.FRONT, photo())
    assert len(names) == which
    assert not [name for name in names if storages["evidence"].exists(name)]
