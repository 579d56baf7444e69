"""What one whole enrollment costs, by part: a person walks from the first form to the end of her identification.

She goes over HTTP, with photographs and a video drawn of her own document; this process takes the place of the worker:
the same tasks, their engines loaded before, on one thread.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from bench.forms import File, forms_in, multipart
from bench.server import Server
from bench.spent import SPENT, count
from bench.table import Report, milliseconds, verdict
from bench.walk import ANSWERS, Person, walk
from sandbox.specimens.documents import Document, draw_document
from sandbox.specimens.people import make_person

if TYPE_CHECKING:
    from verification.models import Verification

SEEDS = (11, 33)
FIRST_NUMBER = 50  # of addresses and telephones; other sections have the numbers below
PAGES_BUDGET = 0.10  # of the whole


@dataclass
class Bill:
    """Processor seconds by part, of all people together."""

    parts: dict[str, float] = field(default_factory=dict)
    pages: int = 0
    messages: int = 0

    def add(self, part: str, seconds: float) -> None:
        self.parts[part] = self.parts.get(part, 0.0) + seconds

    def work(self, part: str, task: Callable[[], object]) -> None:
        """Do what a worker does. What the task wrote to people counts as messages."""
        began, written = time.process_time(), SPENT["messages"]
        task()
        written = SPENT["messages"] - written
        self.add("messages", written)
        self.add(part, time.process_time() - began - written)


def answers_of(document: Document) -> Mapping[str, str]:
    """What the holder of a document types where `bench.walk` asks."""
    typed, person = document.typed, document.person
    days = {"birth": typed.birth_date, "issue": iso(typed.issue_date), "expiry": iso(typed.expiry_date)}
    names = {"first_name": person.first_name, "last_name": typed.birth_name, "birth_name": typed.birth_name}
    own = {"civility": typed.sex, "first_names": typed.first_names, "use_name": typed.use_name}
    place = {"birth_place_text": person.birth_place, "document_number": typed.document_number}
    return {**ANSWERS, **days, **names, **own, **place}


def iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def measure(report: Report, server: Server) -> None:
    from verification.capture.examine import load_engines

    count()
    load_engines()
    warm(server)
    bill = Bill()
    began, before = server.cpu_seconds(), spent(server)
    for place, seed in enumerate(SEEDS):
        document = draw_document(make_person(seed), "cnie", seed=seed)
        person = Person(server, number=FIRST_NUMBER + place, answers=answers_of(document))
        identify(person, document, bill)
        deliver(person, bill)
    after = spent(server)
    for part in SPENT:
        bill.add(part, after[part] - before[part])
    bill.add("pages", server.cpu_seconds() - began - sum(after.values()) + sum(before.values()))
    print_bill(report, bill)


def warm(server: Server) -> None:
    """Somebody was here before: templates, tables of communes and connections are not what one more person costs."""
    from django.urls import reverse

    for _stop in walk(Person(server, number=FIRST_NUMBER - 1), reverse("registration:prerequisites"), measured=False):
        pass


def spent(server: Server) -> dict[str, float]:
    return dict(json.loads(server.request("GET", "/bench/spent").body))


def identify(person: Person, document: Document, bill: Bill) -> None:
    """From the first form to the end: details, letter, both photos, video. Raises RuntimeError where she is refused."""
    from django.urls import reverse

    from sandbox.specimens.photograph import photograph
    from verification.capture.models import CaptureKind, Challenge
    from verification.models import Verification

    bill.pages += sum(1 for _stop in walk(person, reverse("registration:prerequisites"), measured=False))
    verification = Verification.objects.get(applicant__email_digest=person.email)
    for kind, side in ((CaptureKind.FRONT, document.front), (CaptureKind.BACK, document.back)):
        assert side is not None
        data = photograph(side, seed=document.person.seed, size="12MP")
        send(person, reverse(f"verification:{kind}"), (f"{kind}.jpg", "image/jpeg", data), bill)
        check(verification, kind, "checks: a photo", bill)
    bill.pages += 2
    post(person, reverse("verification:document-ok"), {})
    post(person, reverse("verification:video-intro"), {"form": "spoken", "way": "file"})
    challenge = Challenge.objects.get(verification=verification)
    video = film(document, challenge.digits, challenge.gesture)
    send(person, reverse("verification:video"), ("video.webm", "video/webm", video), bill, challenge=str(challenge.pk))
    check(verification, CaptureKind.VIDEO, "checks: the video", bill)
    bill.pages += 1
    person.open(reverse("verification:tracking"))


def film(document: Document, digits: str, gesture: str) -> bytes:
    from sandbox.specimens.video import Challenge, make_bona_fide
    from verification.checks.video.challenge import Gesture

    challenge = Challenge(digits=digits, gesture=Gesture(gesture))
    seed = document.person.seed
    return make_bona_fide(document.person, challenge, document=document, seed=seed, size="hd").data


def send(person: Person, path: str, file: File, bill: Bill, **more: str) -> None:
    """Upload, look at it, confirm."""
    post(person, path, {"action": "upload", "file": file, **more})
    post(person, path, {"action": "confirm"})
    bill.pages += 2


def post(person: Person, path: str, values: Mapping[str, str | File]) -> None:
    """The page's own form with these values. Raises RuntimeError when the page says no."""
    reached, page = person.open(path)
    token = next(control for form in forms_in(page.body.decode()) for control in form.fields if "csrf" in control.name)
    kind, body = multipart([(token.name, token.value), *values.items()])
    headers = person.headers() | {"Content-Type": kind, "Referer": f"http://localhost{path}"}
    answer = person.keep(person.server.request("POST", reached, body=body, headers=headers))
    if answer.status != 302:
        raise RuntimeError(f"{path} answered {answer.status} to {sorted(values)}")


