"""Read a recording whose content, name and header nobody vouches for.

Browsers write no duration, no frame count and a variable rate; phones turn pictures by metadata; a broken upload
decodes silently. So only decoded time stamps count, and the header is evidence to compare them with.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import av
import cv2
import numpy as np
from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.stream import Stream
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from verification.checks.limits import VIDEO_MAX_BYTES
from verification.checks.video.thresholds import VideoThresholds

AUDIO_HERTZ = 16_000
SMALL_SIDE = 96
MAX_PIXELS = 4096 * 2304
MAX_FRAMES_PER_SECOND = 125
MAX_ERRORS = 25  # damaged packets before a file is given up
AUDIO_GAP_SECONDS = 0.12  # smaller differences between time stamps and sample counts are drift
CODECS = frozenset({"vp8", "vp9", "h264", "hevc", "av1"})
_BROKEN = (av.FFmpegError, ValueError, OverflowError, ArithmeticError, IndexError, UnicodeError)


class UnreadableVideo(ValueError):
    """The file is no recording that can be checked. `code` is a finding's code with its own sentences."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Sample:
    """One picture of the recording, reduced, upright when asked for.

    time: seconds from the first picture. planes: I420, shape (height * 3 / 2, width), as stored. turn: quarter turns
    counter-clockwise that make it upright.
    """

    time: float
    planes: NDArray[np.uint8]
    turn: int = 0

    @cached_property
    def gray(self) -> NDArray[np.uint8]:
        """Brightness, shape (height, width), 16 to 235."""
        height = self.planes.shape[0] * 2 // 3
        return self._upright(self.planes[:height])

    @cached_property
    def small(self) -> NDArray[np.float32]:
        """Brightness as means of SMALL_SIDE x SMALL_SIDE parts, whatever the shape of the picture."""
        reduced = cv2.resize(self.gray, (SMALL_SIDE, SMALL_SIDE), interpolation=cv2.INTER_AREA)
        return np.asarray(reduced, np.float32)

    def rgb(self) -> NDArray[np.uint8]:
        """Shape (height, width, 3). Converted at each call: keep it only as long as needed."""
        return self._upright(cv2.cvtColor(self.planes, cv2.COLOR_YUV2RGB_I420))

    def _upright(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return np.ascontiguousarray(np.rot90(picture, self.turn)) if self.turn else np.ascontiguousarray(picture)


@dataclass(frozen=True)
class Recording:
    """A decoded recording.

    samples: pictures at about `sample_hertz`, first one at time 0. frame_times: of every picture, seconds, rising.
    audio: mono, 16 kHz, -1 to 1, aligned with the first picture; None without an audio stream. audio_end: seconds at
    which the sound ends. audio_hole: start and seconds of the longest stretch without any sound packet (silence that
    was recorded is no hole: some microphones give digital silence). header_seconds: what the file says of its own
    length, None when it says nothing. damaged: packets that could not be decoded.
    """

    samples: tuple[Sample, ...]
    frame_times: NDArray[np.float64]
    audio: NDArray[np.float32] | None
    audio_end: float
    audio_hole: tuple[float, float]
    header_seconds: float | None
    width: int
    height: int
    codec: str
    damaged: int

    @property
    def duration(self) -> float:
        """Seconds from the first picture to the end of the last."""
        times = self.frame_times
        last = float(np.median(np.diff(times))) if len(times) > 1 else 0.0
        return float(times[-1]) + last


def read_video(data: bytes, thresholds: VideoThresholds) -> Recording:
    """Decode pictures and sound of a WebM, Matroska, MP4 or QuickTime file, recognised by content.

    Raises UnreadableVideo, and nothing else, for whatever bytes.
    """
    container_format = _sniff(data)
    try:
        with av.open(io.BytesIO(data), mode="r", format=container_format, metadata_errors="ignore") as container:
            return _Reader(container, thresholds).read()
    except UnreadableVideo:
        raise
    except _BROKEN as error:
        raise UnreadableVideo("video.damaged", type(error).__name__) from error


def _sniff(data: bytes) -> str:
    # Only these two demuxers are ever started: others follow links to other files or hosts.
    if not data:
        raise UnreadableVideo("video.empty")
    if len(data) > VIDEO_MAX_BYTES:
        raise UnreadableVideo("video.too_large", str(len(data)))
    if data[:4] == b"\x1a\x45\xdf\xa3":
        return "matroska"
    if data[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return "mov"
    raise UnreadableVideo("video.not_video")


class _Reader:
    def __init__(self, container: InputContainer, thresholds: VideoThresholds) -> None:
        self.container = container
        self.limits = thresholds
        self.samples: list[Sample] = []
        self.times: list[float] = []
        self.start: float | None = None
        self.size: tuple[int, int] | None = None
        self.damaged = 0

    def read(self) -> Recording:
        pictures = self._pick_pictures()
        # A stream of an unknown codec has no context: there is nothing to hear in it.
        sounds = next((one for one in self.container.streams.audio if one.codec_context is not None), None)
        streams: list[Stream] = [pictures] if sounds is None else [pictures, sounds]
        sound = _Sound(self.limits.decoded_seconds_max) if sounds is not None else None
        for stream in streams:
            stream.codec_context.thread_count = 1
        for frame in self._frames(streams):
            if isinstance(frame, VideoFrame):
                self._take_picture(frame)
            elif isinstance(frame, AudioFrame) and sound is not None:
                try:
                    sound.take(frame)
                except _BROKEN:
                    self._count_damage()
        if not self.samples or self.start is None:
            raise UnreadableVideo("video.no_pictures")
        audio, audio_end = (None, 0.0) if sound is None else sound.finish(self.start, self.times[-1])
        return Recording(
            samples=tuple(self.samples),
            frame_times=np.array(self.times),
            audio=audio,
            audio_end=audio_end,
            audio_hole=(0.0, 0.0) if sound is None else sound.longest_hole(self.start),
            header_seconds=self._header_seconds(pictures),
            width=self.samples[0].gray.shape[1],
            height=self.samples[0].gray.shape[0],
            codec=pictures.codec_context.name,
            damaged=self.damaged,
        )

    def _pick_pictures(self) -> av.VideoStream:
        stream = next(iter(self.container.streams.video), None)
        if stream is None:
            raise UnreadableVideo("video.no_pictures")
        if stream.codec_context is None or stream.codec_context.codec.canonical_name not in CODECS:
            raise UnreadableVideo("video.codec")
        self._check_size(stream.codec_context.width, stream.codec_context.height)
        return stream

    def _check_size(self, width: int, height: int) -> None:
        if max(width, height) > self.limits.side_max or width * height > MAX_PIXELS:
            raise UnreadableVideo("video.dimensions", f"{width}x{height}")

    def _frames(self, streams: list[Stream]) -> Iterator[VideoFrame | AudioFrame]:
        packets = self.container.demux(*streams)
        while True:
            try:
                packet = next(packets)
                frames = packet.decode()
            except StopIteration:
                return
            except av.error.EOFError:
                return
            except _BROKEN:
                self._count_damage()
                continue
            for frame in frames:
                if isinstance(frame, (VideoFrame, AudioFrame)):
                    yield frame

    def _count_damage(self) -> None:
        self.damaged += 1
        if self.damaged > MAX_ERRORS:
            raise UnreadableVideo("video.damaged", f"{self.damaged} packets")

    def _take_picture(self, frame: VideoFrame) -> None:
        self._check_size(frame.width, frame.height)
        if frame.time is None or min(frame.width, frame.height) < 16:
            return
        if self.start is None:
            self.start = frame.time
        time = frame.time - self.start
        if self.times and time <= self.times[-1]:
            return  # out of order after damage
        if time > self.limits.decoded_seconds_max:
            raise UnreadableVideo("video.too_long", f"{time:.1f}")
        if len(self.times) > self.limits.decoded_seconds_max * MAX_FRAMES_PER_SECOND:
            raise UnreadableVideo("video.damaged", "too many frames")
        self.times.append(time)
        # Past the accepted length only the clock is followed: the recording is refused for it, its pictures would
        # fill the memory.
        kept_until = self.limits.seconds_max + 1
        period = 1 / self.limits.sample_hertz_max
        if (not self.samples or time >= self.samples[-1].time + period * 0.97) and time <= kept_until:
            self.samples.append(self._reduce(frame, time))

    def _reduce(self, frame: VideoFrame, time: float) -> Sample:
        if self.size is None:
            ratio = min(1.0, self.limits.short_side_max / min(frame.width, frame.height))
            self.size = _even(frame.width * ratio), _even(frame.height * ratio)
        reduced = frame.reformat(width=self.size[0], height=self.size[1], format="yuv420p", interpolation="AREA")
        return Sample(time, np.asarray(reduced.to_ndarray(), np.uint8), int(round(frame.rotation / 90)) % 4)

    def _header_seconds(self, stream: av.VideoStream) -> float | None:
        spans = []
        if stream.duration and stream.time_base:
            spans.append(float(stream.duration * Fraction(stream.time_base)))
        elif self.container.duration:
            spans.append(self.container.duration / av.time_base)
        return max(spans, default=None)


class _Sound:
    """Collects resampled sound at its time stamps; a gap in the stamps stays silent."""

    def __init__(self, max_seconds: float) -> None:
        self.resampler = av.AudioResampler(format="flt", layout="mono", rate=AUDIO_HERTZ)
        self.parts: list[tuple[int, NDArray[np.float32]]] = []
        self.next = 0
        self.max_samples = int(max_seconds + 1) * AUDIO_HERTZ
        self.total = 0
        self.hole = (0, 0)

    def take(self, frame: AudioFrame) -> None:
        if self.total > self.max_samples:
            return
        if frame.time is not None:
            due = int(round(frame.time * AUDIO_HERTZ))
            if not self.parts or due - self.next > AUDIO_GAP_SECONDS * AUDIO_HERTZ:
                if self.parts and due - self.next > self.hole[1]:
                    self.hole = (self.next, due - self.next)
                self.next = due
        for part in self.resampler.resample(frame):
            samples = part.to_ndarray().reshape(-1).astype(np.float32)
            self.parts.append((self.next, samples))
            self.next += samples.size
            self.total += samples.size

    def longest_hole(self, start: float) -> tuple[float, float]:
        return self.hole[0] / AUDIO_HERTZ - start, self.hole[1] / AUDIO_HERTZ

    def finish(self, start: float, last_picture: float) -> tuple[NDArray[np.float32], float]:
        origin = int(round(start * AUDIO_HERTZ))
        end = max((position + samples.size for position, samples in self.parts), default=origin) - origin
        track = np.zeros(min(max(end, 0, int(last_picture * AUDIO_HERTZ)), self.max_samples), np.float32)
        for position, samples in self.parts:
            begin = position - origin
            samples = samples[max(0, -begin) :][: max(0, track.size - max(begin, 0))]
            track[max(begin, 0) : max(begin, 0) + samples.size] = samples
        return np.clip(np.nan_to_num(track), -1.0, 1.0), max(end, 0) / AUDIO_HERTZ


def _even(value: float) -> int:
    return max(16, int(round(value / 2)) * 2)
