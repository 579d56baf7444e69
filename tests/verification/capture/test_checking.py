"""Tasks and sweep: checks that run, that run twice, that never come back; evidence that is deleted on its date; who may look at it."""

import resource

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files.storage import storages
from django.test import Client, RequestFactory
from django.urls import reverse

from enrollment.models import Account
from identite.journal import Journal
from sandbox.reviewer import reasons_for
from sandbox.specimens import make_document, make_person, make_photo
from tests.clock import Clock
from tests.verification.capture.helpers import BLURRED, PASS, accept_photos, answer, photo, video
from tests.verification.factories import make_verification
from verification import transitions
from verification.capture import challenge, erasure, media, reading, reference, results, storing, tasks
from verification.capture.media import LOOK, serve
from verification.capture.models import Capture, CaptureKind, CaptureState
from verification.capture.results import Result
from verification.capture.sweep import finish_late_checks, purge_evidence
from verification.checks.finding import Finding, Outcome
from verification.models import Verification
from verification.review.models import Case, Verdict
from verification.review.services import decide

pytestmark = pytest.mark.django_db
CHECKED = Result(findings=[Finding("video.duration", Outcome.PASS)], signature=b"signature")


@pytest.fixture
def queued(verification, unchecked) -> Capture:
    return storing.confirm_photo(storing.store_photo(verification, CaptureKind.FRONT, photo()))


def run(capture: Capture) -> None:
    tasks.check_capture.apply(kwargs={"capture_id": str(capture.pk)}, throw=True)


# --- The task ---


def test_a_real_photo_of_a_specimen_is_checked_and_leaves_what_later_checks_need(
    db, django_capture_on_commit_callbacks
):
    document = make_document(make_person(3), "passport")
    typed = document.typed
    identity = {
        name: getattr(typed, name) for name in ("first_names", "birth_name", "use_name", "birth_date", "nationality")
    }
    identity |= {
        "document_number": typed.document_number,
        "issue_date": typed.issue_date,
        "expiry_date": typed.expiry_date,
    }
    verification = make_verification(document_kind="passport", civility=typed.sex, **identity)
    storing.show_document(verification, "passport")
    capture = storing.store_photo(verification, CaptureKind.FRONT, make_photo(document, "front"))
    with django_capture_on_commit_callbacks(execute=True):
        storing.confirm_photo(capture)
    capture.refresh_from_db()
    assert capture.state == CaptureState.ACCEPTED, [
        (found.code, found.outcome) for found in capture.findings.exclude(outcome="pass")
    ]
    assert capture.read["mrz"]["lines"] == document.mrz
    assert len(capture.face) == 128 * 8
    assert reference.unpack(capture.reference).mrz == tuple(document.mrz)
    assert capture.versions
    with capture.preview.open() as shown:
        assert shown.read().startswith(b"\xff\xd8")


def test_a_picture_of_nothing_is_refused_with_reasons(queued):
    run(queued)
    queued.refresh_from_db()
    assert queued.state == CaptureState.REFUSED
    assert queued.findings.filter(outcome="fail").exists()


def test_a_film_of_nobody_is_refused_with_reasons(verification, unchecked):
    accept_photos(verification)
    asked = challenge.announce(verification, "spoken", recorded=False)
    capture = storing.store_video(verification, asked.pk, video(seconds=7), send=True)
    run(capture)
    capture.refresh_from_db()
    assert capture.state == CaptureState.REFUSED
    assert "video.no_face" in capture.findings.filter(outcome="fail").values_list("code", flat=True)
    assert capture.findings.filter(code="video.uploaded", outcome="refer").exists()
    assert challenge.lock_of(verification).used == 1


def test_a_truncated_film_uses_no_attempt(verification, unchecked):
    accept_photos(verification)
    asked = challenge.announce(verification, "spoken", recorded=False)
    capture = storing.store_video(verification, asked.pk, video(seconds=7)[:3000], send=True)
    run(capture)
    capture.refresh_from_db()
    assert capture.state == CaptureState.REFUSED
    assert challenge.lock_of(verification).used == 0


def test_of_two_deliveries_one_runs(queued, monkeypatch):
    seen: list[str] = []
    monkeypatch.setattr(tasks, "_examine", lambda capture: seen.append(str(capture.pk)) or PASS)
    run(queued)
    run(queued)
    assert seen == [str(queued.pk)]


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (SoftTimeLimitExceeded(), "time_limit"),
        (MemoryError(), "memory_limit"),
        (RuntimeError("engine"), "RuntimeError"),
    ],
)
def test_a_check_that_breaks_asks_for_another_photo(queued, monkeypatch, error, cause):
    def broken(capture: Capture) -> Result:
        raise error

    monkeypatch.setattr(tasks, "_examine", broken)
    run(queued)
    queued.refresh_from_db()
    assert queued.state == CaptureState.REFUSED
    assert [(found.code, found.outcome, found.evidence) for found in queued.findings.all()] == [
        ("capture.error", "error", {"cause": cause})
    ]


