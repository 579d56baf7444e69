from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from sandbox.specimens.heads import place
from sandbox.specimens.scene import Look, Script
from tests.verification.checks.video import clips
from verification.checks import faces
from verification.checks.finding import Outcome
from verification.checks.video import person
from verification.checks.video.decode import Sample
from verification.checks.video.track import Track, follow_person

LIMITS = clips.LIMITS
Seen = tuple[tuple[Sample, ...], Track]


def seen(frames: list[np.ndarray]) -> Seen:
    samples = clips.samples(frames)
    return samples, follow_person(samples, LIMITS)


@cache
def alone() -> Seen:
    return seen(clips.pictures(5.0))


@cache
def swapped() -> Seen:
    return seen(clips.pictures(6.0, head_at=lambda time: clips.stranger() if time > 3 else clips.person()))


def beside(size: float, *, times: slice = slice(None)) -> Seen:
    """The person, and somebody else on the left."""
    frames = clips.pictures(4.0, look=Look(size=(960, 480), rate=5))
    for frame in frames[times]:
        place(clips.stranger().pose(), frame, eyes=(150, 170), eye_distance=size * 79)
    return seen(frames)


def test_the_face_is_followed_through_the_whole_recording():
    samples, track = alone()
    finding = person.check_present(track, samples, LIMITS)
    assert finding.outcome is Outcome.PASS
    assert finding.score == 1
    assert {sighting.stretch for sighting in track.sightings} == {0}


def test_an_empty_room_has_no_face():
    samples, track = seen([np.full((480, 640, 3), 150, np.uint8)] * 10)
    assert person.check_present(track, samples, LIMITS).code == "video.no_face"


@pytest.mark.parametrize(("hidden", "outcome"), [(slice(5, 16), Outcome.FAIL), (slice(5, 9), Outcome.PASS)])
def test_a_face_may_be_lost_for_a_moment_only(hidden, outcome):
    frames = clips.pictures(5.0)
    for frame in frames[hidden]:
        frame[:] = 120
    samples, track = seen(frames)
    finding = person.check_present(track, samples, LIMITS)
    assert finding.outcome is outcome
    assert finding.evidence["lost"][0][0] == pytest.approx(1.0)


@pytest.mark.parametrize(("distance", "outcome"), [(0.055, Outcome.FAIL), (0.12, Outcome.PASS)])
def test_the_face_is_large_enough(distance, outcome):
    samples, track = seen(clips.pictures(2.0, look=Look(size=(1280, 960), rate=5, eye_distance=distance)))
    assert person.check_size(track, samples, LIMITS).outcome is outcome


def test_somebody_who_looks_aside_all_the_time_is_not_seen_frontally():
    _, track = seen(clips.pictures(3.0, script=Script(turns=[(-1.0, 5.0, 34.0)])))
    turned = person.check_frontal(Track(track.sightings, (), track.total, neutral_yaw=0.3), LIMITS)
    assert turned.outcome is Outcome.FAIL
    assert person.check_frontal(alone()[1], LIMITS).outcome is Outcome.PASS


def test_few_frontal_frames_are_too_few():
    track = alone()[1]
    assert person.check_frontal(Track(track.sightings[:3], (), 3, 0.0), LIMITS).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("size", "times", "outcome"),
    [(0.9, slice(None), Outcome.FAIL), (0.33, slice(None), Outcome.PASS), (0.9, slice(5, 6), Outcome.PASS)],
    ids=["beside", "far behind", "for a blink"],
)
def test_nobody_else_is_there(size, times, outcome):
    samples, track = beside(size, times=times)
    described = person.describe(track, samples, LIMITS)
    assert person.check_alone(track, samples, described, LIMITS).outcome is outcome


def test_a_face_swapped_half_way_is_for_an_agent():
    samples, track = swapped()
    finding = person.check_same_throughout(person.describe(track, samples, LIMITS), track, samples, LIMITS)
    assert finding.outcome is Outcome.REFER
    assert finding.score > LIMITS.same_throughout_max


def test_one_face_that_speaks_and_turns_stays_the_same():
    _, script = clips.speaking()
    script.turns = [(3.0, 5.0, 30.0)]
    samples, track = seen(clips.pictures(6.0, script=script))
    finding = person.check_same_throughout(person.describe(track, samples, LIMITS), track, samples, LIMITS)
    assert finding.outcome is Outcome.PASS


