"""A document laid on a desk and photographed with a phone.

`photograph(front, seed=1)` gives JPEG bytes. One degradation of `DEGRADATIONS` at a time, with a strength of 1 (an inattentive
user), 2 (a bad photo) or 3 (hardly readable); `grid.py` says which of them the evaluation expects to be read.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[Any]  # of uint8
Strength = int
BACKGROUNDS = ("wood", "white", "cloth", "dark", "stone")
SIZES = {"2MP": (1600, 1200), "5MP": (2592, 1944), "12MP": (4000, 3000)}


@dataclass(frozen=True)
class View:
    """How the camera looks at the card. fill: card's width against the picture's. degrees: its turn on the desk.

    lean: how much nearer one edge is than the other, as a share of the card's size. shift: of the middle, as a share of the picture.
    """

    fill: float = 0.82
    degrees: float = 0.0
    lean: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)


def desk(size: tuple[int, int], background: str, random: np.random.Generator) -> Picture:
    """A table top, `size` = (width, height)."""
    width, height = size
    small = random.standard_normal((height // 8 + 1, width // 8 + 1)).astype(np.float32)
    base, grain = {
        "wood": ((150, 112, 78), cv2.GaussianBlur(small, (0, 0), sigmaX=24, sigmaY=1.0)),
        "white": ((226, 224, 220), cv2.GaussianBlur(small, (0, 0), 20)),
        "cloth": ((96, 112, 138), cv2.GaussianBlur(small, (0, 0), 1.2)),
        "dark": ((54, 50, 50), cv2.GaussianBlur(small, (0, 0), 8)),
        "stone": ((168, 164, 158), cv2.GaussianBlur(small, (0, 0), 3)),
    }[background]
    grain = grain / max(float(np.abs(grain).max()), 1e-6)
    grain = cv2.resize(grain, size, interpolation=cv2.INTER_CUBIC)
    swing = 5 if background == "white" else 26
    return np.clip(np.array(base, np.float32) + swing * grain[..., None], 0, 255).astype(np.uint8)


def _corners(card: tuple[int, int], size: tuple[int, int], view: View) -> NDArray[np.float32]:
    """Where the card's four corners fall in the picture."""
    width, height = card
    scale = min(view.fill * size[0] / width, 0.94 * view.fill / 0.82 * size[1] / height)
    points = np.array([[-width, -height], [width, -height], [width, height], [-width, height]], np.float32) / 2 * scale
    nearness = 1 + view.lean * np.array([-0.6, 0.25, 1.0, -0.2], np.float32)
    points = points * nearness[:, None]
    angle = np.deg2rad(view.degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    points = points @ turn.T
    middle = np.array([(0.5 + view.shift[0]) * size[0], (0.5 + view.shift[1]) * size[1]], np.float32)
    reach = np.abs(points).max(axis=0) / (np.array(size, np.float32) / 2 * 0.98)
    if not any(view.shift):
        points /= max(1.0, float(reach.max()))
    return np.asarray(points + middle, np.float32)


def lay(card: Picture, scene: Picture, view: View) -> Picture:
    """The card on the scene, with rounded corners and a soft shadow."""
    height, width = card.shape[:2]
    size = (scene.shape[1], scene.shape[0])
    corners = _corners((width, height), size, view)
    matrix = cv2.getPerspectiveTransform(
        np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32), corners
    )
    mask = np.zeros((height, width), np.uint8)
    radius = round(min(width, height) * 0.055)
    cv2.rectangle(mask, (radius, 0), (width - radius, height), 255, -1)
    cv2.rectangle(mask, (0, radius), (width, height - radius), 255, -1)
    for x, y in (
        (radius, radius),
        (width - radius, radius),
        (radius, height - radius),
        (width - radius, height - radius),
    ):
        cv2.circle(mask, (x, y), radius, 255, -1)
    shrink = cv2.norm(corners[1] - corners[0]) / width
    smooth = cv2.GaussianBlur(card, (0, 0), 0.45 / shrink) if shrink < 0.8 else card
    laid = cv2.warpPerspective(smooth, matrix, size, flags=cv2.INTER_CUBIC)
    opacity = cv2.warpPerspective(mask, matrix, size, flags=cv2.INTER_LINEAR)
    quarter = (size[0] // 4, size[1] // 4)
    shadow = cv2.GaussianBlur(cv2.resize(opacity, quarter, interpolation=cv2.INTER_AREA), (0, 0), quarter[0] / 90)
    shadow = cv2.warpAffine(shadow, np.array([[1, 0, quarter[0] / 160], [0, 1, quarter[0] / 110]], np.float32), quarter)
    shadow = cv2.resize(shadow, size)
    dark = cv2.multiply(scene, cv2.merge([255 - cv2.convertScaleAbs(shadow, alpha=0.5)] * 3), scale=1 / 255)
    opaque = cv2.merge([opacity] * 3)
    return cv2.add(cv2.multiply(laid, opaque, scale=1 / 255), cv2.multiply(dark, 255 - opaque, scale=1 / 255))


def _light(picture: Picture, random: np.random.Generator) -> Picture:
    """A lamp on one side, a little colour cast, the sensor's noise."""
    height, width = picture.shape[:2]
    angle = random.uniform(0, 2 * np.pi)
    y, x = np.mgrid[-1:1:32j, -1:1:32j].astype(np.float32)
    slope = 1 + random.uniform(0.03, 0.12) * (x * np.cos(angle) + y * np.sin(angle))
    slope = cv2.resize(slope.astype(np.float32), (width, height))
    cast = np.array([random.uniform(0.95, 1.04), 1.0, random.uniform(0.93, 1.03)], np.float32)
    lit = picture.astype(np.float32) * slope[..., None] * cast
    noise = random.standard_normal((height // 2, width // 2)).astype(np.float32) * 2.2
    lit += cv2.resize(noise, (width, height), interpolation=cv2.INTER_NEAREST)[..., None]
    return np.clip(lit, 0, 255).astype(np.uint8)


# Degradations of the picture: strengths 1, 2, 3. Lengths are shares of the picture's width, so that they mean the same at any size.


def blur(picture: Picture, strength: Strength, random: np.random.Generator) -> Picture:
    """Out of focus."""
    return cv2.GaussianBlur(picture, (0, 0), (0, 1.2, 2.2, 4.0)[strength] * picture.shape[1] / 1600)


def motion(picture: Picture, strength: Strength, random: np.random.Generator) -> Picture:
    """The hand moved while the shutter was open."""
    length = max(3, round((0, 5, 9, 16)[strength] * picture.shape[1] / 1600)) | 1
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1
    turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), random.uniform(0, 180), 1)
    kernel = cv2.warpAffine(kernel, turn, (length, length))
    return cv2.filter2D(picture, -1, kernel / kernel.sum())


def glare(picture: Picture, strength: Strength, random: np.random.Generator) -> Picture:
    """A lamp mirrored by the plastic: 1 beside the text, 2 across some of it, 3 over the lower lines."""
    height, width = picture.shape[:2]
    layer = np.zeros((height, width), np.uint8)
    across = random.uniform(0.25, 0.75)
    down = {1: random.uniform(0.2, 0.35), 2: random.uniform(0.4, 0.6), 3: random.uniform(0.62, 0.74)}[strength]
    axes = (round(width * (0, 0.04, 0.07, 0.11)[strength]), round(width * (0, 0.025, 0.04, 0.05)[strength]))
    cv2.ellipse(layer, (round(width * across), round(height * down)), axes, random.uniform(-30, 30), 0, 360, 255, -1)
    layer = cv2.GaussianBlur(layer, (0, 0), width / 110)
    return cv2.add(picture, cv2.merge([layer, layer, cv2.convertScaleAbs(layer, alpha=0.96)]))


def dark(picture: Picture, strength: Strength, random: np.random.Generator) -> Picture:
    """Too little light, with the noise that comes with it."""
    level, grain = (0, 0.5, 0.3, 0.16)[strength], (0, 3, 6, 9)[strength]
    noise = random.standard_normal(picture.shape[:2]).astype(np.float32)[..., None] * grain
    return np.clip(picture.astype(np.float32) * level + noise, 0, 255).astype(np.uint8)


def bright(picture: Picture, strength: Strength, random: np.random.Generator) -> Picture:
    """Over-exposed."""
    return cv2.convertScaleAbs(picture, alpha=(0, 1.25, 1.6, 2.1)[strength], beta=(0, 10, 22, 36)[strength])


def black_and_white(picture: Picture, strength: Strength, random: np.random.Generator) -> Picture:
    """A photocopy: 1 grey, 2 with harsh contrast, 3 nearly two tones."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    gain = (0, 1.0, 1.7, 3.0)[strength]
    return cv2.merge([np.clip((grey - 138) * gain + 150, 0, 255).astype(np.uint8)] * 3)


def jpeg(picture: Picture, strength: Strength, random: np.random.Generator) -> Picture:
    """Compressed by a messaging application."""
    data = encode_jpeg(picture, (0, 35, 18, 9)[strength])
    return np.asarray(Image.open(io.BytesIO(data)))


# Degradations of the view.


def perspective(view: View, strength: Strength, random: np.random.Generator) -> View:
    return replace(view, lean=float((0, 0.08, 0.16, 0.26)[strength] * random.choice((-1, 1))))


def rotation(view: View, strength: Strength, random: np.random.Generator) -> View:
    """1 a tilt, 2 a strong tilt, 3 sideways or upside down with a tilt (no EXIF to help)."""
    turned = random.choice((90, 180, 270)) if strength == 3 else 0
    return replace(view, degrees=float(turned + random.choice((-1, 1)) * (0, 7, 16, 4)[strength]))


def small(view: View, strength: Strength, random: np.random.Generator) -> View:
    """Held too far away."""
    return replace(view, fill=(0, 0.55, 0.4, 0.26)[strength])


def cut_off(view: View, strength: Strength, random: np.random.Generator) -> View:
    """Part of the card is outside the picture: 1 its margin, 2 and 3 its text."""
    way = random.choice((-1, 1))
    return replace(view, shift=(float(way * (0, 0.11, 0.22, 0.34)[strength]), float((0, 0.02, 0.05, 0.1)[strength])))


# Degradation of the card itself.


def screen(card: Picture, strength: Strength, random: np.random.Generator) -> Picture:
    """The card shown by a screen: its grid of coloured dots, which the camera turns into moiré, its cold light."""
    height, width = card.shape[:2]
    pitch = (0, 3.0, 3.7, 4.6)[strength]  # card pixels for a dot of three colours
    y, x = np.mgrid[:height, :width].astype(np.float32)
    turn = random.uniform(-0.03, 0.03)
    across, down = (x + turn * y) / pitch, (y - turn * x) / pitch
    dots = np.stack([0.5 + 0.5 * np.cos(2 * np.pi * (across - third / 3)) for third in range(3)], axis=-1)
    rows = 0.86 + 0.14 * np.cos(2 * np.pi * down)
    deep = (0, 0.35, 0.5, 0.65)[strength]
    shown = card.astype(np.float32) * (1 - deep + deep * 2 * dots * rows[..., None]) * 0.92
    return np.clip(shown * np.array([0.94, 1.0, 1.09], np.float32) + 10, 0, 255).astype(np.uint8)


OF_CARD: dict[str, Callable[[Picture, Strength, np.random.Generator], Picture]] = {"screen": screen}
OF_VIEW: dict[str, Callable[[View, Strength, np.random.Generator], View]] = {
    "perspective": perspective,
    "rotation": rotation,
    "small": small,
    "cut_off": cut_off,
}
OF_PICTURE: dict[str, Callable[[Picture, Strength, np.random.Generator], Picture]] = {
    "blur": blur,
    "motion": motion,
    "glare": glare,
    "dark": dark,
    "bright": bright,
    "black_and_white": black_and_white,
    "jpeg": jpeg,
}
DEGRADATIONS: tuple[str, ...] = (*OF_PICTURE, *OF_VIEW, *OF_CARD)


def photograph(
    card: Image.Image,
    *,
    seed: int = 0,
    size: str = "2MP",
    background: str = "",
    degradation: str = "",
    strength: Strength = 1,
    quality: int = 88,
) -> bytes:
    """A JPEG of the card as a phone would take it; the same arguments give the same bytes.

    size: one of `SIZES`. background: one of `BACKGROUNDS`, empty for one drawn by the seed. degradation: one of
    `DEGRADATIONS` or empty. strength: 1 to 3. Raises ValueError for anything else.
    """
    if degradation and degradation not in DEGRADATIONS:
        raise ValueError(f"no degradation {degradation!r}, there are {', '.join(DEGRADATIONS)}")
    if strength not in {1, 2, 3}:
        raise ValueError("strength is 1, 2 or 3")
    if size not in SIZES or (background and background not in BACKGROUNDS):
        raise ValueError(f"size is one of {', '.join(SIZES)}, background one of {', '.join(BACKGROUNDS)}")
    random = np.random.default_rng([seed, 7])
    ground = background or BACKGROUNDS[int(random.integers(len(BACKGROUNDS)))]
    view = View(
        fill=float(random.uniform(0.74, 0.88)),
        degrees=float(random.uniform(-2, 2)),
        lean=float(random.uniform(-0.02, 0.02)),
    )
    pixels = np.asarray(card.convert("RGB"))
    if degradation in OF_CARD:
        pixels = OF_CARD[degradation](pixels, strength, random)
    if degradation in OF_VIEW:
        view = OF_VIEW[degradation](view, strength, random)
    if SIZES[size][0] > 2.2 * pixels.shape[1]:
        pixels = cv2.resize(pixels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    picture = _light(lay(pixels, desk(SIZES[size], ground, random), view), random)
    if degradation in OF_PICTURE:
        picture = OF_PICTURE[degradation](picture, strength, random)
    return encode_jpeg(picture, quality)


def encode_jpeg(picture: Picture, quality: int = 88) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality)
    return out.getvalue()
