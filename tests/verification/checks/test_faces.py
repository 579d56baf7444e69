import cv2
import numpy as np
import pytest
from skimage import data

from tests.verification.checks.video import clips
from verification.checks import faces
from verification.checks.video.thresholds import VideoThresholds


@pytest.fixture(scope="module")
def astronaut() -> np.ndarray:
    """A photograph of the public domain, 512 x 512, one face of about 100 pixels."""
    return np.ascontiguousarray(data.astronaut())


def test_a_face_is_found_with_its_points(astronaut):
    (face,) = faces.find(astronaut, min_size=60)
    x, y, width, height = face.box
    assert 150 < x < 200
    assert 50 < y < 110
    assert 70 < width < 150
    left, right = face.eyes
    assert left[0] < face.landmarks[4][0] < right[0]
    assert face.landmarks[4][1] > left[1]
    assert abs(face.yaw) < 0.2
    assert abs(face.roll) < 15


def test_what_is_smaller_than_wanted_is_not_found(astronaut):
    assert not faces.find(astronaut, min_size=200)


def test_there_is_no_face_in_noise():
    noise = np.random.default_rng(0).integers(0, 255, (300, 300, 3), np.uint8)
    assert not faces.find(noise, min_size=60)


def test_a_dark_face_is_found_by_evening_it_out(astronaut):
    dark = (astronaut * 0.09).astype(np.uint8)
    assert faces.find(dark, min_size=60)


def test_the_same_person_is_near_and_another_is_far(astronaut):
    first = faces.embed(astronaut, faces.find(astronaut, min_size=60)[0])
    changed = cv2.GaussianBlur(cv2.convertScaleAbs(astronaut[:, ::-1], alpha=0.7, beta=20), (0, 0), 1)
    changed = np.ascontiguousarray(changed)
    again = faces.embed(changed, faces.find(changed, min_size=60)[0])
    frame = clips.pictures(0.4, head_at=lambda time: clips.stranger())[0]
    other = faces.embed(frame, faces.find(frame, min_size=60)[0])
    assert first.shape == (128,)
    assert faces.distance(first, again) < VideoThresholds.same_person_max - 0.1
    assert faces.distance(first, other) > VideoThresholds.same_person_max


def test_a_face_in_a_part_of_a_picture_moves_with_it(astronaut):
    (face,) = faces.find(astronaut, min_size=60)
    (part,) = faces.find(np.ascontiguousarray(astronaut[20:300, 100:400]), min_size=60)
    moved = part.moved(100, 20)
    assert np.abs(np.subtract(moved.center, face.center)).max() < 20
    assert np.abs(moved.landmarks - face.landmarks).max() < 12


@pytest.mark.parametrize("shape", [(100, 100), (100, 100, 4), (3, 100, 100)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="expected"):
        faces.find(np.zeros(shape, np.uint8), min_size=20)
