"""What an upload costs the web process: never a decoded picture, and a few copies of the largest file."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.verification.capture.helpers import video
from verification.capture.models import Capture, CaptureKind, Trial
from verification.checks import limits

pytestmark = pytest.mark.django_db
STATUS, PEAK = Path("/proc/self/status"), Path("/proc/self/clear_refs")
MOST_MEGABYTES = 150
WIDTH, HEIGHT = 8_000, 5_000


def memory(name: str) -> float:
    """VmRSS or VmHWM, in megabytes."""
    found = next(line for line in STATUS.read_text().splitlines() if line.startswith(name))
    return int(found.split()[1]) * 1024 / 1_000_000


def cost(act: Callable[[], Any]) -> float:
    """How far this process grew at most meanwhile, in megabytes."""
    PEAK.write_text("5")  # the peak begins anew: proc(5)
    before = memory("VmRSS")
    act()
    return memory("VmHWM") - before


def flat_png() -> bytes:
    """40 million points of four times 16 bits in 0.3 MB."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer, row = zlib.compressobj(9), bytes(WIDTH * 8 + 1)
    pixels = b"".join(packer.compress(row) for _ in range(HEIGHT)) + packer.flush()
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def flat(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), "white").save(out, form, quality=30, **({"method": 0} if form == "WEBP" else {}))
    return out.getvalue()


@pytest.fixture
def post(browser: Client, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., float]:
    """Send a body that lies on the disk, store what it brings there, and tell what that cost."""
    kept = storages.create_storage(
        {
            "BACKEND": "identite.storage.EncryptedStorage",
            "OPTIONS": {
                "backend": "django.core.files.storage.FileSystemStorage",
                "options": {"location": str(tmp_path / "evidence")},
            },
        }
    )
    for field in (Capture._meta.get_field("file"), Capture._meta.get_field("preview"), Trial._meta.get_field("file")):
        monkeypatch.setattr(field, "storage", kept)

    def send(page: str, data: bytes) -> float:
        parts = (
            b'--x\r\nContent-Disposition: form-data; name="action"\r\n\r\nupload\r\n--x\r\n'
            b'Content-Disposition: form-data; name="file"; filename="x"\r\n\r\n',
            data,
            b"\r\n--x--\r\n",
        )
        path = tmp_path / "body"
        path.write_bytes(b"".join(parts))
        del data, parts
        with path.open("rb") as body:
            more = {"CONTENT_LENGTH": str(path.stat().st_size), "wsgi.input": body}
            answers: list[Any] = []
            kind = "multipart/form-data; boundary=x"
            found = cost(lambda: answers.append(browser.generic("POST", reverse(page), b"x", kind, **more)))
        assert answers[0].status_code == 302, answers[0].text
        return found

    return send


needs_proc = pytest.mark.skipif(not PEAK.exists(), reason="the peak is told by Linux's /proc")


@needs_proc
@pytest.mark.parametrize("make", [flat_png, lambda: flat("JPEG"), lambda: flat("WEBP")], ids=["png", "jpeg", "webp"])
def test_forty_million_points_cost_the_web_process_little(make, post):
    assert post("verification:front", make()) < MOST_MEGABYTES
    assert Capture.objects.filter(kind=CaptureKind.FRONT).exists()


@needs_proc
def test_a_photo_of_the_largest_size_costs_a_few_copies(post):
    data = flat("JPEG")
    filled = data[:-2] + bytes(limits.PHOTO_MAX_BYTES - len(data) - 1000) + data[-2:]
    assert post("verification:front", filled) < MOST_MEGABYTES


@needs_proc
def test_a_clip_of_the_largest_size_costs_a_few_copies(post, settings):
    settings.CELERY_TASK_ALWAYS_EAGER = False
    assert post("verification:practice", video() + bytes(limits.VIDEO_MAX_BYTES - 100_000)) < MOST_MEGABYTES
