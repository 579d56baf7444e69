"""Hair: a shell over the scalp, and what hangs behind the head."""

from dataclasses import dataclass

import numpy as np

from sandbox.specimens.faces import EYE_DISTANCE, EYES
from tools.heads.drawing import FINENESS, Array, Paper, noise, step

STYLES = {
    "F": (("short", "bob", "long", "bun", "fringe", "curly", "ponytail"), None),
    "M": (("short", "buzz", "receding", "bald", "side", "curly"), (0.3, 0.16, 0.16, 0.1, 0.16, 0.12)),
}
THICKNESS = {
    "buzz": 0.035, "bald": 0.03, "receding": 0.10, "short": 0.17, "side": 0.2, "curly": 0.30, "bob": 0.26, "long": 0.22, "bun": 0.12,
    "fringe": 0.24, "ponytail": 0.12,
}  # fmt: skip
WIDER = {"long": 0.22, "bob": 0.3, "fringe": 0.2, "curly": 0.5}


def style_of(random: np.random.Generator, sex: str, main: str) -> str:
    names, shares = STYLES[sex]
    style = str(random.choice(names, p=shares))
    if main == "african" and style in {"short", "side", "bob"}:
        style = "curly" if random.random() < 0.6 else style
    return style


@dataclass
class Shell:
    """vertices: lifted from the head. cover: how much hair each vertex bears, 0 to 1."""

    vertices: Array
    cover: Array


def shell(
    vertices: Array,
    normals: Array,
    ears: Array,
    middle: Array,
    unit: float,
    random: np.random.Generator,
    *,
    style: str,
    sex: str,
    age: float,
) -> Shell:
    """ears: vertices of the ears, 0 to 1. middle: of the eyes. unit: the eyes' distance, decimetres."""
    line = -0.98 + random.uniform(-0.10, 0.10) + {"receding": -0.30, "fringe": 0.42}.get(style, 0.0)
    if age > 55 and sex == "M" and style != "bald":
        line -= 0.1
    down = -(vertices[:, 1] - middle[1]) / unit
    aside = np.abs(vertices[:, 0] - middle[0]) / unit
    forward = (vertices[:, 2] - middle[2]) / unit
    front = line + 0.06 * np.sin(aside * 3) + np.where(aside > 0.75, (aside - 0.75) * 1.9, 0)
    if style == "receding":
        front = front - 0.55 * np.exp(-(((aside - 0.55) / 0.28) ** 2))
    elif style == "side":
        front = front - 0.1 * np.exp(-(((aside - 0.6) / 0.3) ** 2))
    edge = np.maximum(front, -0.9 + np.clip((-forward - 0.15) * 2.2, 0, 3))  # behind the temples it comes down
    cover = np.clip((edge - down) / 0.22, 0, 1) * (down < {"M": 0.35, "F": 0.75}[sex] + 1.2)
    cover = np.where(forward < -1.1, np.clip((1.1 - down) / 0.3, 0, 1), cover)
    cover = cover * (1 - np.clip(ears * 1.5, 0, 1))
    if style == "bald":
        cover = np.where((down < -0.35) & (forward > -2.0), 0, cover) * (forward < -0.9)
    thick = THICKNESS[style] * random.uniform(0.8, 1.25)
    lift = 0.25 + 0.75 * np.clip(-down - 0.2, 0, 1)
    waves = np.sin(vertices[:, 0] * 9 + random.uniform(0, 6)) * np.sin(vertices[:, 2] * 7 + random.uniform(0, 6))
    waves = waves * np.sin(vertices[:, 1] * 8)
    swell = thick * cover * lift * (1 + (0.25 if style == "curly" else 0.10) * waves) * unit / 0.62
    lifted = vertices + normals * swell[:, None]
    lifted[:, 1] += thick * 0.15 * cover * np.clip(-down - 0.8, 0, 1)
    return Shell(lifted, cover)


def strands(grain: np.random.Generator, across: Array, along: Array, *, curly: bool) -> Array:
    """Light and dark streaks, about -1 to 1. across: angle over which strands lie side by side."""
    if curly:
        fine = noise(grain, across.shape, 3.2)
        return np.asarray(np.clip(fine * 0.6 + noise(grain, across.shape, 8) * 0.4, -1.3, 1.3))
    total = np.zeros(across.shape)
    tables = [grain.standard_normal(4096) for _ in range(3)]
    for table, often in zip(tables, (60, 150, 300), strict=True):
        place = (across * often / (2 * np.pi) * 8 + along * 1.5) % 4095
        total += np.interp(place, np.arange(4096), np.convolve(table, np.ones(3) / 3, "same"))
    return np.asarray(np.clip(total / 1.3, -1.3, 1.3))


def behind(
    at: Paper, opacity: Array, random: np.random.Generator, grain: np.random.Generator, *, style: str, sex: str
) -> Array:
    """Opacity of the hair that hangs behind the head."""
    drawn = np.zeros(at.shape, np.float32)
    if style in WIDER and sex == "F":
        bottom = {"long": 2.75, "bob": 1.35, "fringe": random.choice([1.3, 2.6]), "curly": 1.5}[style]
        bottom += random.uniform(-0.15, 0.2)
        top = (np.flatnonzero(opacity.max(1) > 0.5).min() / FINENESS - EYES[1]) / EYE_DISTANCE
        row = np.flatnonzero(opacity[(EYES[1] - 30) * FINENESS] > 0.5)
        width = np.ptp(row) / FINENESS / EYE_DISTANCE / 2 + WIDER[style] * random.uniform(0.7, 1.2)
        top -= 0.2 if style == "curly" else -0.02
        half = width * np.sqrt(np.clip(1 - ((at.y + 0.25) / (-0.25 - top)) ** 2, 0, 1))
        half = np.where(at.y > -0.25, width * (1 - 0.10 * np.clip((at.y + 0.25) / 2.5, 0, 1)), half)
        size = (22, 22) if style == "curly" else (14, 40)
        half = half + 0.05 * noise(grain, at.shape, *size) * (2 if style == "curly" else 1)
        ends = step(0.14, -0.06, at.y - bottom - 0.10 * noise(grain, at.shape, 5, 30))
        drawn = step(0.06, -0.02, np.abs(at.x) - half) * ends * (at.y > top)
    if style == "bun":
        drawn = np.maximum(drawn, step(0.05, -0.02, np.hypot(at.x / 0.62, (at.y + 1.95) / 0.5) - 1))
    return np.asarray(drawn, np.float32)
