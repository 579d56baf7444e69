import cv2
import numpy as np
import pytest

from tests.verification.checks.video import clips
from verification.checks.finding import Finding, Outcome
from verification.checks.video.liveness import check_alive
from verification.checks.video.track import follow_person

LIMITS = clips.LIMITS


def judged(frames: list[np.ndarray]) -> Finding:
    samples = clips.samples(frames)
    return check_alive(follow_person(samples, LIMITS), samples, LIMITS)


def moved_about(picture: np.ndarray, frames: int, *, zoom: float = 0.05, seed: int = 4) -> list[np.ndarray]:
    """One still picture with the shake, tilt and zoom of a hand, and the noise of a sensor."""
    rng = np.random.default_rng(seed)
    height, width = picture.shape[:2]
    result = []
    for index in range(frames):
        phase = index / 3
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 3 * np.sin(phase), 1.05 + zoom * np.sin(phase / 2))
        matrix[:, 2] += 12 * np.sin(phase * 1.3), 10 * np.cos(phase)
        moved = cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)
        result.append(np.clip(moved + rng.normal(0, 2, moved.shape), 0, 255).astype(np.uint8))
    return result


def test_a_face_that_speaks_is_alive():
    _, script = clips.speaking()
    assert judged(clips.pictures(7.0, script=script)).outcome is Outcome.PASS


def test_a_face_that_only_blinks_is_alive():
    assert judged(clips.pictures(10.0)).outcome is Outcome.PASS


def test_a_still_picture_moved_about_is_for_an_agent():
    finding = judged(moved_about(clips.pictures(0.4)[0], 35))
    assert (finding.code, finding.outcome) == ("video.still_image", Outcome.REFER)
    assert finding.score < LIMITS.alive_min / 2


def test_a_sheet_held_before_the_mouth_is_no_sign_of_life():
    frames = moved_about(clips.pictures(0.4)[0], 35)
    for frame in frames[15:25]:
        frame[250:, 180:470] = (236, 232, 228)
    assert judged(frames).outcome is Outcome.REFER


@pytest.mark.parametrize("frames", [0, 8])
def test_too_few_frontal_frames_prove_nothing(frames):
    taken = clips.pictures(7.0)[:frames] or [np.full((480, 640, 3), 99, np.uint8)]
    assert judged(taken).outcome is Outcome.REFER