def test_a_passing_trouble_leaves_the_capture_to_the_next_run(queued, monkeypatch):
    def away(capture: Capture) -> Result:
        raise ConnectionError("storage")

    monkeypatch.setattr(tasks, "_examine", away)
    with pytest.raises(ConnectionError):
        tasks.check_capture.apply(
            kwargs={"capture_id": str(queued.pk)}, retries=tasks.CheckTask.max_retries, throw=True
        )
    queued.refresh_from_db()
    assert (queued.state, queued.run_started_at) == (CaptureState.QUEUED, None)
    monkeypatch.setattr(tasks, "_examine", lambda capture: PASS)
    run(queued)
    queued.refresh_from_db()
    assert queued.state == CaptureState.ACCEPTED


def test_a_check_meets_its_memory_limit_and_gives_it_back():
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(MemoryError), tasks.memory_limit(50_000_000):
        bytearray(500_000_000)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert len(bytearray(500_000_000)) == 500_000_000


# --- The sweep ---


def test_a_task_that_never_ran_is_queued_again_and_then_finished(queued, unchecked, clock):
    clock.pass_(seconds=61)
    assert finish_late_checks() == 1
    assert finish_late_checks() == 0  # not again before it is late again
    assert unchecked == [str(queued.pk)]
    run(queued)
    queued.refresh_from_db()
    assert (queued.state, queued.runs) == (CaptureState.REFUSED, 2)


def test_a_worker_that_died_half_way_is_replaced(queued, unchecked, clock):
    assert results.claim(queued.pk)
    clock.pass_(seconds=61)
    assert results.claim(queued.pk) is None
    finish_late_checks()
    assert results.claim(queued.pk)


def test_a_run_that_is_on_time_is_left_alone(queued, unchecked, clock):
    results.claim(queued.pk)
    clock.pass_(seconds=50)
    assert finish_late_checks() == 0


def kill(capture: Capture, clock: Clock) -> None:
    """Each run of its check ends with the worker's end."""
    for _ in range(settings.CHECK_MAX_RUNS):
        results.claim(capture.pk)
        clock.pass_(seconds=61)
        assert finish_late_checks() == 1
    capture.refresh_from_db()


def test_a_blank_photo_that_kills_the_worker_is_asked_for_again(queued, unchecked, verification, clock):
    kill(queued, clock)
    assert len(unchecked) == settings.CHECK_MAX_RUNS - 1
    assert queued.state == CaptureState.REFUSED
    assert queued.findings.get().code == "capture.error"
    assert reading.photo_tries(verification).used == 0
    assert finish_late_checks() == 0


def test_a_photo_that_only_waits_is_never_accepted_unseen(queued, unchecked, settings, clock):
    for _ in range(2 * settings.CHECK_MAX_RUNS):
        clock.pass_(seconds=61)
        assert finish_late_checks() == 1
    queued.refresh_from_db()
    assert queued.state == CaptureState.QUEUED
    assert results.claim(queued.pk)


def test_waiting_takes_no_run_from_a_photo(queued, unchecked, clock):
    for _ in range(settings.CHECK_MAX_RUNS):
        clock.pass_(seconds=61)
        assert finish_late_checks() == 1
    kill(queued, clock)
    assert len(unchecked) == 2 * settings.CHECK_MAX_RUNS - 1
    assert queued.findings.get().code == "capture.error"


def test_after_a_second_one_an_agent_takes_over_and_is_told(queued, unchecked, verification, clock, admin_client):
    kill(queued, clock)
    for seed, kind in ((2, CaptureKind.FRONT), (3, CaptureKind.BACK)):
        capture = storing.confirm_photo(storing.store_photo(verification, kind, photo(seed)))
        if kind == CaptureKind.FRONT:
            kill(capture, clock)
            assert capture.state == CaptureState.ACCEPTED
        else:
            answer(capture, PASS)
    storing.pass_document(verification)
    asked = challenge.announce(verification, "spoken", recorded=False)
    answer(storing.store_video(verification, asked.pk, video(), send=True), CHECKED)
    case = Case.objects.get(verification=verification)
    page = admin_client.get(reverse("admin:verification_case_change", args=[case.pk])).text
    assert page.count("aucun contrôle automatique n’a pu être fait") == 1
    assert "Recto de la pièce : aucun contrôle automatique" in page
    assert reasons_for(case) == ["document_unreadable"]


