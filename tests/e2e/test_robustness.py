"""What must not shake the service: a killed worker, everything sent twice, files that are no photo and no video."""

import io
import os
import re
import signal
import struct
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from tests.e2e.citizen import Citizen, Page
from tests.e2e.stack import Stack

BUSY_TICKS = 10  # of a hundredth of a second: more than an idle process ever takes in a moment
LATE_HOURS = 0.02  # 72 s: a check that has not answered by then is late


@pytest.fixture
def citizen(stack: Stack) -> Iterator[Citizen]:
    """Somebody new, at the page of her document's photo."""
    someone = Citizen(stack.base_url)
    someone.enrol_until("letter-sent")
    someone.open_letter()
    someone.identify_until("front")
    yield someone
    someone.close()


def ticks(pid: int) -> int:
    """Processor time that a process has used."""
    numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(numbers[11]) + int(numbers[12])


def kill_the_busy_child(stack: Stack, before: dict[int, int]) -> int:
    """End with -9 the worker process that has begun to work. Raises TimeoutError when none does."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for pid, used in before.items():
            if ticks(pid) - used > BUSY_TICKS:
                os.kill(pid, signal.SIGKILL)
                return pid
        time.sleep(0.01)
    raise TimeoutError("no process of the worker began to work")


def findings(citizen: Citizen, kind: str) -> Counter[str]:
    """How often each finding was stored."""
    return Counter(str(finding["code"]) for finding in citizen.capture(kind)["findings"])


def mails(citizen: Citizen, event: str) -> int:
    return len(citizen.sandbox.get("/sandbox/inbox.json", to=citizen.email, event=event)["messages"])


# --- A worker that dies ---


def test_a_check_whose_worker_was_killed_is_finished_by_the_sweep(citizen, stack):
    if stack.process is None:
        pytest.fail("This test ends a process of a stack that it started itself: run it without --base-url.")
    citizen.upload(citizen.photo("front"), "front.jpg", "image/jpeg")
    _parent, *pool = stack.worker_processes()
    before = {pid: ticks(pid) for pid in pool}
    citizen.press("Confirmer")
    killed = kill_the_busy_child(stack, before)
    time.sleep(2)
    assert killed not in stack.worker_processes()
    assert citizen.capture("front")["state"] == "queued"
    assert "Contrôle de votre photo en cours" in citizen.open("/courrier/front/").text

    citizen.sandbox.pass_hours(citizen.email, LATE_HOURS)
    assert "prend plus de temps que prévu" in citizen.open("/courrier/front/").text
    assert citizen.after_check("front").path == "/courrier/document-ok/"
    assert set(findings(citizen, "front").values()) == {1}


# --- Everything twice ---


def twice(citizen: Citizen, button: str) -> list[Page]:
    """Two presses of one button, on their way at the same moment; both pages answer."""
    form, pressed = citizen.page.button(button)
    with ThreadPoolExecutor(2) as both:
        pages = list(both.map(lambda _press: citizen.answer(form, pressed), range(2)))
    assert [page.status for page in pages] == [200, 200], [page.text[:300] for page in pages]
    citizen.page = pages[1]
    return pages


def test_a_double_click_on_the_terms_sends_one_letter(stack):
    citizen = Citizen(stack.base_url)
    citizen.enrol_until("ar24-terms")
    form = citizen.page.form_with("accept")
    form.fields["accept"] = "on"
    twice(citizen, "Accepter et recevoir la lettre")
    citizen.letter_link()
    citizen.sandbox.pass_hours(citizen.email, LATE_HOURS)  # the sweep finds nothing left to send
    assert mails(citizen, "letter_notified") == 1
    citizen.close()


def test_double_clicks_and_a_double_delivery_of_a_check_change_nothing_twice(citizen):
    citizen.upload(citizen.photo("front"), "front.jpg", "image/jpeg")
    twice(citizen, "Confirmer")
    citizen.sandbox.pass_hours(
        citizen.email, LATE_HOURS
    )  # the sweep takes the running check for lost: it arrives again
    citizen.page = citizen.after_check("front")
    assert citizen.page.path == "/courrier/document-ok/"
    twice(citizen, "Passer à l’étape 2")
    citizen.open("/courrier/front/")
    assert [row["kind"] for row in citizen.state()["verification"]["captures"]] == ["front"]

    citizen.open("/courrier/video-intro/")
    citizen.press("Je n’ai pas de caméra")
    video = citizen.video(citizen.page)
    form = citizen.page.form_with("file")
    with ThreadPoolExecutor(2) as both:
        pages = list(both.map(lambda _n: citizen.answer(form, None, file=("v.mp4", video, "video/mp4")), range(2)))
    assert all(page.status < 500 for page in pages)
    citizen.open("/courrier/video/")
    twice(citizen, "Envoyer cette vidéo")
    citizen.sandbox.pass_hours(citizen.email, LATE_HOURS)
    assert citizen.after_check("video").path == "/courrier/tracking/"
    time.sleep(3)  # the second delivery ends, too
    assert set(findings(citizen, "front").values()) == set(findings(citizen, "video").values()) == {1}
    states = Counter((row["kind"], row["state"]) for row in citizen.state()["verification"]["captures"])
    assert states["front", "accepted"] == states["video", "accepted"] == 1
    assert mails(citizen, "verification_submitted") == 1

    citizen.decide("approve")
    answer = citizen.sandbox.http.post("/sandbox/review.json", json={"email": citizen.email, "verdict": "refuse"})
    assert answer.status_code == 400
    citizen.open("/courrier/tracking/")
    twice(citizen, "Accepter le courrier")
    citizen.sandbox.code(citizen.who.mobile, "activation_code")
    assert citizen.state()["enrollment"]["state"] == "proven"
    assert mails(citizen, "letter_decided") == mails(citizen, "letter_accepted") == 1
    sent = citizen.sandbox.get("/sandbox/inbox.json", to=citizen.who.mobile, event="activation_code")["messages"]
    assert len(sent) == 1


# --- Files that will not do ---


def png(width: int, height: int) -> bytes:
    """A PNG of one colour: a few kilobytes, whatever its size."""

    def part(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    row = bytes(1 + width // 8)
    rows = b"".join(packer.compress(row) for _row in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


def gif() -> bytes:
    out = io.BytesIO()
    Image.new("P", (800, 600)).save(out, "GIF")
    return out.getvalue()


PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
TEXT = "Ceci n’est pas une photo.\n".encode() * 500
PAGE = b"<!doctype html><script>alert(1)</script>" * 100
PROGRAM = b"\x7fELF\x02\x01\x01" + bytes(5000)

BAD_PHOTOS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda photo: b"", "vide"),
    "truncated": (lambda photo: photo[: len(photo) // 3], "incomplète ou abîmée"),
    "head only": (lambda photo: photo[:40], "incomplète ou abîmée|pas une photo"),
    "renamed text": (lambda photo: TEXT, "pas une photo que nous savons lire"),
    "renamed page": (lambda photo: PAGE, "pas une photo que nous savons lire"),
    "renamed program": (lambda photo: PROGRAM, "pas une photo que nous savons lire"),
    "pdf": (lambda photo: PDF, "document PDF"),
    "gif": (lambda photo: gif(), "JPEG, PNG, WebP ou HEIC"),
    "oversized": (lambda photo: photo + bytes(15_000_001), "dépasse 15 Mo"),
    "bomb": (lambda photo: png(30_000, 30_000), "plus de 40 millions de points"),
    "tiny": (lambda photo: png(8, 8), "bien trop petite"),
    "zeros": (lambda photo: bytes(100_000), "pas une photo que nous savons lire"),
}
BAD_VIDEOS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "vide"),
    "text": (TEXT, "pas une vidéo que nous savons lire"),
    "page": (PAGE, "pas une vidéo que nous savons lire"),
    "pdf": (PDF, "pas une vidéo que nous savons lire|document PDF"),
    "photo": (png(800, 600), "est une photo"),
    "program": (PROGRAM, "pas une vidéo que nous savons lire"),
    "oversized": (bytes(40_000_001), "dépasse 40 Mo|pas une vidéo"),
    "zeros": (bytes(100_000), "pas une vidéo que nous savons lire"),
}


def test_bad_files_get_a_clear_sentence_and_cost_no_try(citizen):
    good = citizen.photo("front")
    for name, (spoil, sentence) in BAD_PHOTOS.items():
        citizen.open("/courrier/front/")
        page = citizen.upload(spoil(good), "photo.jpg", "image/jpeg")
        assert page.status in {413, 422}, (name, page.status, page.text[:600])
        assert re.search(sentence, page.text), (name, page.text[:900])
    citizen.open("/courrier/front/")
    citizen.upload(good, "photo.exe", "application/octet-stream")  # what counts is the content
    assert "Il vous reste 5 essais sur 5" in citizen.page.text
    citizen.press("Confirmer")
    assert citizen.after_check("front").path == "/courrier/document-ok/"

    citizen.identify_until("video")
    for name, (data, sentence) in BAD_VIDEOS.items():
        citizen.open("/courrier/video/")
        page = citizen.upload(data, "video.mp4", "video/mp4")
        assert page.status in {413, 422}, (name, page.status, page.text[:600])
        assert re.search(sentence, page.text), (name, page.text[:900])
    citizen.open("/courrier/video/")
    whole = citizen.video(citizen.page)
    page = citizen.send_video(whole[: len(whole) // 2])
    assert "Cette vidéo n’a pas été acceptée" in page.text
    assert "Il vous reste" not in page.text  # a video that did not arrive whole uses no attempt
