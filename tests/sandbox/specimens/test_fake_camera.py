import wave

import pytest

from sandbox.specimens import Challenge, make_document, make_fake_camera, make_person
from sandbox.specimens.fake_camera import GESTURE, LOOP_SECONDS, START_WINDOW, FakeCamera
from verification.checks.video.sound import speech_bursts
from verification.checks.video.thresholds import VideoThresholds


@pytest.fixture(scope="module")
def camera(tmp_path_factory):
    person = make_person(1, face="collins")
    folder = tmp_path_factory.mktemp("camera")
    return make_fake_camera(person, Challenge("905"), folder, document=make_document(person), rate=5)


def test_the_picture_file_is_y4m_of_whole_frames(camera):
    with camera.video.open("rb") as file:
        header = file.readline()
        rest = len(file.read())
    assert header.startswith(b"YUV4MPEG2 W640 H480 F5:1 ")
    assert rest == int(LOOP_SECONDS * 5) * (len(b"FRAME\n") + 640 * 480 * 3 // 2)


def test_picture_and_sound_loop_together(camera):
    with wave.open(str(camera.audio)) as file:
        assert file.getnframes() / file.getframerate() == LOOP_SECONDS


def test_wherever_a_digit_is_shown_a_new_burst_of_speech_begins_in_time(camera):
    import numpy as np

    with wave.open(str(camera.audio)) as file:
        samples = np.frombuffer(file.readframes(10**8), np.int16).astype(np.float32) / 32768
    starts = [begin for begin, _ in speech_bursts(samples[::3].copy(), start_probability=0.5)]
    limits = VideoThresholds()
    shortest = 1.7  # seconds between two digits of a spoken challenge
    for shown in np.arange(0, LOOP_SECONDS - limits.speech_window_seconds_max, 0.1):
        assert any(shown <= start <= shown + shortest for start in starts), shown


def test_a_recording_begun_in_the_window_sees_rest_first_and_then_the_gesture():
    earliest, latest = START_WINDOW
    rest, shortest = 1.2, 10.0
    assert latest + rest < GESTURE[0]
    assert earliest + shortest > GESTURE[0] + 0.9
    assert latest + shortest < LOOP_SECONDS


def test_a_script_is_told_how_long_to_wait(tmp_path):
    camera = FakeCamera(video=tmp_path / "camera.y4m", audio=tmp_path / "microphone.wav")
    assert camera.wait(1.0) == 0.0
    assert camera.wait(LOOP_SECONDS * 3 + 2.0) == 0.0
    assert camera.wait(9.0) == pytest.approx(LOOP_SECONDS - 9.0 + START_WINDOW[0])
    assert f"--use-file-for-fake-video-capture={camera.video}" in camera.browser_arguments()


def test_mjpeg_is_thirty_pictures_a_second(tmp_path):
    person = make_person(1, face="collins")
    made = make_fake_camera(
        person, Challenge("905"), tmp_path, document=make_document(person), rate=5, form="mjpeg", silent=True
    )
    data = made.video.read_bytes()
    assert data.count(b"\xff\xd8\xff\xe0") == LOOP_SECONDS * 30
    with pytest.raises(ValueError, match="y4m or mjpeg"):
        make_fake_camera(person, Challenge("905"), tmp_path, document=make_document(person), form="avi")
