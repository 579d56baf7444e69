from dataclasses import replace

import numpy as np
import pytest

from tests.verification.checks.video import clips
from verification.checks.finding import Outcome
from verification.checks.video.decode import Sample
from verification.checks.video.whole import check_complete, check_duration, check_frozen

LIMITS = clips.LIMITS


@pytest.mark.parametrize(
    ("seconds", "code", "outcome"),
    [
        (5.0, "video.too_short", Outcome.FAIL),
        (6.0, "video.duration", Outcome.PASS),
        (15.2, "video.duration", Outcome.PASS),
        (16.0, "video.too_long", Outcome.FAIL),
    ],
)
def test_a_recording_lasts_six_to_fifteen_seconds(seconds, code, outcome):
    finding = check_duration(clips.recording(seconds=seconds), LIMITS)
    assert (finding.code, finding.outcome) == (code, outcome)
    assert finding.score == pytest.approx(seconds, abs=0.01)


@pytest.mark.parametrize(("header", "outcome"), [(12.0, Outcome.FAIL), (8.5, Outcome.PASS), (None, Outcome.PASS)])
def test_a_recording_is_as_long_as_its_header_says(header, outcome):
    assert check_complete(clips.recording(header_seconds=header), LIMITS).outcome is outcome


@pytest.mark.parametrize(("end", "outcome"), [(10.0, Outcome.FAIL), (8.4, Outcome.PASS)])
def test_where_the_header_is_silent_the_sound_tells_the_length(end, outcome):
    recording = clips.recording(sound=np.zeros(10, np.float32), audio_end=end)
    assert check_complete(recording, LIMITS).outcome is outcome


@pytest.mark.parametrize(("damaged", "outcome"), [(4, Outcome.FAIL), (1, Outcome.PASS)])
def test_damaged_packets_make_a_recording_incomplete(damaged, outcome):
    assert check_complete(clips.recording(damaged=damaged), LIMITS).outcome is outcome


@pytest.mark.parametrize(("frozen", "outcome"), [(12, Outcome.FAIL), (5, Outcome.PASS)])
def test_a_stretch_without_any_change_is_frozen(frozen, outcome):
    recording = clips.recording()
    taken = list(recording.samples)
    for index in range(10, 10 + frozen):
        taken[index] = Sample(taken[index].time, taken[10].planes)
    finding = check_frozen(replace(recording, samples=tuple(taken)), LIMITS)
    assert finding.outcome is outcome
    assert finding.evidence["time"] == pytest.approx(2.0)


@pytest.mark.parametrize(("gap", "outcome"), [(2.0, Outcome.FAIL), (0.46, Outcome.PASS)])
def test_a_stretch_without_any_picture_is_frozen_too(gap, outcome):
    times = np.concatenate([np.arange(0, 4, 0.1), np.arange(4 + gap, 8, 0.1)])
    assert check_frozen(clips.recording(frame_times=times), LIMITS).outcome is outcome


def test_damaged_packets_are_the_score_where_they_decide():
    finding = check_complete(clips.recording(damaged=4), LIMITS)
    assert (finding.score, finding.threshold) == (4, LIMITS.damaged_packets_max)
    good = check_complete(clips.recording(damaged=1), LIMITS)
    assert good.score <= good.threshold == LIMITS.missing_seconds_max
