"""«Essayer sans que cela compte»: the same findings, no attempt, nothing kept."""

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sandbox.specimens import Challenge, make_person, make_video
from tests.verification.capture.helpers import photo, video
from verification.capture import challenge as challenges
from verification.capture import storing, tasks
from verification.capture.models import Capture, Trial
from verification.capture.sweep import forget_trials
from verification.checks.video.practice import examine_practice
from verification.checks.video.thresholds import VideoThresholds

PAGE = reverse("verification:practice")
STATUS = reverse("verification:practice-status")
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def clip() -> bytes:
    return make_video(make_person(3), Challenge("472", "spoken", "turn_left")).data


def outcomes(data: bytes) -> dict[str, str]:
    return {found.code: str(found.outcome) for found in examine_practice(data, thresholds=VideoThresholds())}


def test_a_good_clip_has_nothing_to_mend(clip):
    assert set(outcomes(clip).values()) == {"pass"}


def test_a_clip_of_nobody_without_sound_says_so():
    found = outcomes(video(seconds=3))
    assert found["video.no_face"] == "fail"
    assert found["video.no_audio"] == "fail"


@pytest.mark.parametrize(("brightest", "outcome"), [(40, "fail"), (120, "pass")])
def test_a_dark_picture_is_told_from_a_lit_one(brightest, outcome):
    assert outcomes(video(seconds=3, brightest=brightest))["video.light"] == outcome


def test_whatever_bytes_give_a_finding():
    assert set(outcomes(b"\x1a\x45\xdf\xa3" + bytes(500)).values()) == {"fail"}


def test_the_page_goes_from_nothing_to_a_result_and_the_clip_is_gone(
    browser, verification, clip, django_capture_on_commit_callbacks
):
    assert browser.get(STATUS).json() == {"state": "not_started"}
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        browser.post(PAGE, {"file": SimpleUploadedFile("v.webm", clip)})
    assert browser.get(STATUS).json() == {"state": "running"}
    assert "Contrôle de votre essai en cours" in browser.get(PAGE).text
    name = Trial.objects.get().file.name
    assert storages["evidence"].exists(name)
    for callback in callbacks:
        callback()
    assert browser.get(STATUS).json() == {"state": "done"}
    page = browser.get(PAGE).text
    for topic in ("Caméra", "Visage", "Lumière", "Microphone"):
        assert f"{topic}&nbsp;: tout va bien" in page
    assert not storages["evidence"].exists(name)
    assert Trial.objects.get().file.name == ""


def test_it_uses_no_attempt_and_leaves_no_capture(browser, verification, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(PAGE, {"file": SimpleUploadedFile("v.webm", video(seconds=3))})
    assert "Microphone&nbsp;: à corriger" in browser.get(PAGE).text
    assert challenges.lock_of(verification).used == 0
    assert not Capture.objects.exists()


def test_the_script_is_told_where_to_look(browser, monkeypatch):
    monkeypatch.setattr(tasks.check_trial, "apply_async", lambda *, kwargs: None)
    fetch = {"X-Requested-With": "fetch"}
    good = browser.post(PAGE, {"file": SimpleUploadedFile("v.webm", video())}, headers=fetch)
    bad = browser.post(PAGE, {"file": SimpleUploadedFile("v.webm", photo())}, headers=fetch)
    assert good.json() == {"redirect": PAGE}
    assert (bad.status_code, bad.json()["reason"]) == (422, "video_is_photo")


def test_a_second_run_takes_the_place_of_the_first(verification):
    first = storing.store_trial(verification, video())
    storing.store_trial(verification, video(seconds=2))
    assert not Trial.objects.filter(pk=first.pk).exists()
    assert not storages["evidence"].exists(first.file.name)


def test_an_old_run_is_forgotten(verification, clock):
    trial = storing.store_trial(verification, video())
    assert forget_trials() == 0
    clock.pass_(minutes=15)
    assert forget_trials() == 1
    assert not storages["evidence"].exists(trial.file.name)


def test_a_run_whose_worker_died_is_said_to_have_failed(browser, verification, clock):
    storing.store_trial(verification, video())
    clock.pass_(seconds=61)
    assert browser.get(STATUS).json() == {"state": "late"}
    assert "Nous n’avons pas pu contrôler cet essai" in browser.get(PAGE).text


def test_a_stranger_has_nothing_to_practise(client):
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"file": SimpleUploadedFile("v.webm", video())}).status_code == 403
    assert client.get(STATUS).json() == {"state": "gone"}


def test_a_check_that_breaks_is_answered_and_its_clip_is_gone(browser, verification, monkeypatch):
    def broken(trial: Trial) -> None:
        raise RuntimeError("engine")

    monkeypatch.setattr(tasks, "_examine_trial", broken)
    trial = storing.store_trial(verification, video())
    tasks.check_trial.apply(kwargs={"trial_id": str(trial.pk)}, throw=True)
    assert browser.get(STATUS).json() != {"state": "running"}
    assert Trial.objects.get().findings == []
    assert not storages["evidence"].exists(trial.file.name)


def test_a_passing_trouble_leaves_the_clip_to_the_next_try(verification, monkeypatch):
    def away(trial: Trial) -> None:
        raise ConnectionError("storage")

    monkeypatch.setattr(tasks, "_examine_trial", away)
    trial = storing.store_trial(verification, video())
    with pytest.raises(ConnectionError):
        tasks.check_trial.apply(kwargs={"trial_id": str(trial.pk)}, retries=tasks.CheckTask.max_retries, throw=True)
    assert storages["evidence"].exists(trial.file.name)
