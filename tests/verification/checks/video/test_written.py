import numpy as np
import pytest

from sandbox.specimens.handwriting import sheet
from sandbox.specimens.scene import Held, Script
from tests.verification.checks.video import clips
from verification.checks.finding import Finding, Outcome
from verification.checks.video.challenge import ChallengeSpec, Form, Gesture
from verification.checks.video.written import DigitsRead, check_written, read_digits, read_frame

LIMITS = clips.LIMITS


def asked(digits: str) -> ChallengeSpec:
    return ChallengeSpec(digits=digits, form=Form.WRITTEN, gesture=Gesture.TURN_LEFT)


def read(paper: np.ndarray, wanted: str) -> Finding:
    held = [Held(paper, 1.0, 5.0, 0.5, (0.5, 0.79))]
    samples = clips.samples(clips.pictures(6.0, script=Script(held=held)))
    return check_written(read_digits(samples, wanted), asked(wanted), LIMITS)


def judged(on_paper: str, wanted: str) -> Finding:
    return read(sheet(on_paper, seed=1), wanted)


@pytest.mark.parametrize("digits", ["472", "018", "111"])
def test_the_digits_on_the_sheet_are_read(digits):
    finding = judged(digits, digits)
    assert (finding.code, finding.outcome) == ("video.written", Outcome.PASS)
    x, y, width, height = finding.evidence["box"]
    assert y > 240
    assert width > height > 20
    assert x > 100


@pytest.mark.parametrize("wanted", ["473", "742", "172"])
def test_other_digits_fail_even_when_one_differs(wanted):
    finding = judged("472", wanted)
    assert (finding.code, finding.outcome) == ("video.wrong_digits", Outcome.FAIL)
    assert finding.evidence["read"] == "472"


def test_an_empty_sheet_has_no_digits():
    finding = read(np.full((420, 630, 3), 240, np.uint8), "472")
    assert (finding.code, finding.outcome) == ("video.no_digits", Outcome.FAIL)


def test_the_numbers_on_a_card_are_not_taken_for_the_answer():
    held = [clips.held(np.asarray(clips.document().front.convert("RGB")), 0.0, 6.0)]
    frame = clips.pictures(2.0, script=Script(held=held))[5]
    assert not read_frame(clips.samples([frame])[0])


def reading(digits: str, score: float) -> DigitsRead:
    return DigitsRead(digits, score, 2.0, [0, 0, 10, 10])


@pytest.mark.parametrize(
    ("readings", "code", "outcome"),
    [
        ([reading("472", 0.9), reading("472", 0.9)], "video.written", Outcome.PASS),
        ([reading("472", 0.9), reading("472", 0.9), reading("412", 0.5)], "video.written", Outcome.PASS),
        ([reading("472", 0.9), reading("412", 0.8)], "video.written", Outcome.REFER),
        ([reading("472", 0.4)], "video.written", Outcome.REFER),
        ([reading("472", 0.6), reading("412", 0.9)], "video.wrong_digits", Outcome.FAIL),
    ],
)
def test_readings_that_contradict_each_other_go_to_an_agent(readings, code, outcome):
    finding = check_written(readings, asked("472"), LIMITS)
    assert (finding.code, finding.outcome) == (code, outcome)
