"""Small recordings for the tests: drawn by the specimens' own stage, most of them never encoded."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from sandbox.specimens.documents import Document, draw_document
from sandbox.specimens.encode import encode
from sandbox.specimens.faces import FACES, Face
from sandbox.specimens.heads import Head
from sandbox.specimens.people import make_person
from sandbox.specimens.scene import Held, Look, Script, Stage
from sandbox.specimens.voices import RATE, VOICES, Samples, soundtrack
from verification.checks.document_reference import DocumentReference
from verification.checks.video.decode import Recording, Sample
from verification.checks.video.reference import reference_of
from verification.checks.video.thresholds import VideoThresholds

LIMITS = VideoThresholds()
LOOK = Look(size=(640, 480), rate=5)
NAME = "collins"


class Stranger(Face):
    """Somebody else: darker, bearded, with heavy brows; far from the first face for the comparison, too."""

    def pixels(self) -> NDArray[np.uint8]:
        painted = super().pixels().astype(np.float32)
        y, x = np.mgrid[0 : painted.shape[0], 0 : painted.shape[1]].astype(np.float32)
        skin = painted[..., :3] * (0.62, 0.5, 0.42)
        middle, line = self.mouth
        beard = np.clip(1.2 - ((x - middle) / 105) ** 2 - ((y - line - 47) / 85) ** 2, 0, 1)
        beard *= np.clip((y - line + 23) / 30, 0, 1)
        lips = np.clip(1.1 - ((x - middle) / 38) ** 2 - ((y - line - 4) / 13) ** 2, 0, 1)
        dark = 0.85 * np.clip(beard - lips, 0, 1)
        for eye in (245, 355):
            dark = np.maximum(dark, 0.9 * np.clip(1.3 - ((x - eye) / 38) ** 2 - ((y - 272) / 9) ** 2, 0, 1))
        painted[..., :3] = skin * (1 - dark[..., None]) + np.array((26, 20, 17)) * dark[..., None]
        return np.clip(painted, 0, 255).astype(np.uint8)


@cache
def person() -> Head:
    return Head(FACES[NAME])


@cache
def stranger() -> Head:
    face = FACES[NAME]
    return Head(Stranger(**{name: getattr(face, name) for name in face.__dataclass_fields__}))


@cache
def document(seed: int = 3) -> Document:
    return draw_document(make_person(seed, face=NAME), "cnie", seed=seed)


@cache
def reference(seed: int = 3) -> DocumentReference:
    return reference_of(np.asarray(document(seed).front.convert("RGB")))


def held(picture: NDArray[np.uint8], start: float, end: float) -> Held:
    return Held(picture, start, end, 0.58, (0.68, 0.73), -0.2)


def pictures(
    seconds: float = 7.0,
    *,
    script: Script | None = None,
    head_at: Callable[[float], Head] = lambda time: person(),
    look: Look = LOOK,
    seed: int = 1,
) -> list[NDArray[np.uint8]]:
    """RGB pictures, `look.rate` a second."""
    return list(Stage(look, seed=seed).frames(seconds, head_at, script or Script()))


def samples(frames: Sequence[NDArray[np.uint8]], rate: float = LOOK.rate) -> tuple[Sample, ...]:
    """As the decoder gives them."""
    return tuple(Sample(i / rate, cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420)) for i, frame in enumerate(frames))


def speaking(
    seconds: float = 7.0, times: Sequence[float] = (1.2, 2.8, 4.4), digits: str = "472"
) -> tuple[Samples, Script]:
    """Sound, and the mouth that goes with it."""
    sound, mouth = soundtrack(seconds, list(zip(times, digits, strict=True)), VOICES[0], seed=1)
    return sound, Script(mouth=mouth)


def at_16_khz(sound: Samples) -> NDArray[np.float32]:
    return sound[: len(sound) // 3 * 3].reshape(-1, RATE // 16_000).mean(axis=1).astype(np.float32)


def recording(
    taken: Sequence[Sample] = (), *, sound: Samples | None = None, seconds: float = 8.0, **changed: object
) -> Recording:
    """A decoded recording with the given samples, or grey ones that flicker."""
    if not taken:
        rng = np.random.default_rng(0)
        taken = tuple(Sample(i / 5, rng.integers(90, 160, (96, 64), np.uint8)) for i in range(int(seconds * 5)))
    audio = None if sound is None else at_16_khz(sound)
    made = Recording(
        samples=tuple(taken),
        frame_times=np.array([sample.time for sample in taken]),
        audio=audio,
        audio_end=0.0 if audio is None else audio.size / 16_000,
        audio_hole=(0.0, 0.0),
        header_seconds=None,
        width=64,
        height=64,
        codec="vp8",
        damaged=0,
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def noise(
    seconds: float = 3.0, *, size: tuple[int, int] = (96, 64), rate: int = 10, seed: int = 0
) -> list[NDArray[np.uint8]]:
    """Small pictures that differ, for what only looks at the file."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 255, (int(seconds * rate), 6, 8, 3), np.uint8)
    return [cv2.resize(frame, size, interpolation=cv2.INTER_LINEAR) for frame in coarse]


@cache
def file(form: str = "webm", seconds: float = 3.0, *, size: tuple[int, int] = (96, 64), sound: bool = True) -> bytes:
    """A small encoded file."""
    track = 0.1 * np.random.default_rng(1).standard_normal(int(seconds * RATE)).astype(np.float32) if sound else None
    return encode(noise(seconds, size=size), track, size=size, rate=10, form=form)
