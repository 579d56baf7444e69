"""Colours of a face: skin, lips, age, beard, brows, eyes."""

from dataclasses import dataclass

import cv2
import numpy as np

from sandbox.specimens.faces import EYE_DISTANCE, EYES
from tools.heads.drawing import FINENESS, Array, Paper, both, noise, over, soft, spot, step

SKINS = {
    "caucasian": [(236, 196, 176), (226, 180, 156), (214, 166, 138), (240, 206, 190)],
    "asian": [(226, 186, 148), (212, 168, 128), (232, 196, 160)],
    "african": [(122, 82, 58), (92, 60, 42), (148, 104, 76), (70, 46, 34)],
}
HAIRS = {
    "caucasian": [(48, 36, 28), (84, 58, 36), (128, 92, 54), (184, 148, 92), (30, 26, 24), (120, 62, 34)],
    "asian": [(24, 20, 20), (36, 28, 24)],
    "african": [(20, 17, 16), (34, 26, 22)],
}
IRISES = [(92, 62, 36), (66, 44, 28), (70, 98, 122), (96, 112, 84), (112, 92, 56)]
LIPSTICKS = [(176, 60, 70), (190, 84, 92), (150, 52, 72)]


@dataclass
class Painted:
    """colour: before light, 0 to 255. relief: height of pores and wrinkles. base, hair: the plain colours."""

    colour: Array
    relief: Array
    base: Array
    hair: Array
    beard: str


def paint(
    at: Paper,
    random: np.random.Generator,
    grain: np.random.Generator,
    *,
    sex: str,
    age: float,
    main: str,
    lips: Array,
    skin: Array,
) -> Painted:
    """lips: mask over the picture, 0 to 1; skin: where skin is. `random` decides, `grain` only makes noise."""
    base = np.array(SKINS[main][random.integers(len(SKINS[main]))], float) * random.uniform(0.93, 1.04)
    colour = np.ones((*at.shape, 3)) * base
    blotches = noise(grain, at.shape, 26) * 0.5 + noise(grain, at.shape, 70) * 0.5
    colour *= 1 + 0.022 * blotches[..., None] * np.array([1, 0.9, 0.9])
    flush = random.uniform(0.25, 1) * (0.4 if main == "african" else 1)
    blush = np.clip(0.38 * flush * (both(at, 0.62, 0.72, 0.34, 0.3) + 0.8 * spot(at, 0, 0.72, 0.22, 0.22)), 0, 1)
    colour *= 1 - np.array([0.0, 0.2, 0.22]) * blush[..., None]
    bags = np.clip(both(at, 0.5, 0.2, 0.26, 0.10), 0, 1)
    colour *= 1 - np.array([0.10, 0.13, 0.10]) * random.uniform(0.4, 1.6) * bags[..., None]
    colour *= 1 - np.array([0.06, 0.1, 0.09]) * np.clip(both(at, 0.5, -0.10, 0.26, 0.09), 0, 1)[..., None]
    if random.random() < 0.3 and main == "caucasian":
        freckles = (noise(grain, at.shape, 2.2) > 2.0) * spot(at, 0, 0.5, 0.9, 0.35)
        colour *= 1 - 0.16 * soft(freckles, 1.2)[..., None] * np.array([0.6, 1, 1.2])
    for _ in range(random.integers(0, 5)):
        x, y = random.uniform(-0.9, 0.9), random.uniform(0.1, 1.5)
        size = 0.016 + 0.012 * random.random()
        colour *= 1 - 0.55 * spot(at, x, y, size, size)[..., None]
    tint = base * (np.array([1.02, 0.74, 0.74]) if main == "african" else np.array([0.86, 0.58, 0.58]))
    if sex == "F" and random.random() < 0.45:
        tint = np.array(LIPSTICKS[random.integers(3)], float)
    colour = over(colour, tint, 0.85 * lips)
    relief = _relief(at, grain, age)
    hair = np.array(HAIRS[main][random.integers(len(HAIRS[main]))], float)
    if random.random() < np.clip((age - 42) / 30, 0, 0.95):
        hair = hair * 0.25 + np.array([190, 190, 192]) * random.uniform(0.6, 0.98) * 0.85
    beard = ""
    if sex == "M":
        beard = str(
            random.choice(["clean", "stubble", "full", "moustache", "goatee"], p=[0.42, 0.28, 0.14, 0.08, 0.08])
        )
        colour = over(colour, hair * 0.9, _beard(at, grain, beard, lips) * skin)
    brows = _brows(at, random, sex) * skin * random.uniform(0.8, 1.0)
    colour = over(colour, hair * (0.55 if hair.mean() < 150 else 0.4), brows)
    return Painted(colour, relief, base, hair, beard)


