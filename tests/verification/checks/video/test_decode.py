import io
import struct

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.specimens.encode import encode
from tests.verification.checks.video import clips
from verification.checks.limits import VIDEO_MAX_BYTES
from verification.checks.video import decode
from verification.checks.video.decode import Recording, UnreadableVideo, read_video
from verification.checks.video.thresholds import VideoThresholds

LIMITS = VideoThresholds()
FORMS = ("webm", "mp4", "mkv")
QUARTER_LEFT = struct.pack(">9i", 0, -0x10000, 0, 0x10000, 0, 0, 0, 0, 0x40000000)  # shown turned counter-clockwise
QUARTER_RIGHT = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)


def turned(mp4: bytes, matrix: bytes) -> bytes:
    """The same file as a phone held sideways writes it: the turn is in the video track's header only."""
    place = mp4.index(b"tkhd") + 4 + 40
    return mp4[:place] + matrix + mp4[place + 36 :]


def halves(form: str = "mp4") -> bytes:
    """White above, black below."""
    frame = np.zeros((64, 96, 3), np.uint8)
    frame[:32] = 255
    return encode([frame] * 20, None, size=(96, 64), rate=10, form=form)


@pytest.mark.parametrize("form", FORMS)
def test_every_accepted_format_is_read_by_content(form):
    recording = read_video(clips.file(form), LIMITS)
    assert recording.duration == pytest.approx(3.0, abs=0.15)
    assert len(recording.samples) == pytest.approx(15, abs=1)
    assert recording.audio is not None
    assert recording.audio_end == pytest.approx(3.0, abs=0.15)
    assert recording.samples[0].rgb().shape == (64, 96, 3)
    assert recording.samples[0].time == 0


def test_vp9_is_read():
    out = io.BytesIO()
    with av.open(out, "w", format="webm") as container:
        stream = container.add_stream("libvpx-vp9", rate=10, options={"deadline": "realtime", "cpu-used": "8"})
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for frame in clips.noise(2.0):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    assert read_video(out.getvalue(), LIMITS).codec in {"vp9", "libvpx-vp9"}


@pytest.mark.parametrize(
    ("matrix", "bright"), [(QUARTER_LEFT, "left"), (QUARTER_RIGHT, "right")], ids=["left", "right"]
)
def test_the_turn_that_a_phone_notes_is_applied(matrix, bright):
    sample = read_video(turned(halves(), matrix), LIMITS).samples[0]
    assert sample.rgb().shape == (96, 64, 3)
    assert sample.gray.shape == (96, 64)
    left, right = sample.gray[:, :20].mean(), sample.gray[:, -20:].mean()
    assert bool(left > right) is (bright == "left")


def test_without_a_noted_turn_the_picture_stays_as_it_is():
    sample = read_video(halves(), LIMITS).samples[0]
    assert sample.gray[:20].mean() > sample.gray[-20:].mean()


def test_large_pictures_are_reduced_to_the_analysis_size():
    sample = read_video(clips.file(size=(400, 300)), VideoThresholds(short_side_max=150)).samples[0]
    assert sample.rgb().shape == (150, 200, 3)


@pytest.mark.parametrize(
    ("data", "limits", "code"),
    [
        (b"", LIMITS, "video.empty"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 500, LIMITS, "video.not_video"),
        (b"#EXTM3U\nfile:///etc/passwd\n", LIMITS, "video.not_video"),
        (b"\x1a\x45\xdf\xa3" + b"\x00" * VIDEO_MAX_BYTES, LIMITS, "video.too_large"),
        (clips.file(), VideoThresholds(side_max=90), "video.dimensions"),
        (clips.file(), VideoThresholds(decoded_seconds_max=2.0), "video.too_long"),
        (clips.file("mp4")[:900], LIMITS, "video.damaged"),
        (b"\x1a\x45\xdf\xa3" + b"\x00" * 200, LIMITS, "video.damaged"),
    ],
)
def test_what_cannot_be_checked_is_named(data, limits, code):
    with pytest.raises(UnreadableVideo) as caught:
        read_video(data, limits)
    assert caught.value.code == code


def test_what_is_just_inside_a_limit_is_read(monkeypatch):
    monkeypatch.setattr(decode, "VIDEO_MAX_BYTES", len(clips.file()))
    assert read_video(clips.file(), VideoThresholds(side_max=96)).samples


def test_sound_alone_has_no_pictures():
    out = io.BytesIO()
    with av.open(out, "w", format="webm") as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        block = av.AudioFrame.from_ndarray(np.zeros((1, 48_000), np.int16), format="s16", layout="mono")
        block.rate = 48_000
        container.mux(stream.encode(block))
        container.mux(stream.encode(None))
    with pytest.raises(UnreadableVideo, match="video.no_pictures"):
        read_video(out.getvalue(), LIMITS)


def test_another_codec_is_refused():
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for frame in clips.noise(1.0):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    with pytest.raises(UnreadableVideo, match="video.codec"):
        read_video(out.getvalue(), LIMITS)


def test_a_file_cut_short_is_shorter_than_its_header_says():
    whole = clips.file("mkv", 4.0)
    cut = read_video(whole[: len(whole) // 2], LIMITS)
    assert cut.header_seconds is not None
    assert cut.header_seconds - cut.duration > 1
    entire = read_video(whole, LIMITS)
    assert entire.header_seconds == pytest.approx(entire.duration, abs=0.2)


def test_silence_that_was_recorded_is_no_hole_and_missing_sound_is():
    sound = np.zeros(3 * 48_000, np.float32)
    frames = clips.noise(3.0)
    silent = read_video(encode(frames, sound, size=(96, 64), rate=10, form="mkv"), LIMITS)
    assert silent.audio_hole[1] == 0
    assert silent.audio is not None
    assert np.abs(silent.audio).max() < 1e-3


def _survives(data: bytes) -> Recording | None:
    try:
        return read_video(data, LIMITS)
    except UnreadableVideo:
        return None


@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.data_too_large])
@given(
    form=st.sampled_from(FORMS),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=12)), max_size=12),
    keep=st.floats(0.05, 1),
    drop=st.tuples(st.floats(0, 1), st.integers(0, 400)),
)
def test_mutated_files_are_read_or_refused_and_never_crash(form, edits, keep, drop):
    data = bytearray(clips.file(form, 1.5))
    for place, change in edits:
        start = int(place * (len(data) - 1))
        data[start : start + len(change)] = change
    start = int(drop[0] * len(data))
    del data[start : start + drop[1]]
    recording = _survives(bytes(data[: int(keep * len(data))]))
    assert recording is None or (recording.samples and np.all(np.diff(recording.frame_times) > 0))
