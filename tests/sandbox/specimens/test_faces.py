import numpy as np
import pytest

from sandbox.evaluation.faces import distinct_people, specimen_distances
from sandbox.specimens.faces import CANVAS, EYE_DISTANCE, EYES, FACES, FOLDER
from sandbox.specimens.heads import Head, place
from verification.checks import faces
from verification.checks.video.thresholds import VideoThresholds


def frame_of(head, **pose):
    frame = np.full((480, 640, 3), 190, np.uint8)
    place(head.pose(**pose), frame, eyes=(320, 180), eye_distance=78)
    return frame


def face_in(frame):
    return max(faces.find(frame, min_size=100), key=lambda face: face.score)


@pytest.fixture(scope="module")
def head():
    return Head(FACES["collins"])


@pytest.mark.parametrize("name", FACES)
def test_every_face_is_found_where_its_canvas_says(name):
    face = face_in(frame_of(Head(FACES[name])))
    left, right = face.eyes
    assert np.linalg.norm((left + right) / 2 - (320, 180)) < 12
    assert np.hypot(*(right - left)) == pytest.approx(78, rel=0.2)
    assert abs(face.yaw) < 0.15


def test_the_pictures_share_one_canvas_and_name_their_source():
    for face in FACES.values():
        assert face.pixels().shape == (CANVAS[1], CANVAS[0], 4)
        assert face.depth().shape == (CANVAS[1], CANVAS[0])
        nose = face.depth()[EYES[1] + 70 : EYES[1] + 90, EYES[0] - 5 : EYES[0] + 5].mean()
        cheek = face.depth()[
            EYES[1] + 70 : EYES[1] + 90, EYES[0] + EYE_DISTANCE - 25 : EYES[0] + EYE_DISTANCE - 15
        ].mean()
        assert nose > cheek + 8
    text = (FOLDER.parent / "LICENSES.md").read_text(encoding="utf-8")
    assert "faces/" in text


def test_the_set_has_as_many_people_as_its_licences_file_says():
    names, distances = specimen_distances()
    text = (FOLDER.parent / "LICENSES.md").read_text(encoding="utf-8")
    assert f"{distinct_people(distances, VideoThresholds.same_person_max)} people" in text
    assert len(names) == len(FACES)


@pytest.mark.parametrize(("yaw", "side"), [(28, 1), (-28, -1)])
def test_a_turned_head_moves_its_nose_to_that_side(head, yaw, side):
    rest, turned = face_in(frame_of(head)).yaw, face_in(frame_of(head, yaw=yaw)).yaw
    assert (turned - rest) * side > 0.1


def test_mouth_and_lids_move_only_where_they_are(head):
    rest = frame_of(head).astype(int)
    mouth = np.abs(frame_of(head, mouth=0.9).astype(int) - rest).sum(axis=2)
    lids = np.abs(frame_of(head, lids=1.0).astype(int) - rest).sum(axis=2)
    assert mouth[250:300].sum() > 50 * max(1, mouth[100:170].sum())
    assert lids[160:200].sum() > 50 * max(1, lids[230:300].sum())


def test_a_head_stays_the_same_person_when_it_speaks_and_blinks(head):
    rest = frame_of(head)
    reference = faces.embed(rest, face_in(rest))
    for pose in ({"mouth": 0.6}, {"lids": 0.8}, {"yaw": 10}, {"pitch": 4}):
        moved = frame_of(head, **pose)
        assert np.linalg.norm(faces.embed(moved, face_in(moved)) - reference) < 0.4
