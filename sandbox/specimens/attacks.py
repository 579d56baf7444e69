"""Presentation attacks, one species each (ISO/IEC 30107-3), made of the same parts as the bona fide videos.

`make_attack("still_image", …)` gives a recording that claims to be `person` and is not somebody alive doing what she was asked.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sandbox.specimens.documents import Document, draw_document
from sandbox.specimens.encode import encode, reencode
from sandbox.specimens.faces import FACES
from sandbox.specimens.heads import Head
from sandbox.specimens.people import Person, make_person
from sandbox.specimens.photograph import screen
from sandbox.specimens.scene import Look, Stage, Sway, ramp
from sandbox.specimens.video import Challenge, Performance, Recording, look_of, make_bona_fide, perform
from sandbox.specimens.voices import RATE
from verification.checks.video.challenge import Form

Picture = NDArray[Any]  # of uint8


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What an attack is made from."""

    person: Person
    challenge: Challenge
    document: Document
    seed: int
    look: Look
    condition: str
    size: str
    form: str

    @property
    def random(self) -> np.random.Generator:
        return np.random.default_rng([self.seed, 29])

    def performance(self, *, digits: str | None = None, gesture: str | None = None) -> Performance:
        return perform(
            self.person, self.challenge, self.document, self.look, seed=self.seed, digits=digits, gesture=gesture
        )

    def head(self) -> Head:
        return Head(FACES[self.person.face], glasses=self.condition == "glasses")

    def record(self, frames: Iterator[Picture], performance: Performance, *, silent: bool = False) -> bytes:
        return encode(
            frames,
            None if silent else performance.sound,
            size=self.look.size,
            rate=self.look.rate,
            form=self.form,
            jitter=0.012,
            seed=self.seed,
        )


Made = tuple[bytes, dict[str, Any]]


def impostor_of(person: Person, seed: int) -> Person:
    """Somebody else of the same sex where the set of faces has one."""
    others = [name for name, face in FACES.items() if name != person.face and face.sex == person.sex]
    others = others or [name for name in FACES if name != person.face]
    if not others:
        raise ValueError("the set of faces has one face only")
    return make_person(seed + 50_000, face=others[seed % len(others)])


def other_digits(digits: str, random: np.random.Generator) -> str:
    """Three digits, at least one of which differs."""
    changed = list(digits)
    for place in random.choice(3, size=int(random.integers(1, 4)), replace=False):
        changed[place] = str((int(changed[place]) + int(random.integers(1, 10))) % 10)
    return "".join(changed)


# A flat picture of the person, held before the camera.


def _flat(attempt: Attempt, *, on_screen: bool) -> Iterator[Picture]:
    """A print or a screen that a hand tilts and moves; «turned» towards the side asked for."""
    look, random = attempt.look, attempt.random
    stage = Stage(look, seed=attempt.seed)
    performance = attempt.performance()
    face = attempt.head().pixels
    wall = np.full((720, 600, 3), 205, np.uint8)
    opacity = face[..., 3:] / 255.0
    portrait = (face[..., :3] * opacity + wall * (1 - opacity)).astype(np.uint8)
    if on_screen:
        portrait = screen(cv2.resize(portrait, None, fx=1.6, fy=1.6), 1, random)
        flat = cv2.copyMakeBorder(portrait, 30, 60, 30, 30, cv2.BORDER_CONSTANT, value=(16, 16, 18))
    else:
        paper = portrait.astype(np.float32) * 0.88 + 18 + random.normal(0, 3, portrait.shape)
        flat = cv2.copyMakeBorder(
            np.clip(paper, 0, 255).astype(np.uint8), 26, 26, 26, 26, cv2.BORDER_CONSTANT, value=(236, 234, 230)
        )
    width, height = look.size
    rows, columns = flat.shape[:2]
    tall = 1.16 * stage.base * look.eye_distance / 0.165
    source = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    tilt = Sway(random, 0.25)
    for number in range(int(performance.duration * look.rate)):
        time = number / look.rate
        frame = stage.room[12 : 12 + height, 12 : 12 + width].copy()
        swing = 0.05 * tilt(time)
        for start, end, degrees in performance.script.turns:
            swing += np.sign(degrees) * 0.5 * ramp(time, start, end, rise=0.5)
        wide = tall * columns / rows * np.cos(swing)
        corners = np.array([[-wide, -tall], [wide, -tall], [wide, tall], [-wide, tall]], np.float32) / 2
        near = np.array([1 - 0.35 * swing, 1 + 0.35 * swing, 1 + 0.35 * swing, 1 - 0.35 * swing], np.float32)
        corners[:, 1] *= near
        middle = (
            width * (0.5 + 0.015 * stage.sway["hand"](time)),
            height * (0.5 + 0.015 * stage.sway["hand"](time + 4)),
        )
        matrix = cv2.getPerspectiveTransform(source, (corners + middle).astype(np.float32))
        laid = cv2.warpPerspective(flat, matrix, look.size, flags=cv2.INTER_AREA)
        cover = cv2.warpPerspective(np.full(flat.shape[:2], 255, np.uint8), matrix, look.size)
        cv2.copyTo(laid, cover, frame)
        for held in performance.script.held:
            stage._hold(frame, held, time, FACES[attempt.person.face].skin)
        yield stage.develop(frame, time)


