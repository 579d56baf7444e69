"""French digits spoken by synthetic voices.

`assets/voices/<voice>.ogg` holds the ten digits, digit d in the second [d, d + 1). They were spoken by espeak-ng (its output
carries no licence of its own) with `python -m tools.record_voices`, so that a machine without espeak-ng has them.
"""

from functools import cache
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000
FOLDER = Path(__file__).parent / "assets" / "voices"
VOICES = tuple(sorted(path.stem for path in FOLDER.glob("*.ogg")))
VOICES_OF = {"F": tuple(v for v in VOICES if v.startswith("f_")), "M": tuple(v for v in VOICES if v.startswith("m_"))}

Samples = NDArray[np.float32]


@cache
def _recording(voice: str) -> Samples:
    if voice not in VOICES:
        raise ValueError(f"no voice {voice!r}, there are {', '.join(VOICES)}")
    with av.open(str(FOLDER / f"{voice}.ogg")) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        chunks = [out.to_ndarray() for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    recording: Samples = np.concatenate(chunks, axis=1)[0].astype(np.float32)
    return recording


def spoken_digit(digit: str, voice: str) -> Samples:
    """One digit as samples in -1..1 at 48 kHz, without the silence around it."""
    recording = _recording(voice)
    clip = recording[int(digit) * RATE : int((int(digit) + 0.93) * RATE)]
    loud = np.flatnonzero(np.abs(clip) > 0.02)
    return clip[max(0, loud[0] - 480) : loud[-1] + 960]


def soundtrack(
    duration: float, utterances: list[tuple[float, str]], voice: str, *, seed: int, noise: float = 0.002
) -> tuple[Samples, NDArray[np.float32]]:
    """Speech with the digit of each `(time, digit)` starting at its time, over the noise of a quiet room.

    Returns the samples and how open the mouth is (0..1), a hundred values a second.
    """
    random = np.random.default_rng(seed)
    samples = (noise * random.standard_normal(int(duration * RATE))).astype(np.float32)
    for time, digit in utterances:
        clip = spoken_digit(digit, voice)[: max(0, len(samples) - int(time * RATE))]
        samples[int(time * RATE) : int(time * RATE) + len(clip)] += clip * np.float32(random.uniform(0.55, 0.8))
    samples = np.clip(samples, -1, 1)
    level = np.sqrt(np.mean(samples[: len(samples) // 480 * 480].reshape(-1, 480) ** 2, axis=1))
    level = np.convolve(np.maximum(level - 4 * noise, 0), np.ones(6) / 6, mode="same")
    return samples, np.clip(level / 0.12, 0, 1).astype(np.float32)
