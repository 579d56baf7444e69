"""What the camera of a face video sees: a room, a person who moves by a script, things held up to the camera."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sandbox.specimens.faces import EYES
from sandbox.specimens.heads import Head, place

Picture = NDArray[Any]  # of uint8
USUAL_CHIN = 195  # canvas pixels below the eyes


def ramp(time: float, start: float, end: float, *, rise: float = 0.35) -> float:
    """0 before `start`, 1 between, 0 after `end`, smooth for `rise` seconds at both ends."""
    value = min(np.clip((time - start) / rise, 0, 1), np.clip((end - time) / rise, 0, 1))
    return float(value * value * (3 - 2 * value))


@dataclass(frozen=True)
class Held:
    """A card or sheet held up from `start` to `end`. picture: RGB. width and middle: shares of the frame."""

    picture: Picture
    start: float
    end: float
    width: float
    middle: tuple[float, float]
    head_aside: float = 0.0  # how far the head makes room, in shares of the frame's width


@dataclass
class Script:
    """How one person behaves. turns: (start, end, degrees), positive to her own left. mouth: opening, 100 values a second."""

    turns: Sequence[tuple[float, float, float]] = ()
    mouth: NDArray[np.float32] = field(default_factory=lambda: np.zeros(1, np.float32))
    held: Sequence[Held] = ()

    def opening(self, time: float) -> float:
        place_ = int(time * 100)
        return float(self.mouth[place_]) if 0 <= place_ < len(self.mouth) else 0.0


@dataclass(frozen=True, kw_only=True)
class Look:
    """Frame and room. eye_distance: share of the frame's height (of its width in portrait format). light: 1 is a normal room."""

    size: tuple[int, int] = (640, 480)
    rate: float = 15
    eye_distance: float = 0.165
    light: float = 1.0
    noise: float = 2.0
    shake: float = 1.0


def room(size: tuple[int, int], seed: int) -> Picture:
    """A wall with blurred things on it, `size` = (width, height)."""
    random = np.random.default_rng([seed, 17])
    width, height = size
    wall = np.array([random.uniform(150, 220), random.uniform(150, 215), random.uniform(140, 215)], np.float32)
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    picture = wall * (1.02 - 0.25 * np.abs(x - random.uniform(0.2, 0.8)) - 0.1 * y)[..., None]
    for _ in range(int(random.integers(3, 8))):
        left, top = random.uniform(-0.1, 0.95) * width, random.uniform(-0.1, 0.8) * height
        right, bottom = left + random.uniform(0.06, 0.3) * width, top + random.uniform(0.1, 0.5) * height
        colour = tuple(float(v) for v in random.uniform(60, 210) + random.uniform(-28, 28, 3))
        cv2.rectangle(picture, (round(left), round(top)), (round(right), round(bottom)), colour, -1)
    return np.clip(cv2.GaussianBlur(picture, (0, 0), height / 55), 0, 255).astype(np.uint8)


class Sway:
    """Slow, aperiodic movement between -1 and 1: three sines that never meet again."""

    def __init__(self, random: np.random.Generator, speed: float) -> None:
        self.waves = [(random.uniform(0.5, 1.7) * speed, random.uniform(0, 2 * np.pi)) for _ in range(3)]

    def __call__(self, time: float) -> float:
        return float(sum(np.sin(2 * np.pi * f * time + phase) for f, phase in self.waves) / 3)


