from functools import cache

import cv2
import numpy as np
import pytest

from tests.verification.checks.video import clips
from verification.checks.finding import Outcome
from verification.checks.video.decode import Sample
from verification.checks.video.replay import check_replay, match, signature

LIMITS = clips.LIMITS


@cache
def original(seed: int = 1) -> tuple[np.ndarray, ...]:
    _, script = clips.speaking(8.0)
    return tuple(clips.pictures(8.0, script=script, seed=seed))


def signed(frames: list[np.ndarray] | tuple[np.ndarray, ...]) -> bytes:
    return signature(clips.samples(frames))


def reencoded(frame: np.ndarray) -> np.ndarray:
    done, jpeg = cv2.imencode(".jpg", frame[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 35])
    assert done
    return cv2.imdecode(jpeg, cv2.IMREAD_COLOR)[:, :, ::-1]


CHANGES = {
    "the same": lambda frames: frames,
    "re-encoded": lambda frames: [reencoded(frame) for frame in frames],
    "smaller": lambda frames: [cv2.resize(frame, (416, 312), interpolation=cv2.INTER_AREA) for frame in frames],
    "trimmed": lambda frames: frames[5:-4],
    "mirrored": lambda frames: [np.ascontiguousarray(frame[:, ::-1]) for frame in frames],
    "brighter": lambda frames: [cv2.convertScaleAbs(frame, alpha=1.1, beta=8) for frame in frames],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_earlier_recording_is_recognised(change):
    known = {"first": signed(original()), "other": signed(original(2))}
    finding = check_replay(signed(change(original())), known, LIMITS)
    assert finding.outcome is Outcome.REFER
    assert finding.evidence["earlier"] == "first"


def test_sampled_at_other_moments_it_is_still_recognised():
    frames = clips.samples(original())
    between = [
        Sample(one.time, cv2.addWeighted(one.planes, 0.5, two.planes, 0.5, 0))
        for one, two in zip(frames, frames[1:], strict=False)
    ]
    assert check_replay(signature(between), {"first": signature(frames)}, LIMITS).outcome is Outcome.REFER


def test_the_same_person_saying_the_same_at_the_same_times_is_no_replay():
    known = {f"seed {seed}": signed(original(seed)) for seed in (2, 3, 4)}
    finding = check_replay(signed(original()), known, LIMITS)
    assert finding.outcome is Outcome.PASS
    assert finding.score < LIMITS.replay_min - 0.05


def test_signatures_of_another_layout_are_passed_over():
    known = {"old": b"IV0" + bytes(4000), "empty": b"", "odd": signed(original())[:-7]}
    assert match(signed(original()), known) is None
    assert match(b"nothing", {"first": signed(original())}) is None


@pytest.mark.parametrize("length", [1, 3, 6, 12])
def test_a_recording_of_a_moment_is_compared_without_harm(length):
    whole = signed(original())
    short = signed(original()[:length])
    assert check_replay(short, {"whole": whole}, LIMITS).code == "video.replay"
    assert check_replay(whole, {"short": short}, LIMITS).outcome is Outcome.PASS