def printed_photo(attempt: Attempt) -> Made:
    """A printed portrait held and tilted, somebody else speaking behind it."""
    return attempt.record(_flat(attempt, on_screen=False), attempt.performance()), {}


def photo_on_screen(attempt: Attempt) -> Made:
    """A portrait on a telephone's screen, with its dots and its frame."""
    return attempt.record(_flat(attempt, on_screen=True), attempt.performance()), {}


def still_image(attempt: Attempt) -> Made:
    """One picture of the person for the whole recording, with the shake, zoom and tilt of a hand, and live noise."""

    def frames() -> Iterator[Picture]:
        look, random = attempt.look, attempt.random
        stage = Stage(look, seed=attempt.seed)
        performance = attempt.performance()
        quiet = replace(look, noise=0.0)
        first = Stage(quiet, seed=attempt.seed).frame(0.8, attempt.head(), performance.script)
        width, height = look.size
        moves = [Sway(random, speed) for speed in (0.9, 0.8, 0.4, 0.3)]
        for number in range(int(performance.duration * look.rate)):
            time = number / look.rate
            matrix = cv2.getRotationMatrix2D(
                (width / 2, height / 2), 2.5 * moves[2](time), 1.06 + 0.05 * moves[3](time)
            )
            matrix[:, 2] += (0.014 * width * moves[0](time), 0.014 * width * moves[1](time))
            moved = cv2.warpAffine(first, matrix, look.size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
            yield stage.develop(moved, time)

    return attempt.record(frames(), attempt.performance()), {}


# A recording that was made before.


def _earlier(attempt: Attempt) -> bytes:
    return make_bona_fide(
        attempt.person,
        attempt.challenge,
        document=attempt.document,
        seed=attempt.seed,
        condition=attempt.condition,
        size=attempt.size,
        form=attempt.form,
        rate=attempt.look.rate,
    ).data


def replayed(attempt: Attempt) -> Made:
    """The same file handed in again; `earlier` is the recording that was accepted before."""
    data = _earlier(attempt)
    return data, {"earlier": data}


def replayed_reencoded(attempt: Attempt) -> Made:
    """An earlier recording in another format, size and frame rate."""
    data = _earlier(attempt)
    width, height = attempt.look.size
    factor = float(attempt.random.choice([0.6, 0.75, 0.85]))
    size = (round(width * factor / 2) * 2, round(height * factor / 2) * 2)
    form = "webm" if attempt.form == "mp4" else "mp4"
    return reencode(data, form=form, size=size, rate=12), {"earlier": data, "form": form}


# Somebody alive who does something else.


def wrong_digits_written(attempt: Attempt) -> Made:
    """Other digits on the sheet of paper."""
    attempt = replace(attempt, challenge=replace(attempt.challenge, form=Form.WRITTEN))
    shown = other_digits(attempt.challenge.digits, attempt.random)
    performance = attempt.performance(digits=shown)
    return attempt.record(performance.frames(attempt.head()), performance), {
        "shown_digits": shown,
        "challenge": attempt.challenge,
    }


def wrong_digits_spoken(attempt: Attempt) -> Made:
    """Other digits said at the right times. Nothing here recognises spoken words: only the agent's ears can tell."""
    attempt = replace(attempt, challenge=replace(attempt.challenge, form=Form.SPOKEN))
    said = other_digits(attempt.challenge.digits, attempt.random)
    performance = attempt.performance(digits=said)
    return attempt.record(performance.frames(attempt.head()), performance), {
        "said_digits": said,
        "challenge": attempt.challenge,
    }


def too_few_digits(attempt: Attempt) -> Made:
    """Two digits said instead of three."""
    attempt = replace(attempt, challenge=replace(attempt.challenge, form=Form.SPOKEN))
    performance = attempt.performance(digits=attempt.challenge.digits[:2])
    return attempt.record(performance.frames(attempt.head()), performance), {"challenge": attempt.challenge}


def wrong_gesture(attempt: Attempt) -> Made:
    """Turned to the other side, not at all, or another document shown."""
    asked = attempt.challenge.gesture
    choices = {
        "turn_left": ("turn_right", "none", "show_document"),
        "turn_right": ("turn_left", "none", "show_document"),
        "show_document": ("none", "turn_left", "another_document"),
    }[asked]
    done = choices[attempt.seed % 3]
    if done == "another_document":
        stranger = make_person(attempt.person.seed + 70_001, face=impostor_of(attempt.person, attempt.seed).face)
        other = draw_document(stranger, attempt.document.kind, seed=attempt.seed)
        performance = replace(attempt, document=other).performance()
    else:
        performance = attempt.performance(gesture=done)
    return attempt.record(performance.frames(attempt.head()), performance), {"done": done}


def other_person(attempt: Attempt) -> Made:
    """Somebody else does everything right with the victim's document."""
    impostor = impostor_of(attempt.person, attempt.seed)
    performance = attempt.performance()
    return attempt.record(performance.frames(Head(FACES[impostor.face])), performance), {"impostor": impostor.face}


def face_swap(attempt: Attempt) -> Made:
    """The face changes between two frames, half-way: the victim first, then somebody else, or the other way round."""
    impostor = impostor_of(attempt.person, attempt.seed)
    performance = attempt.performance()
    heads = [attempt.head(), Head(FACES[impostor.face])]
    if attempt.seed % 2:
        heads.reverse()
    half = performance.duration * float(attempt.random.uniform(0.4, 0.6))
    frames = performance.stage.frames(performance.duration, lambda time: heads[time > half], performance.script)
    return attempt.record(frames, performance), {"impostor": impostor.face, "swapped_at": round(half, 2)}


def no_sound(attempt: Attempt) -> Made:
    """No sound track, or one of pure silence."""
    attempt = replace(attempt, challenge=replace(attempt.challenge, form=Form.SPOKEN))
    performance = attempt.performance()
    silent = attempt.seed % 2 == 0
    if not silent:
        performance.sound = np.zeros(int(performance.duration * RATE), np.float32)
    return attempt.record(performance.frames(attempt.head()), performance, silent=silent), {
        "track": not silent,
        "challenge": attempt.challenge,
    }


SPECIES: dict[str, Callable[[Attempt], Made]] = {
    "printed_photo": printed_photo,
    "photo_on_screen": photo_on_screen,
    "still_image": still_image,
    "replayed": replayed,
    "replayed_reencoded": replayed_reencoded,
    "wrong_digits_written": wrong_digits_written,
    "wrong_digits_spoken": wrong_digits_spoken,
    "too_few_digits": too_few_digits,
    "wrong_gesture": wrong_gesture,
    "other_person": other_person,
    "face_swap": face_swap,
    "no_sound": no_sound,
}


def make_attack(
    species: str,
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
    """One attack of `SPECIES`. Raises ValueError for another name. Replays carry the accepted file as `earlier`."""
    if species not in SPECIES:
        raise ValueError(f"no species {species!r}, there are {', '.join(SPECIES)}")
    attempt = Attempt(
        person=person,
        challenge=challenge,
        document=document,
        seed=seed,
        look=replace(look_of(condition, size), rate=rate),
        condition=condition,
        size=size,
        form=form,
    )
    data, notes = SPECIES[species](attempt)
    earlier = notes.pop("earlier", None)
    return Recording(
        data=data,
        form=notes.pop("form", form),
        challenge=notes.pop("challenge", challenge),
        person=person,
        document=document,
        species=species,
        condition=condition,
        earlier=earlier,
        notes=notes,
    )
