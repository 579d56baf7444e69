"""Recordings as files: WebM (VP8, Opus), MP4 and Matroska (H.264, AAC or Opus), and Y4M with WAV for a browser's fake camera."""

import io
import wave
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from sandbox.specimens.voices import RATE, Samples

Picture = NDArray[Any]  # of uint8
# «cpu-used» below zero fixes the effort: above, the encoder looks at the clock and no two runs give the same pictures.
FORMATS = {
    # file name ending: container, video codec, audio codec, options of the video codec
    "webm": ("webm", "libvpx", "libopus", {"deadline": "realtime", "cpu-used": "-8", "lag-in-frames": "0"}),
    "mp4": ("mp4", "libx264", "aac", {"preset": "ultrafast", "tune": "zerolatency"}),
    "mkv": ("matroska", "libx264", "libopus", {"preset": "ultrafast", "tune": "zerolatency"}),
}
MIME = {"webm": "video/webm", "mp4": "video/mp4", "mkv": "video/x-matroska"}


def encode(
    frames: Iterable[Picture],
    sound: Samples | None,
    *,
    size: tuple[int, int],
    rate: float,
    form: str = "webm",
    bit_rate: int = 1_800_000,
    jitter: float = 0.0,
    seed: int = 0,
) -> bytes:
    """A file of one of `FORMATS`.

    frames: RGB pictures of `size` = (width, height), both even. sound: 48 kHz mono, or None for a file without a sound track.
    rate: frames a second; jitter: seconds by which a frame comes late or early, as recorders in browsers do.
    """
    container_name, video_codec, audio_codec, options = FORMATS[form]
    random = np.random.default_rng([seed, 13])
    out = io.BytesIO()
    with av.open(out, "w", format=container_name, options={"fflags": "+bitexact"}) as container:
        video: Any = container.add_stream(video_codec, rate=round(rate), options=options)
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        video.bit_rate = bit_rate
        video.codec_context.time_base = Fraction(1, 1000)
        video.codec_context.thread_count = 1
        audio: Any = None
        if sound is not None:
            audio = container.add_stream(audio_codec, rate=RATE, layout="mono")
            audio.bit_rate = 48_000
        sent = 0
        last = -1
        for number, pixels in enumerate(frames):
            moment = number / rate + (float(random.uniform(-jitter, jitter)) if number else 0.0)
            last = max(last + 1, round(moment * 1000))
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = last, Fraction(1, 1000)
            for packet in video.encode(frame):
                container.mux(packet)
            if audio is not None and sound is not None:
                sent = _send(container, audio, sound, sent, min(len(sound), int((number + 1) / rate * RATE)))
        for packet in video.encode(None):
            container.mux(packet)
        if audio is not None and sound is not None:
            _send(container, audio, sound, sent, len(sound))
            for packet in audio.encode(None):
                container.mux(packet)
    return out.getvalue()


def _send(container: Any, stream: Any, sound: Samples, start: int, end: int) -> int:
    if end > start:
        block = (np.clip(sound[start:end], -1, 1) * 32767).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(block, format="s16", layout="mono")
        frame.rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        for packet in stream.encode(frame):
            container.mux(packet)
    return max(start, end)


def reencode(data: bytes, *, form: str, size: tuple[int, int], rate: float, bit_rate: int = 900_000) -> bytes:
    """The same recording in another format, size and rate, as after a trip through a messaging application."""
    container: Any
    with av.open(io.BytesIO(data)) as container:
        pictures: list[Picture] = []
        times: list[float] = []
        for frame in container.decode(video=0):
            times.append(float(frame.time or 0))
            pictures.append(cv2.resize(frame.to_ndarray(format="rgb24"), size, interpolation=cv2.INTER_AREA))
    with av.open(io.BytesIO(data)) as container:
        sound = None
        if container.streams.audio:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            parts = [out.to_ndarray()[0] for f in container.decode(audio=0) for out in resampler.resample(f)]
            sound = np.concatenate(parts).astype(np.float32)
    moments = np.arange(0, times[-1], 1 / rate)
    chosen = np.clip(np.searchsorted(np.array(times), moments, side="right") - 1, 0, None)
    return encode((pictures[i] for i in chosen), sound, size=size, rate=rate, form=form, bit_rate=bit_rate)


def write_y4m(frames: Iterable[Picture], path: Path, *, size: tuple[int, int], rate: int) -> None:
    """Raw pictures, for `--use-file-for-fake-video-capture`. About 460 kB a picture of 640 × 480."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{size[0]} H{size[1]} F{rate}:1 Ip A1:1 C420jpeg\n".encode())
        for pixels in frames:
            file.write(b"FRAME\n")
            file.write(cv2.cvtColor(pixels, cv2.COLOR_RGB2YUV_I420).tobytes())


def write_wav(sound: Samples, path: Path) -> None:
    """16 bits, 48 kHz, mono, for `--use-file-for-fake-audio-capture`."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype(np.int16).tobytes())


def write_mjpeg(frames: Iterable[Picture], path: Path, *, quality: int = 90) -> None:
    """JPEG pictures one after the other, which Chromium's fake camera plays at 30 a second."""
    last: Picture | None = None
    data = b""
    with path.open("wb") as file:
        for pixels in frames:
            if pixels is not last:
                data = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
                last = pixels
            file.write(data)
