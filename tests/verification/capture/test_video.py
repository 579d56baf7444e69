"""Screen 26: the challenge, the recording, the file in its place, and what a failure costs."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from identite import quotas
from identite.templatetags.dates import when
from identite.transitions import TransitionNotAllowed
from tests.verification.capture.helpers import accept_photos, answer, photo, video
from tests.verification.factories import make_verification
from verification import transitions
from verification.capture import challenge as challenges
from verification.capture import erasure, reading, recordings, results, storing
from verification.capture.challenge import VideoLocked
from verification.capture.models import Capture, CaptureKind, CaptureState, Challenge, RecordingBand
from verification.capture.recordings import comparable
from verification.capture.results import Result
from verification.capture.uploads import BadUpload
from verification.checks import limits
from verification.checks.finding import Finding, Outcome
from verification.models import Verification, VerificationState
from verification.thresholds import video_thresholds

VIDEO = reverse("verification:video")
START = reverse("verification:challenge-start")
GOOD = Result(findings=[Finding("video.duration", Outcome.PASS)], signature=b"seen", bands=(7, 2**35 + 1))
WRONG = Result(findings=[Finding("video.gesture", Outcome.FAIL)])
FILM = video()
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def photos(verification, unchecked) -> None:
    accept_photos(verification)


@pytest.fixture
def asked(verification) -> Challenge:
    """The digits of a recording that has started."""
    challenges.announce(verification, "spoken", recorded=True)
    reading.forget(verification)
    return challenges.show(verification)


def sent(verification, asked: Challenge, data: bytes = FILM) -> Capture:
    return storing.store_video(verification, asked.pk, data, send=True)


# --- What the face is compared with ---


def test_the_photos_stay_what_they_are_while_the_face_is_compared_with_them(verification, asked):
    """Else the video is compared with one card, and the agent is shown another."""
    unsent = storing.store_photo(verification, CaptureKind.FRONT, photo(300))
    film = sent(verification, asked)
    with pytest.raises(TransitionNotAllowed):
        storing.confirm_photo(unsent)
    with pytest.raises(BadUpload, match="running"):
        storing.store_photo(verification, CaptureKind.BACK, photo(301))
    answer(film, WRONG)
    assert storing.confirm_photo(unsent).state == CaptureState.QUEUED


def test_no_video_is_sent_while_a_photo_is_not_accepted(verification, asked):
    film = storing.store_video(verification, asked.pk, FILM, send=False)
    storing.confirm_photo(storing.store_photo(verification, CaptureKind.FRONT, photo(302)))
    with pytest.raises(TransitionNotAllowed):
        storing.send_video(film)
    assert Capture.objects.get(pk=film.pk).state == CaptureState.UPLOADED


# --- The challenge ---


def test_a_file_that_ended_meanwhile_draws_nothing(verification):
    """Its bearer said «Je ne suis pas cette personne» in another tab, after this one was let in."""
    transitions.move(Verification.objects.get(pk=verification.pk), "stop", label="letter bearer")
    with pytest.raises(TransitionNotAllowed):
        challenges.announce(verification, "spoken", recorded=True)
    assert not Challenge.objects.exists()


def test_the_choice_of_form_draws_the_challenge_and_shows_nothing_of_it(browser, verification):
    page = browser.post(reverse("verification:video-intro"), {"form": "spoken", "way": "camera"}, follow=True)
    drawn = Challenge.objects.get()
    assert drawn.used_at is None
    main = page.text[page.text.index("<h1") :]  # above it the stages have numbers of their own
    assert "".join(drawn.digits) not in main
    assert f">{drawn.digits[0]}<" not in main
    assert drawn.gesture not in page.text


def test_the_digits_leave_the_server_once_the_recording_runs(browser, verification):
    browser.post(reverse("verification:video-intro"), {"form": "spoken", "way": "camera"})
    plan = browser.post(START).json()
    drawn = Challenge.objects.get()
    assert (plan["challenge"], "".join(plan["digits"]), plan["gesture"]) == (str(drawn.pk), drawn.digits, drawn.gesture)
    assert plan["schedule"] == drawn.schedule
    assert drawn.used_at is not None


def test_looking_at_the_page_draws_nothing(browser, asked):
    browser.get(VIDEO)
    browser.get(START)
    assert Challenge.objects.count() == 1


def test_each_recording_has_its_own_challenge(browser, asked):
    plans = [browser.post(START).json() for _ in range(3)]
    assert len({plan["challenge"] for plan in plans} | {str(asked.pk)}) == 4


def test_no_digit_stands_where_it_stood_the_last_time_and_no_three_come_back():
    earlier: list[str] = []
    for _ in range(150):
        drawn = challenges._digits(earlier)
        assert drawn not in earlier
        assert len(set(drawn)) == 3
        if earlier:
            assert all(new != old for new, old in zip(drawn, earlier[0], strict=True))
        earlier.insert(0, drawn)


def test_the_moments_differ_and_the_recording_fits_its_limits(verification, settings):
    settings.QUOTAS = {**settings.QUOTAS, "challenge_draw": (1000, 3600)}
    for form, low, high in (("spoken", 9, 12), ("written", 12, 15)):
        drawn = [challenges._draw(verification, form, recorded=True) for _ in range(30)]
        assert all(low <= challenges.total_seconds(one) <= high for one in drawn)
        assert all(one.schedule == sorted(one.schedule) for one in drawn)
        assert len({tuple(one.schedule) for one in drawn}) > 25
        assert {one.gesture for one in drawn} == {"turn_left", "turn_right", "show_document"}
        limits = video_thresholds()
        assert all(limits.seconds_min < challenges.total_seconds(one) < limits.seconds_max for one in drawn)


def test_an_expired_challenge_takes_no_video(verification, asked, clock):
    clock.stop(Challenge.objects.get().expires_at)
    with pytest.raises(BadUpload, match="challenge_expired"):
        sent(verification, asked)


def test_digits_that_were_never_shown_take_no_video(verification):
    drawn = challenges.announce(verification, "spoken", recorded=True)
    with pytest.raises(BadUpload, match="challenge_expired"):
        sent(verification, drawn)


def test_a_challenge_of_somebody_else_takes_no_video(verification, asked):
    with pytest.raises(BadUpload, match="challenge_expired"):
        storing.store_video(verification, uuid4(), FILM, send=True)


def test_a_challenge_takes_one_video(verification, asked):
    answer(sent(verification, asked), WRONG)
    with pytest.raises(BadUpload, match="challenge_used"):
        sent(verification, asked, video(seconds=2))


def test_nobody_draws_until_it_suits(verification, settings):
    settings.QUOTAS = {**settings.QUOTAS, "challenge_draw": (3, 3600)}
    for _ in range(3):
        challenges.show(verification)
    with pytest.raises(quotas.QuotaExceeded):
        challenges.show(verification)


def test_two_clicks_on_the_form_draw_one_challenge(browser):
    for _ in range(2):
        browser.post(reverse("verification:video-intro"), {"form": "written", "way": "camera"})
    assert Challenge.objects.count() == 1


# --- The recording ---


def test_a_recording_is_sent_and_queued_at_once(browser, asked, unchecked, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        reply = browser.post(
            VIDEO,
            {"action": "send", "challenge": str(asked.pk), "file": SimpleUploadedFile("video", FILM)},
            headers={"X-Requested-With": "fetch"},
        )
    assert reply.json() == {"redirect": VIDEO}
    assert Capture.objects.get(kind="video").state == CaptureState.QUEUED
    assert len(unchecked) == 1


def test_a_sending_whose_answer_was_lost_is_sent_again_without_harm(
    browser, asked, unchecked, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            body = {"action": "send", "challenge": str(asked.pk), "file": SimpleUploadedFile("video", FILM)}
            assert browser.post(VIDEO, body, headers={"X-Requested-With": "fetch"}).json() == {"redirect": VIDEO}
    assert Capture.objects.filter(kind="video").count() == 1
    assert len(unchecked) == 1


def test_a_sending_that_broke_off_uses_no_attempt(browser, asked, verification):
    cut = b'--x\r\nContent-Disposition: form-data; name="file"; filename="v"\r\n\r\n' + FILM[:500]
    assert browser.generic("POST", VIDEO, cut, "multipart/form-data; boundary=x").status_code in (302, 400, 422)
    assert challenges.lock_of(verification).used == 0
    assert sent(verification, asked).state == CaptureState.QUEUED


def test_a_bad_file_is_told_to_the_script(browser, asked):
    body = {"action": "send", "challenge": str(asked.pk), "file": SimpleUploadedFile("video", b"no video")}
    reply = browser.post(VIDEO, body, headers={"X-Requested-With": "fetch"})
    assert reply.status_code == 422
    assert reply.json()["reason"] == "video_unknown"


def test_an_accepted_video_submits_the_verification_once(verification, asked):
    capture = sent(verification, asked)
    assert answer(capture, GOOD)
    assert not results.record_findings(capture.pk, GOOD)
    verification.refresh_from_db()
    assert verification.state == VerificationState.SUBMITTED
    assert verification.case.state == "waiting"


def test_nothing_changes_any_more_once_it_is_submitted(browser, verification, asked):
    answer(sent(verification, asked), GOOD)
    for step in ("front", "video"):
        assert browser.get(reverse(f"verification:{step}")).url == reverse("verification:tracking")
    assert browser.post(START).status_code == 404
    late = Challenge.objects.create(
        verification=verification, digits="123", gesture="turn_left", schedule=[1, 2, 3, 4],
        used_at=timezone.now(), expires_at=timezone.now() + timedelta(minutes=5),
    )  # fmt: skip
    verification.refresh_from_db()
    with pytest.raises(BadUpload, match="closed"):
        storing.store_video(verification, late.pk, video(seconds=2), send=True)


def test_an_error_of_ours_sends_the_video_to_the_agent(verification, asked):
    capture = sent(verification, asked)
    results.claim(capture.pk)
    results.record_error(capture.pk, "memory_limit")
    verification.refresh_from_db()
    assert verification.state == VerificationState.SUBMITTED
    assert verification.case.outcome == "error"


# --- Failures ---


def refuse(verification, result: Result = WRONG) -> None:
    reading.forget(verification)
    answer(sent(verification, challenges.show(verification)), result)


def test_a_refused_video_says_why_and_that_one_attempt_is_left(browser, verification, asked):
    refuse(verification)
    page = browser.get(VIDEO).text
    assert "Nous n’avons pas vu votre tête tourner" in page
    assert "Il vous reste 1 essai." in page


def test_two_refused_videos_lock_the_step_for_four_hours_from_the_second(browser, verification):
    refuse(verification)
    quotas.Quota.objects.filter(kind="face_video_failure").update(window_started_at=timezone.now() - timedelta(hours=3))
    refuse(verification)
    usage = challenges.lock_of(verification)
    assert usage.exceeded
    assert timedelta(hours=3, minutes=59) < usage.until - timezone.now() <= timedelta(hours=4)
    page = browser.get(VIDEO).text
    assert "La vérification vidéo est en pause" in page
    assert f"<strong>{when(usage.until)}</strong>" in page


def test_a_locked_step_gives_no_digits_and_takes_no_video(browser, verification, asked):
    refuse(verification)
    last = challenges.show(verification)
    refuse(verification)
    with pytest.raises(VideoLocked):
        sent(verification, last, video(seconds=2))
    assert browser.post(START).status_code == 423
    browser.post(reverse("verification:video-intro"), {"form": "written", "way": "file"})
    assert not Challenge.objects.filter(recorded=False).exists()


def test_the_lock_ends_at_its_hour(verification, clock):
    refuse(verification)
    refuse(verification)
    clock.pass_(hours=4)
    reading.forget(verification)
    assert challenges.show(verification)


@pytest.mark.parametrize("code", sorted(results.INCOMPLETE))
def test_a_video_that_did_not_arrive_whole_uses_no_attempt(verification, code):
    refuse(verification, Result(findings=[Finding(code, Outcome.FAIL), Finding("video.gesture", Outcome.FAIL)]))
    assert challenges.lock_of(verification).used == 0


def test_an_accepted_video_uses_no_attempt(verification, asked):
    answer(sent(verification, asked), GOOD)
    assert challenges.lock_of(verification).used == 0


# --- Without a camera ---


def test_the_accessible_path_shows_digits_and_gesture_on_request(browser, verification):
    page = browser.post(reverse("verification:video-intro"), {"form": "written", "way": "file"}, follow=True)
    drawn = Challenge.objects.get()
    assert not drawn.recorded
    assert timedelta(minutes=14) < drawn.expires_at - timezone.now() <= timedelta(minutes=15)
    for digit in drawn.digits:
        assert f"<span>{digit}</span>" in page.text
    assert str(drawn.pk) in page.text


def test_a_file_is_played_back_before_it_is_sent(browser, verification, unchecked, django_capture_on_commit_callbacks):
    browser.post(reverse("verification:video-intro"), {"form": "spoken", "way": "file"})
    drawn = Challenge.objects.get()
    body = {"action": "upload", "challenge": str(drawn.pk), "file": SimpleUploadedFile("v.webm", FILM)}
    page = browser.post(VIDEO, body, follow=True)
    capture = Capture.objects.get(kind="video")
    assert capture.state == CaptureState.UPLOADED
    assert reverse("verification:capture-media", args=[capture.pk]) in page.text
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(VIDEO, {"action": "confirm"})
        browser.post(VIDEO, {"action": "confirm"})
    capture.refresh_from_db()
    assert capture.state == CaptureState.QUEUED
    assert unchecked == [str(capture.pk)]


def test_another_file_may_take_the_place_of_an_unsent_one(verification):
    drawn = challenges.announce(verification, "spoken", recorded=False)
    first = storing.store_video(verification, drawn.pk, FILM, send=False)
    second = storing.store_video(verification, drawn.pk, video(seconds=2), send=True)
    first.refresh_from_db()
    assert (first.state, first.challenge) == (CaptureState.REPLACED, None)
    assert second.state == CaptureState.QUEUED


def test_an_expired_request_offers_new_digits(browser, verification, clock):
    browser.post(reverse("verification:video-intro"), {"form": "spoken", "way": "file"})
    clock.stop(Challenge.objects.get().expires_at)
    page = browser.get(VIDEO).text
    assert "Obtenir de nouveaux chiffres" in page
    assert "cela ne compte pas comme un essai" in page
    browser.post(VIDEO, {"action": "file"})
    assert Challenge.objects.count() == 2


def test_who_has_used_a_try_is_not_told_that_none_is_counted(browser, verification):
    challenge = challenges.announce(verification, "spoken", recorded=False)
    answer(storing.store_video(verification, challenge.pk, video(seconds=1), send=True), WRONG)
    page = browser.get(VIDEO).text
    assert "Il vous reste 1 essai." in page
    assert "Chaque vidéo a ses propres chiffres" in page
    assert "compte pas comme un essai" not in page


def test_a_refused_file_is_named_in_french_and_the_same_files_are_offered_again(browser):
    browser.post(reverse("verification:video-intro"), {"form": "spoken", "way": "file"})
    page = browser.post(VIDEO, {"action": "upload", "challenge": str(Challenge.objects.get().pk)})
    assert page.status_code == 422
    assert "Votre vidéo&nbsp;: " in page.text
    assert 'accept="video/webm,' in page.text


def test_a_video_that_is_too_heavy_is_not_kept(verification, asked, monkeypatch):
    monkeypatch.setattr(limits, "VIDEO_MAX_BYTES", 1000)
    with pytest.raises(BadUpload, match="video_too_large"):
        sent(verification, asked)


def test_the_video_page_asks_few_queries(browser, asked, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        assert browser.get(VIDEO).status_code == 200


def test_video_findings_leave_what_later_videos_are_compared_with(verification, asked):
    capture = sent(verification, asked)
    answer(capture, GOOD)
    assert comparable(make_verification(), []) == {str(capture.pk): b"seen"}
    assert comparable(verification, [7]) == {}
    capture.refresh_from_db()
    erasure.purge(capture)
    assert comparable(make_verification(), []) == {str(capture.pk): b"seen"}


def test_an_old_recording_is_compared_when_it_shares_a_band_and_most_of_them_first(verification, asked, monkeypatch):
    capture = sent(verification, asked)
    answer(capture, GOOD)
    monkeypatch.setattr(recordings, "NEWEST", 0)
    monkeypatch.setattr(recordings, "AT_ONCE", 2)
    other = make_verification()
    assert comparable(other, [1, 2, 3, 6, 8]) == {}
    assert comparable(other, [1, 2, 3, 7]) == {str(capture.pk): b"seen"}
    assert comparable(verification, [7]) == {}
    monkeypatch.setattr(recordings, "ALIKE", 1)
    more = Capture(kind=CaptureKind.VIDEO, verification=make_verification(), size=1, signature=b"more")
    more.save()
    recordings.keep_bands(more, [7, 8, 9])
    assert comparable(other, [7, 2**35 + 1, 8, 9]) == {str(more.pk): b"more"}


def test_bands_go_with_the_recording(verification, asked):
    capture = sent(verification, asked)
    answer(capture, GOOD)
    assert set(RecordingBand.objects.values_list("capture", "value")) == {(capture.pk, 7), (capture.pk, 2**35 + 1)}
    Capture.objects.filter(pk=capture.pk).delete()
    assert not RecordingBand.objects.exists()
