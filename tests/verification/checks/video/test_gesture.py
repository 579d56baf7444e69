import pytest

from sandbox.specimens.scene import Script
from tests.verification.checks.video import clips
from verification.checks.finding import Finding, Outcome
from verification.checks.video.challenge import Gesture
from verification.checks.video.gesture import check_turn
from verification.checks.video.track import follow_person

LIMITS = clips.LIMITS
TO_HER_LEFT, TO_HER_RIGHT = 30.0, -30.0


def turned(*turns: tuple[float, float, float], asked: Gesture = Gesture.TURN_LEFT) -> Finding:
    """The finding on a recording of six seconds; turns are (start, end, degrees), positive to the person's own left."""
    samples = clips.samples(clips.pictures(6.0, script=Script(turns=turns)))
    return check_turn(follow_person(samples, LIMITS), asked, LIMITS)


@pytest.mark.parametrize(("degrees", "asked"), [(TO_HER_LEFT, Gesture.TURN_LEFT), (TO_HER_RIGHT, Gesture.TURN_RIGHT)])
def test_the_head_turned_to_the_side_asked_for_passes(degrees, asked):
    finding = turned((3.0, 5.0, degrees), asked=asked)
    assert (finding.code, finding.outcome) == ("video.gesture", Outcome.PASS)
    assert 3.0 <= finding.evidence["time"] <= 5.0


@pytest.mark.parametrize(("degrees", "asked"), [(TO_HER_LEFT, Gesture.TURN_RIGHT), (TO_HER_RIGHT, Gesture.TURN_LEFT)])
def test_the_head_turned_to_the_other_side_fails(degrees, asked):
    finding = turned((3.0, 5.0, degrees), asked=asked)
    assert (finding.code, finding.outcome) == ("video.wrong_side", Outcome.FAIL)


def test_her_own_left_is_on_the_right_of_the_stored_picture():
    frames = clips.pictures(6.0, script=Script(turns=[(3.0, 5.0, TO_HER_LEFT)]))
    track = follow_person(clips.samples(frames), LIMITS)
    assert max(sighting.face.yaw for sighting in track.sightings) > track.neutral_yaw + LIMITS.turn_min


@pytest.mark.parametrize("degrees", [0.0, 6.0])
def test_the_little_that_everybody_moves_is_no_turn(degrees):
    finding = turned((3.0, 5.0, degrees))
    assert (finding.code, finding.outcome) == ("video.gesture", Outcome.FAIL)


def test_beginning_turned_away_and_coming_back_is_no_turn():
    assert turned((-2.0, 2.5, TO_HER_RIGHT)).outcome is Outcome.FAIL


def test_a_larger_turn_to_the_other_side_goes_to_an_agent():
    assert turned((1.5, 3.2, -34.0), (3.6, 5.2, 24.0)).outcome is Outcome.REFER


def test_no_turn_is_judged_when_the_document_was_asked_for():
    with pytest.raises(ValueError, match="no turn"):
        turned(asked=Gesture.SHOW_DOCUMENT)