def test_one_frame_that_looks_foreign_is_no_other_person():
    samples, track = alone()
    described = person.describe(track, samples, LIMITS)
    spoilt = person.Described(described[2].seen, described[2].embedding + 0.06)
    assert faces.distance(spoilt.embedding, described[2].embedding) > LIMITS.same_throughout_max
    finding = person.check_same_throughout([*described[:2], spoilt, *described[3:]], track, samples, LIMITS)
    assert finding.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("apart", "code", "outcome", "zone"),
    [
        (0.55, "video.face_match", Outcome.PASS, "same"),
        (0.64, "video.face_match", Outcome.REFER, "doubtful"),
        (0.75, "video.other_person", Outcome.REFER, "different"),
    ],
)
def test_the_comparison_with_the_portrait_has_three_zones(apart, code, outcome, zone):
    embedding = np.zeros(128)
    portrait = embedding.copy()
    portrait[0] = apart
    described = [person.Described(alone()[1].sightings[0], embedding)] * 3
    finding = person.check_match(described, portrait, LIMITS)
    assert (finding.code, finding.outcome, finding.evidence["zone"]) == (code, outcome, zone)


def test_another_person_is_not_the_one_on_the_document():
    portrait = clips.reference().portrait
    samples, track = alone()
    assert person.check_match(person.describe(track, samples, LIMITS), portrait, LIMITS).outcome is Outcome.PASS
    samples, track = seen(clips.pictures(3.0, head_at=lambda time: clips.stranger()))
    finding = person.check_match(person.describe(track, samples, LIMITS), portrait, LIMITS)
    assert finding.outcome is Outcome.REFER
    assert finding.score > LIMITS.same_person_max


def test_without_a_portrait_an_agent_compares():
    samples, track = alone()
    finding = person.check_match(person.describe(track, samples, LIMITS), None, LIMITS)
    assert (finding.code, finding.outcome) == ("video.no_portrait", Outcome.REFER)


def test_a_dark_face_in_a_dark_room_is_found_and_is_still_itself():
    dark = Look(size=(640, 480), rate=5, light=0.22, noise=5.0)
    samples, track = seen(clips.pictures(4.0, look=dark, head_at=lambda time: clips.stranger()))
    assert track.lifted
    assert person.check_present(track, samples, LIMITS).outcome is Outcome.PASS
    portrait = clips.pictures(0.4, head_at=lambda time: clips.stranger())[0]
    embedding = faces.embed(portrait, faces.find(portrait, min_size=60)[0])
    described = person.describe(track, samples, LIMITS)
    assert person.check_match(described, embedding, LIMITS).outcome is Outcome.PASS
    assert person.check_match(described, clips.reference().portrait, LIMITS).outcome is Outcome.REFER


def test_in_ordinary_light_nothing_is_lifted():
    assert not alone()[1].lifted


def test_a_face_of_too_few_pixels_is_measured_against_what_they_ask_for():
    """In a small picture a face of the right share has too few pixels: the limit is then the pixels' share."""
    samples, track = alone()
    needed = replace(LIMITS, face_pixels_min=300)
    finding = person.check_size(track, samples, needed)
    assert finding.outcome is Outcome.FAIL
    assert finding.score < finding.threshold == pytest.approx(300 / 480)
    good = person.check_size(track, samples, LIMITS)
    assert (good.outcome, good.score >= good.threshold) == (Outcome.PASS, True)


def test_who_is_turned_from_the_first_to_the_last_frame_is_told_by_how_much():
    track = alone()[1]
    turned = Track(track.sightings, (), track.total, neutral_yaw=-0.3)
    many = replace(LIMITS, frontal_yaw_max=5.0)
    finding = person.check_frontal(turned, many)
    assert (finding.outcome, finding.score, finding.threshold) == (Outcome.FAIL, 0.3, LIMITS.neutral_yaw_max)
    few = person.check_frontal(turned, replace(many, frontal_frames_min=500))
    assert few.outcome is Outcome.FAIL
    assert few.score < few.threshold == 500