def decided(verification: Verification) -> Verification:
    """Submitted with a video, and approved."""
    accept_photos(verification)
    asked = challenge.announce(verification, "spoken", recorded=False)
    answer(storing.store_video(verification, asked.pk, video(), send=True), CHECKED)
    verification.refresh_from_db()
    agent = Account.objects.create_user("agent@example.org", is_staff=True)
    decide(verification.case, Verdict.APPROVE, actor=agent)
    verification.case.refresh_from_db()
    return verification


def test_evidence_is_deleted_on_its_date_and_its_digest_stays(verification, unchecked, clock):
    decided(verification)
    captures = list(Capture.objects.filter(verification=verification, state=CaptureState.ACCEPTED))
    names = [capture.file.name for capture in captures]
    assert purge_evidence() == 0
    clock.stop(verification.case.evidence_purge_at)
    assert purge_evidence() == 3
    assert purge_evidence() == 0
    for capture, name in zip(captures, names, strict=True):
        digest = capture.sha256
        capture.refresh_from_db()
        assert not storages["evidence"].exists(name)
        assert (capture.file.name, capture.read, capture.face, capture.reference) == ("", {}, None, None)
        assert capture.sha256 == digest
        assert capture.purged_at
    assert Journal.objects.filter(chain=verification.file, event="evidence_purged").count() == 3


def test_a_case_keeps_its_date_until_nothing_is_left_to_delete(verification, unchecked, clock):
    decided(verification)
    late = Capture.objects.filter(verification=verification, kind=CaptureKind.FRONT)
    late.update(state=CaptureState.QUEUED)
    clock.stop(Case.objects.get().evidence_purge_at)
    assert purge_evidence() == 2
    assert Case.objects.get().evidence_purge_at is not None
    late.update(state=CaptureState.ACCEPTED)
    assert (purge_evidence(), purge_evidence()) == (1, 0)
    assert Case.objects.get().evidence_purge_at is None


def test_one_file_that_cannot_be_deleted_keeps_the_others_from_nothing(verification, unchecked, clock, monkeypatch):
    decided(verification)
    clock.stop(Case.objects.get().evidence_purge_at)
    delete = erasure.delete_files

    def delete_files(capture: Capture) -> None:
        if capture.kind == CaptureKind.FRONT:
            raise PermissionError("this storage forbids it")
        delete(capture)

    with monkeypatch.context() as patch:
        patch.setattr(erasure, "delete_files", delete_files)
        assert purge_evidence() == 2
    assert Case.objects.get().evidence_purge_at is not None
    assert purge_evidence() == 1


@pytest.mark.parametrize(("days", "purged"), [(6, 0), (8, 1)])
def test_evidence_of_an_abandoned_verification_is_deleted_too(verification, unchecked, days, purged, clock):
    answer(storing.confirm_photo(storing.store_photo(verification, CaptureKind.FRONT, photo())), BLURRED)
    transitions.move(verification, "abandon", label="citizen")
    clock.pass_(days=days)
    assert purge_evidence() == purged


def test_evidence_of_a_verification_that_is_still_open_is_kept(verification, unchecked, clock):
    answer(storing.confirm_photo(storing.store_photo(verification, CaptureKind.FRONT, photo())), PASS)
    clock.pass_(days=20)
    assert purge_evidence() == 0


# --- Who looks ---


def test_an_agent_who_looks_is_in_the_journal_and_the_citizen_is_not(verification, unchecked, browser):
    accept_photos(verification)
    capture = Capture.objects.filter(kind=CaptureKind.FRONT).first()
    agent = Account.objects.create_user("agent@example.org", is_staff=True)
    request = RequestFactory().get("/")
    request.user = agent
    assert serve(capture, "preview", request).headers["Content-Type"] == "image/jpeg"
    browser.get(reverse("verification:capture-media", args=[capture.pk]))
    entry = Journal.objects.get(event="evidence_read")
    assert (entry.actor, entry.detail) == (agent, {"capture": str(capture.pk), "kind": "front", "which": "preview"})


@pytest.fixture
def film(verification, unchecked) -> Capture:
    accept_photos(verification)
    asked = challenge.announce(verification, "spoken", recorded=False)
    return storing.store_video(verification, asked.pk, video(), send=False)


def look(capture: Capture, agent: Account, wanted: str = "") -> int:
    request = RequestFactory().get("/", headers={"Range": wanted} if wanted else {})
    request.user = agent
    return serve(capture, "file", request).status_code


