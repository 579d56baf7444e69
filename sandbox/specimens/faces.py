"""The faces that specimens wear: a frontal picture with its depth, on one canvas.

`assets/faces/faces.json` names each face with its sex, ages, source and licence; `<name>.webp` is the picture with a transparent
background; `<name>_depth.png` the depth that lets a head turn. All share one canvas: 600 × 720 pixels, the middle of the eyes at
`EYES`, `EYE_DISTANCE` between the two pupils. LICENSES.md beside them tells where they come from and how far apart they are.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FOLDER = Path(__file__).parent / "assets" / "faces"
CANVAS = (600, 720)  # width, height
EYES = (300, 300)
EYE_DISTANCE = 110
DEPTH_UNIT = 1.0  # canvas pixels of depth for one grey level


@dataclass(frozen=True, kw_only=True)
class Face:
    """mouth: middle of the mouth on the canvas. chin: its row. ages: from, to. photograph: false for a head computed from a mesh."""

    name: str
    sex: str
    ages: tuple[int, int]
    mouth: tuple[int, int]
    chin: int
    photograph: bool
    skin: tuple[int, int, int]

    def pixels(self) -> NDArray[np.uint8]:
        """Shape (720, 600, 4), RGB and opacity, 0 to 255. Do not write into it."""
        return _pixels(self.name)

    def depth(self) -> NDArray[np.float32]:
        """Shape (720, 600): canvas pixels towards the camera, 0 where the head turns about."""
        return _depth(self.name)


@cache
def _pixels(name: str) -> NDArray[np.uint8]:
    return np.asarray(Image.open(FOLDER / f"{name}.webp").convert("RGBA"))


@cache
def _depth(name: str) -> NDArray[np.float32]:
    return np.asarray(Image.open(FOLDER / f"{name}_depth.png").convert("L")).astype(np.float32) * DEPTH_UNIT


def _load() -> dict[str, Face]:
    rows = json.loads((FOLDER / "faces.json").read_text(encoding="utf-8"))
    return {
        name: Face(
            name=name,
            sex=row["sex"],
            ages=(row["ages"][0], row["ages"][1]),
            mouth=(row["mouth"][0], row["mouth"][1]),
            chin=row["chin"],
            photograph=row["photograph"],
            skin=(row["skin"][0], row["skin"][1], row["skin"][2]),
        )
        for name, row in rows.items()
    }


FACES = _load()