class Stage:
    """Renders frame after frame of one person in one room; the same arguments give the same frames."""

    def __init__(self, look: Look, *, seed: int) -> None:
        self.look = look
        random = np.random.default_rng([seed, 19])
        width, height = look.size
        margin = 12
        self.room = room((width + 2 * margin, height + 2 * margin), seed)
        self.margin = margin
        self.sway = {name: Sway(random, speed) for name, speed in (
            ("yaw", 0.22), ("pitch", 0.27), ("roll", 0.2), ("x", 0.18), ("y", 0.3), ("size", 0.15), ("hand", 0.8), ("camera", 0.5),
            ("camera_y", 0.6), ("light", 0.4),
        )}  # fmt: skip
        self.blinks = np.cumsum(random.uniform(1.6, 4.2, 40))
        grain = random.standard_normal((6, height // 2, width // 2)).astype(np.float32)
        self.grain = [cv2.resize(g, look.size, interpolation=cv2.INTER_LINEAR) * look.noise * 1.6 for g in grain]
        self.base = min(width, height * 0.8) if height > width else height
        self.rest = float(random.uniform(-2.0, 2.0))  # nobody looks exactly into the lens
        self.middle = (0.5 + float(random.uniform(-0.03, 0.03)), (0.36 if height <= width else 0.34))

    def lids(self, time: float) -> float:
        nearest = float(np.abs(self.blinks - time).min())
        return max(0.0, 1 - nearest / 0.11)

    def frame(self, time: float, head: Head, script: Script) -> Picture:
        """One RGB picture."""
        look, sway = self.look, self.sway
        width, height = look.size
        left = self.margin + round(look.shake * 2 * sway["camera"](time))
        top = self.margin + round(look.shake * 2 * sway["camera_y"](time))
        picture = self.room[top : top + height, left : left + width].copy()
        yaw = self.rest + sum(degrees * ramp(time, start, end, rise=0.5) for start, end, degrees in script.turns)
        aside = sum(held.head_aside * ramp(time, held.start - 0.3, held.end + 0.3) for held in script.held)
        pose = head.pose(
            yaw=yaw + 3.0 * sway["yaw"](time),
            pitch=2.5 * sway["pitch"](time),
            mouth=script.opening(time),
            lids=self.lids(time),
        )
        eyes = (
            (self.middle[0] + aside + 0.012 * sway["x"](time)) * width,
            self.middle[1] * height + 0.008 * height * sway["y"](time),
        )
        # Somebody with a long face sits a little further away.
        fit = min(1.0, USUAL_CHIN / (head.face.chin - EYES[1]))
        distance = look.eye_distance * self.base * fit * (1 + 0.02 * sway["size"](time))
        # The neck stands still while the head turns about it: the canvas follows back half of the face's way.
        back = 0.45 * 140 * np.sin(np.deg2rad(yaw)) * distance / 110
        place(
            pose, picture, eyes=(eyes[0] - float(back), eyes[1]), eye_distance=distance, roll=1.5 * sway["roll"](time)
        )
        for held in script.held:
            self._hold(picture, held, time, head.face.skin)
        return self.develop(picture, time)

    def _hold(self, picture: Picture, held: Held, time: float, skin: tuple[int, int, int]) -> None:
        shown = ramp(time, held.start, held.end, rise=0.4)
        if shown <= 0:
            return
        height, width = picture.shape[:2]
        rows, columns = held.picture.shape[:2]
        wide = held.width * width
        tall = wide * rows / columns
        middle_x = held.middle[0] * width + 0.006 * width * self.sway["hand"](time)
        middle_y = (
            held.middle[1] * height
            + (1 - shown) * (height - held.middle[1] * height + tall)
            + 0.006 * height * self.sway["hand"](time + 9)
        )
        corners = np.array([[-wide, -tall], [wide, -tall], [wide, tall], [-wide, tall]], np.float32) / 2
        lean = 0.012 * self.sway["hand"](time + 5)
        corners *= np.array([[1 + lean], [1 - lean], [1 + lean / 2], [1 - lean / 2]], np.float32)
        angle = np.deg2rad(1.5 + 1.5 * self.sway["hand"](time + 3))
        corners = corners @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], np.float32)
        corners = (corners + (middle_x, middle_y)).astype(np.float32)
        hand = (round(float(corners[2:, 0].mean())), round(float(corners[2:, 1].mean()) + 0.03 * height))
        shade = tuple(int(v * 0.86) for v in skin)
        cv2.ellipse(
            picture, hand, (round(0.085 * self.base), round(0.11 * self.base)), 0, 0, 360, shade, -1, cv2.LINE_AA
        )
        cv2.rectangle(
            picture,
            (hand[0] - round(0.06 * self.base), hand[1]),
            (hand[0] + round(0.06 * self.base), height),
            shade,
            -1,
        )
        source = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
        matrix = cv2.getPerspectiveTransform(source, corners)
        card = held.picture
        if wide < 0.7 * columns:  # reduce first: a warp alone would leave jagged letters
            factor = wide / columns
            card = cv2.resize(card, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
            matrix = matrix @ np.diag([1 / factor, 1 / factor, 1.0])
        laid = cv2.warpPerspective(card, matrix, (width, height), flags=cv2.INTER_LINEAR)
        opacity = cv2.warpPerspective(np.full(card.shape[:2], 255, np.uint8), matrix, (width, height))
        cv2.copyTo(laid, opacity, picture)
        thumb = (
            round(float(corners[2:, 0].mean()) + 0.02 * width),
            round(float(corners[2:, 1].mean()) - 0.012 * height),
        )
        cv2.ellipse(
            picture, thumb, (round(0.022 * self.base), round(0.038 * self.base)), 8, 0, 360, skin, -1, cv2.LINE_AA
        )

    def develop(self, picture: Picture, time: float) -> Picture:
        """Light, flicker and the sensor's noise."""
        level = self.look.light * (1 + 0.012 * self.sway["light"](time))
        grain = self.grain[int(time * self.look.rate * 2) % len(self.grain)]
        noisy = cv2.addWeighted(picture, level, picture, 0, 0).astype(np.float32) + grain[..., None]
        return np.clip(noisy, 0, 255).astype(np.uint8)

    def frames(self, duration: float, head_at: Callable[[float], Head], script: Script) -> Iterator[Picture]:
        for number in range(int(duration * self.look.rate)):
            time = number / self.look.rate
            yield self.frame(time, head_at(time), script)