def _relief(at: Paper, grain: np.random.Generator, age: float) -> Array:
    fine = FINENESS / 2
    relief = (noise(grain, at.shape, 1.6) * 0.0022 + noise(grain, at.shape, 4) * 0.003) * fine
    old = float(np.clip((age - 38) / 40, 0, 1))
    if old > 0:
        forehead = noise(grain, at.shape, 28, 2.2) * spot(at, 0, -0.95, 0.8, 0.33)
        crow = both(at, 1.02, 0.04, 0.2, 0.22) * noise(grain, at.shape, 9, 2.4)
        relief = relief + old * (0.016 * forehead + 0.014 * crow + 0.006 * noise(grain, at.shape, 5, 5)) * fine
    return relief


def _beard(at: Paper, grain: np.random.Generator, kind: str, lips: Array) -> Array:
    moustache = spot(at, 0, 1.0, 0.42, 0.13)
    mouth = spot(at, 0, 1.22, 0.36, 0.15)
    zone = step(0.7, 1.15, at.y + 0.45 * np.abs(at.x) - 0.1) * (1 - mouth) * step(2.05, 1.8, at.y)
    zone = np.clip(zone, 0, 1)
    chin = np.exp(-((at.x / 0.45) ** 4) - ((at.y - 1.5) / 0.32) ** 4)
    grown = {
        "clean": zone * 0.16,
        "stubble": np.clip(zone + moustache * 0.8, 0, 1) * 0.42,
        "full": np.clip(zone * 1.2 + moustache * 1.2, 0, 1) * 0.92,
        "moustache": moustache * 0.9 + 0.14 * zone,
        "goatee": np.clip(chin + moustache, 0, 1) * (1 - 0.9 * lips) * 0.88,
    }[kind]
    hairs = np.clip(noise(grain, at.shape, 1.1) * 0.5 + 0.6, 0, 1.2)
    return np.asarray(np.clip(grown, 0, 1) * (1 - 0.8 * lips) * (1 if kind == "clean" else hairs))


def _brows(at: Paper, random: np.random.Generator, sex: str) -> Array:
    """Single hairs along an arch."""
    drawn = np.zeros(at.shape, np.float32)
    height = -0.36 + random.uniform(-0.06, 0.05)
    thick = random.uniform(0.05, 0.12) * (1.15 if sex == "M" else 0.8)
    arch, inner, outer = random.uniform(0.02, 0.13), random.uniform(0.16, 0.27), random.uniform(0.82, 0.98)
    hairs, slope = int(random.uniform(120, 260)), random.uniform(-0.06, 0.06)

    def pixel(x: float, y: float) -> tuple[int, int]:
        return tuple(int((middle + EYE_DISTANCE * v) * FINENESS * 8) for middle, v in zip(EYES, (x, y), strict=True))  # type: ignore[return-value]

    for side in (-1, 1):
        for _ in range(hairs):
            along = random.beta(1.1, 1.25)
            x = inner + (outer - inner) * along
            y = height + slope * (along - 0.5) - arch * np.sin(np.pi * min(1, along * 1.05) ** 1.3)
            y += 0.05 * max(0, along - 0.75) + random.normal(0, thick * 0.33 * (1 - 0.75 * along))
            angle = np.deg2rad(-62 + 58 * along + random.normal(0, 9))
            length = 0.11 * random.uniform(0.7, 1.2)
            end = pixel(side * (x + length * np.cos(angle)), y + length * np.sin(angle))
            cv2.line(drawn, pixel(side * x, y), end, float(random.uniform(0.45, 0.8)), FINENESS, cv2.LINE_AA, shift=3)
    return soft(drawn, 1.2)


def eye_colour(
    at: Paper,
    grain: np.random.Generator,
    iris: Array,
    gaze: Array,
    position: Array,
    centres: dict[str, Array],
    eye: Array,
    colour: Array,
) -> Array:
    """Sclera, iris and pupil where `eye` is. position: of each pixel on the mesh."""
    for side in "lr":
        away = position - centres[side]
        direction = away / np.maximum(np.linalg.norm(away, axis=-1), 1e-9)[..., None]
        angle = np.degrees(np.arccos(np.clip(direction @ (gaze / np.linalg.norm(gaze)), -1, 1)))
        around = np.arctan2(direction[..., 1], direction[..., 0])
        fibres = 0.82 + 0.11 * np.sin(around * 37 + 3 * np.sin(around * 11)) + 0.12 * noise(grain, at.shape, 2)
        ring, dark = step(29.5, 27, angle), step(11.5, 10, angle)
        limbus = np.exp(-(((angle - 27) / 3.2) ** 2))
        coloured = iris * fibres[..., None] * (1 - 0.55 * limbus[..., None]) * (1 - 0.2 * (angle < 17)[..., None])
        white = np.array([226, 222, 218]) * (1 - 0.10 * step(35, 70, angle)[..., None] * np.array([0.6, 1, 1]))
        drawn = over(over(white, coloured, ring), np.array([12, 10, 10]), dark)
        near = eye & (np.abs(away[..., 0]) < 0.3)
        colour = np.where(near[..., None], drawn, colour)
    return colour