def check(verification: "Verification", kind: str, part: str, bill: Bill) -> None:
    """The worker's task over the capture that was just confirmed."""
    from verification.capture.models import Capture, CaptureState
    from verification.capture.tasks import check_capture

    capture = Capture.objects.get(verification=verification, kind=kind, state=CaptureState.QUEUED)
    bill.work(part, lambda: check_capture.apply(kwargs={"capture_id": str(capture.pk)}, throw=True))
    capture.refresh_from_db()
    if capture.state != CaptureState.ACCEPTED:
        failed = list(capture.findings.exclude(outcome="pass").values_list("code", flat=True))
        raise RuntimeError(f"the {kind} was not accepted but {capture.state}: {', '.join(failed)}")


def deliver(person: Person, bill: Bill) -> None:
    """Send what waits for her, and the letter's notification, as their tasks do."""
    from notifications import delivery
    from notifications.models import Delivery

    for message in person.sent():
        bill.messages += 1
        if message.status == Delivery.QUEUED:
            bill.work("messages", partial(delivery.deliver, str(message.pk)))


def print_bill(report: Report, bill: Bill) -> None:
    people, whole = len(SEEDS), sum(bill.parts.values())
    labels = {
        "pages": f"pages: {bill.pages // people} steps, opened and sent",
        "files": "files taken in: read, turned upright, encrypted",
        "checks: a photo": "checks: photos of both sides, 12 megapixels",
        "checks: the video": "checks: the face video, 720p",
        "messages": f"messages: {bill.messages // people} written and handed over",
        "argon2": "Argon2id: the password, set and checked",
    }
    rows = [
        (label, milliseconds(bill.parts[part] / people), f"{bill.parts[part] / whole:.1%}")
        for part, label in labels.items()
    ]
    report.table(["One whole enrollment", "CPU", "share"], [*rows, ("**all**", milliseconds(whole / people), "100 %")])
    share = bill.parts["pages"] / whole
    print(f"\nBudget: pages ≤ {PAGES_BUDGET:.0%} of the whole: {verdict(share <= PAGES_BUDGET)}.")
