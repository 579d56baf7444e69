"""Face videos of invented people who do, or fail to do, what a challenge asks.

`make_bona_fide` gives a `Recording` of somebody who does what she is asked; `attacks.make_attack` the others, made of the same parts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sandbox.specimens.documents import Document
from sandbox.specimens.encode import MIME, encode
from sandbox.specimens.faces import FACES
from sandbox.specimens.handwriting import sheet
from sandbox.specimens.heads import Head
from sandbox.specimens.people import Person
from sandbox.specimens.scene import Held, Look, Script, Stage
from sandbox.specimens.voices import VOICES_OF, Samples, soundtrack
from verification.checks.video.challenge import Form, Gesture

LOOKS = {
    "vga": Look(),
    "hd": Look(size=(1280, 720), rate=15, eye_distance=0.17),
    "phone": Look(size=(720, 1280), rate=15, eye_distance=0.2),
}
CONDITIONS = ("", "glasses", "dark_room", "phone_portrait", "noise")


@dataclass(frozen=True)
class Challenge:
    """digits: three of 0-9. shown_at, gesture_at: seconds from the start of the recording at which each is asked for."""

    digits: str = "472"
    form: Form = Form.SPOKEN
    gesture: Gesture = Gesture.TURN_LEFT
    shown_at: tuple[float, ...] = (2.0, 3.85, 5.7)
    gesture_at: float = 7.7

    def __post_init__(self) -> None:
        if len(self.digits) != 3 or not (self.digits.isascii() and self.digits.isdigit()):
            raise ValueError("a challenge has three digits")
        if self.form not in list(Form) or self.gesture not in list(Gesture):
            raise ValueError(f"form is one of {', '.join(Form)}; gesture one of {', '.join(Gesture)}")


@dataclass(frozen=True, kw_only=True)
class Recording:
    """data: the file. document: the accepted one of the person it claims to be. species: empty for bona fide. earlier: what is replayed."""

    data: bytes
    form: str
    challenge: Challenge
    person: Person
    document: Document
    species: str = ""
    condition: str = ""
    earlier: bytes | None = None
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        return MIME[self.form]

    def as_json(self) -> dict[str, Any]:
        return {
            "person": self.person.as_json(),
            "document": self.document.as_json(),
            "digits": self.challenge.digits,
            "form": self.challenge.form,
            "gesture": self.challenge.gesture,
            "shown_at": list(self.challenge.shown_at),
            "species": self.species or "bona_fide",
            "condition": self.condition,
            "content_type": self.content_type,
            "bytes": len(self.data),
            **self.notes,
        }


@dataclass
class Performance:
    """Everything that is needed to draw and hear one recording."""

    stage: Stage
    script: Script
    sound: Samples | None
    duration: float

    def frames(self, head: Head, *, until: float | None = None) -> Iterator[NDArray[np.uint8]]:
        return self.stage.frames(until or self.duration, lambda _time: head, self.script)


def look_of(condition: str, size: str = "vga") -> Look:
    """The frame and room of one of `CONDITIONS`. Raises ValueError for another."""
    if condition not in CONDITIONS or size not in LOOKS:
        raise ValueError(f"condition is one of {', '.join(filter(None, CONDITIONS))}; size one of {', '.join(LOOKS)}")
    look = LOOKS["phone"] if condition == "phone_portrait" else LOOKS[size]
    if condition == "dark_room":
        return replace(look, light=0.38, noise=5.0)
    if condition == "noise":
        return replace(look, noise=7.0)
    return look


def perform(
    person: Person,
    challenge: Challenge,
    document: Document,
    look: Look,
    *,
    seed: int,
    digits: str | None = None,
    gesture: str | None = None,
) -> Performance:
    """What `person` does when she is asked for `challenge`; `digits` and `gesture` when she does something else.

    gesture: a `Gesture`, or `none`.
    """
    random = np.random.default_rng([seed, 23])
    digits = digits if digits is not None else challenge.digits
    gesture = gesture if gesture is not None else challenge.gesture
    tall = look.size[1] > look.size[0]
    held: list[Held] = []
    spoken: list[tuple[float, str]] = []
    begin = challenge.gesture_at
    if challenge.form == "spoken":
        spoken = [
            (shown + float(random.uniform(0.45, 0.8)), digit)
            for shown, digit in zip(challenge.shown_at, digits, strict=False)
        ]
    else:
        start = max(
            0.6, challenge.gesture_at - 3.1
        )  # a quick writer: all three digits are there when the gesture is asked for
        paper = sheet(digits, seed=seed) if digits else sheet("", seed=seed)
        width = 0.62 if tall else 0.34 if look.size[0] > 1.5 * look.size[1] else 0.44
        held.append(Held(paper, start, start + 2.8, width, (0.5, 0.8), 0.0))
    begin += float(random.uniform(0.2, 0.5))
    end = begin + 2.1
    turns: list[tuple[float, float, float]] = []
    if gesture in {"turn_left", "turn_right"}:
        turns.append((begin, end, float(random.uniform(27, 33)) * (1 if gesture == "turn_left" else -1)))
    elif gesture == "show_document":
        end = begin + 2.7
        held.append(show(document, begin, end, look))
    duration = min(14.6, end + float(random.uniform(0.4, 0.7)))
    voice = VOICES_OF[person.sex][person.seed % len(VOICES_OF[person.sex])]
    sound, mouth = soundtrack(duration, spoken, voice, seed=seed)
    script = Script(turns=turns, mouth=mouth, held=held)
    return Performance(Stage(look, seed=seed), script, sound, duration)


def show(document: Document, start: float, end: float, look: Look) -> Held:
    """The front of the document held beside the face, as large as the frame allows."""
    width, height = look.size
    picture = np.asarray(document.front)
    if height > width:
        return Held(picture, start, end, 0.84, (0.5, 0.76), 0.0)
    if width > 1.5 * height:
        return Held(picture, start, end, 0.46, (0.72, 0.66), -0.2)
    return Held(picture, start, end, 0.58, (0.68, 0.73), -0.2)


def make_bona_fide(
    person: Person,
    challenge: Challenge,
    *,
    document: Document,
    seed: int = 0,
    condition: str = "",
    size: str = "vga",
    form: str = "webm",
    rate: float = 15,
) -> Recording:
    """A person who does what she is asked. condition: one of `CONDITIONS`. size: one of `LOOKS`. form: one of `encode.FORMATS`."""
    look = replace(look_of(condition, size), rate=rate)
    performance = perform(person, challenge, document, look, seed=seed)
    head = Head(FACES[person.face], glasses=condition == "glasses")
    data = encode(
        performance.frames(head), performance.sound, size=look.size, rate=look.rate, form=form, jitter=0.012, seed=seed
    )
    return Recording(data=data, form=form, challenge=challenge, person=person, document=document, condition=condition)