@pytest.mark.parametrize("wanted", ["", "bytes=0-", "bytes=1-", "bytes=-5", "bytes=7-9"])
def test_a_look_at_any_part_of_a_video_is_in_the_journal_once(film, wanted):
    agent = Account.objects.create_user("agent@example.org", is_staff=True)
    assert look(film, agent, "bytes=99999999-") == 416  # nothing was seen
    assert not Journal.objects.filter(event="evidence_read").exists()
    assert look(film, agent, wanted) in (200, 206)
    assert Journal.objects.filter(event="evidence_read").count() == 1
    look(film, agent, "bytes=0-")
    look(film, agent, "bytes=2-")
    assert Journal.objects.filter(event="evidence_read").count() == 1


def test_another_agent_and_a_later_look_are_entries_of_their_own(film, clock):
    agent, other = (Account.objects.create_user(f"{name}@example.org", is_staff=True) for name in "ab")
    look(film, agent, "bytes=1-")
    look(film, other, "bytes=1-")
    assert Journal.objects.filter(event="evidence_read").count() == 2
    clock.pass_(seconds=LOOK.total_seconds() + 1)
    look(film, agent, "bytes=1-")
    assert Journal.objects.filter(event="evidence_read", actor=agent).count() == 2


@pytest.mark.parametrize(
    "wanted",
    [f"bytes={'9' * 5000}-", f"bytes=-{'9' * 5000}", f"bytes=0-{'9' * 5000}", "bytes=--", "bytes=-", "bytes=²-"],
)
def test_a_range_that_is_none_gets_the_whole(film, wanted):
    citizen = Account.objects.create_user("citizen@example.org")
    assert look(film, citizen, wanted) == 200


def test_what_is_served_is_never_kept_nor_run(verification, unchecked, browser):
    accept_photos(verification)
    capture = Capture.objects.filter(kind=CaptureKind.FRONT).first()
    headers = browser.get(reverse("verification:capture-media", args=[capture.pk])).headers
    assert "no-store" in headers["Cache-Control"]
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("wanted", "status", "begin", "end"),
    [("", 200, 0, None), ("bytes=0-99", 206, 0, 100), ("bytes=100-", 206, 100, None), ("bytes=-50", 206, -50, None)],
)
def test_a_video_answers_range_requests(verification, unchecked, browser, wanted, status, begin, end):
    accept_photos(verification)
    asked = challenge.announce(verification, "spoken", recorded=False)
    film = video()
    capture = storing.store_video(verification, asked.pk, film, send=False)
    page = browser.get(
        reverse("verification:capture-media", args=[capture.pk]), headers={"Range": wanted} if wanted else {}
    )
    assert (page.status_code, page.getvalue()) == (status, film[begin:end])
    assert page.headers["Content-Length"] == str(len(film[begin:end]))
    assert page.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("wanted", "begin", "end"), [("", 0, None), ("bytes=150-", 150, None), ("bytes=9-215", 9, 216)]
)
def test_a_video_leaves_in_pieces_none_of_which_is_read_before_it_is_wanted(film, monkeypatch, wanted, begin, end):
    monkeypatch.setattr(media, "PIECE_BYTES", 100)
    whole, reads = media._read(film.file), []
    monkeypatch.setattr(media, "_read", lambda stored: reads.append(stored) or whole)
    request = RequestFactory().get("/", headers={"Range": wanted})
    request.user = film.verification.applicant
    pieces = iter(serve(film, "file", request))
    found = [next(pieces)]
    assert len(reads) == 1
    found += pieces
    assert max(len(piece) for piece in found) == 100
    assert b"".join(found) == whole[begin:end]


@pytest.mark.parametrize("wanted", ["bytes=99999999-", "bytes=20-10"])
def test_a_range_that_is_not_there_is_said_to_be_none(verification, unchecked, browser, wanted):
    accept_photos(verification)
    asked = challenge.announce(verification, "spoken", recorded=False)
    capture = storing.store_video(verification, asked.pk, video(), send=False)
    page = browser.get(reverse("verification:capture-media", args=[capture.pk]), headers={"Range": wanted})
    assert page.status_code == 416


def test_purged_evidence_is_not_found(verification, unchecked, browser):
    accept_photos(verification)
    capture = Capture.objects.filter(kind=CaptureKind.FRONT).first()
    erasure.purge(capture)
    assert browser.get(reverse("verification:capture-media", args=[capture.pk])).status_code == 404
    assert Client().get(reverse("verification:capture-media", args=[capture.pk])).status_code == 404


def test_a_new_process_of_the_worker_loads_every_engine_at_once():
    from celery.signals import worker_process_init

    from verification.checks import faces, ocr
    from verification.checks.video import sound

    engines = (ocr._session, faces._detector, faces._predictor, faces._descriptor, sound._vad)
    for engine in engines:
        engine.cache_clear()
    worker_process_init.send(sender=None)
    assert [engine.cache_info().currsize for engine in engines] == [3, 1, 1, 1, 1]
