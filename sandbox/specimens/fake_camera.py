"""A person in front of the camera and microphone that a browser fakes from files.

Chromium (`--use-fake-device-for-media-stream --use-file-for-fake-video-capture=… --use-file-for-fake-audio-capture=…`) plays both
files from their beginning when the page opens the camera, and over again at their end. The recording begins later, when somebody
clicks, and the digits appear at times that only the server knows. So:

- the microphone says the three digits in turn, one every `SPEECH_PERIOD` seconds, for ever: whenever a digit appears, a new burst of
  speech begins within that time;
- the camera shows a face at rest for the first nine seconds of each loop of `LOOP_SECONDS`, then the gesture; the sheet with written
  digits before it. A recording that begins within `START_WINDOW` of a loop's start sees a neutral face first and then everything.

A script that cannot be that quick waits: `FakeCamera.wait(seconds since the camera was opened)` says how long.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sandbox.specimens.documents import Document
from sandbox.specimens.encode import write_mjpeg, write_wav, write_y4m
from sandbox.specimens.faces import FACES
from sandbox.specimens.handwriting import sheet
from sandbox.specimens.heads import Head
from sandbox.specimens.people import Person
from sandbox.specimens.scene import Held, Script, Stage
from sandbox.specimens.video import LOOKS, Challenge, show
from sandbox.specimens.voices import VOICES_OF, soundtrack

LOOP_SECONDS = 18.0
START_WINDOW = (0.2, 5.0)
SHEET = (4.6, 8.6)
GESTURE = (9.2, 12.6)
SPEECH_PERIOD = 1.2
MJPEG_RATE = 30  # what Chromium plays such a file at


@dataclass(frozen=True)
class FakeCamera:
    """The two files, and when a recording may begin."""

    video: Path
    audio: Path
    loop_seconds: float = LOOP_SECONDS
    start_window: tuple[float, float] = START_WINDOW

    def wait(self, opened_for: float) -> float:
        """How many seconds to wait before starting to record, when the camera has been open for `opened_for` seconds."""
        phase = opened_for % self.loop_seconds
        start, end = self.start_window
        if start <= phase <= end:
            return 0.0
        return start - phase if phase < start else self.loop_seconds - phase + start

    def browser_arguments(self) -> list[str]:
        return [
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={self.video}",
            f"--use-file-for-fake-audio-capture={self.audio}",
        ]


def make_fake_camera(
    person: Person,
    challenge: Challenge,
    folder: Path,
    *,
    document: Document,
    seed: int = 0,
    face: str | None = None,
    digits: str | None = None,
    gesture: str | None = None,
    silent: bool = False,
    size: str = "vga",
    rate: int = 15,
    form: str = "y4m",
) -> FakeCamera:
    """Write `camera.y4m` (or `camera.mjpeg`, a tenth of its size) and `microphone.wav` into `folder`.

    `person` does what `challenge` asks; `face`, `digits`, `gesture` (a `Gesture` or `none`) and `silent` make her somebody
    else, or do something else. form: «y4m» or «mjpeg».
    """
    if form not in {"y4m", "mjpeg"}:
        raise ValueError("form is y4m or mjpeg")
    look = replace(LOOKS[size], rate=rate)
    digits = challenge.digits if digits is None else digits
    gesture = challenge.gesture if gesture is None else gesture
    held: list[Held] = []
    utterances: list[tuple[float, str]] = []
    if challenge.form == "written":
        held.append(Held(sheet(digits, seed=seed), *SHEET, 0.34 if size == "hd" else 0.44, (0.5, 0.8)))
    elif not silent:
        count = int(LOOP_SECONDS / SPEECH_PERIOD)
        utterances = [(0.3 + SPEECH_PERIOD * number, digits[number % len(digits)]) for number in range(count)]
    turns: list[tuple[float, float, float]] = []
    if gesture in {"turn_left", "turn_right"}:
        turns.append((*GESTURE, 31.0 if gesture == "turn_left" else -31.0))
    elif gesture == "show_document":
        held.append(show(document, *GESTURE, look))
    voice = VOICES_OF[person.sex][person.seed % len(VOICES_OF[person.sex])]
    sound, mouth = soundtrack(LOOP_SECONDS, utterances, voice, seed=seed, noise=0.0 if silent else 0.002)
    head = Head(FACES[face or person.face])
    stage = Stage(look, seed=seed)
    frames = stage.frames(LOOP_SECONDS, lambda _time: head, Script(turns=turns, mouth=mouth, held=held))
    camera = FakeCamera(video=folder / f"camera.{form}", audio=folder / "microphone.wav")
    if form == "y4m":
        write_y4m(frames, camera.video, size=look.size, rate=rate)
    else:
        write_mjpeg(_repeated(frames, MJPEG_RATE // rate), camera.video)
    write_wav(sound, camera.audio)
    return camera


def _repeated(frames: Iterator[NDArray[np.uint8]], times: int) -> Iterator[NDArray[np.uint8]]:
    for frame in frames:
        for _ in range(max(1, times)):
            yield frame
