"""The face comparison over real photographs: false matches and false non-matches at each distance."""

import csv
import random
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from sandbox.evaluation.rows import Row
from sandbox.specimens.faces import FACES
from sandbox.specimens.layouts import portrait_of
from sandbox.specimens.people import make_person
from verification.checks import faces
from verification.checks.faces import Embedding

THRESHOLDS = tuple(round(0.40 + 0.02 * step, 2) for step in range(21))
SMALLEST_SHARE = 0.12  # of the picture's shorter side


def real_pairs(material: Path) -> list[tuple[str, str, bool]]:
    """`faces/pairs.csv`: two files and whether they show one person. Empty without it."""
    path = material / "faces" / "pairs.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["file_x"], row["file_y"], row["Decision"] == "Yes") for row in csv.DictReader(file)]


def embed(picture: Image.Image) -> Embedding | None:
    """Of the largest face, None without one."""
    pixels = np.ascontiguousarray(np.asarray(picture.convert("RGB")))
    found = faces.find(pixels, min_size=max(24, int(min(pixels.shape[:2]) * SMALLEST_SHARE)))
    return faces.embed(pixels, max(found, key=lambda face: face.size)) if found else None


def compare_real(material: Path) -> Iterator[Row]:
    """A row for each pair; `distance` is None where a face was not found."""
    pairs = real_pairs(material)
    began = time.process_time()
    names = sorted({name for pair in pairs for name in pair[:2]})
    known = {name: embed(Image.open(material / "faces" / name)) for name in names}
    seconds = (time.process_time() - began) / max(1, len(names))
    for one, other, same in pairs:
        a, b = known[one], known[other]
        yield {
            "id": f"pair/{one}/{other}",
            "part": "pairs",
            "same": same,
            "distance": None if a is None or b is None else round(float(np.linalg.norm(a - b)), 4),
            "seconds": round(seconds, 3),
        }


def specimen_distances() -> tuple[list[str], np.ndarray]:
    """The shipped faces, as drawn on documents, and the distance between every two of them; NaN without a face."""
    embeddings = []
    for number, name in enumerate(FACES):
        person = make_person(number, face=name)
        embeddings.append(embed(portrait_of(person, random.Random(number))))
    filled = np.array([np.full(128, np.nan) if e is None else e for e in embeddings])
    return list(FACES), np.linalg.norm(filled[:, None] - filled[None], axis=2)


def distinct_people(distances: np.ndarray, threshold: float) -> int:
    """Size of the largest group found in which every two are further apart than `threshold` (greedy, so a lower bound)."""
    apart = distances > threshold
    best = 0
    for start in range(len(distances)):
        group = [start]
        for other in np.argsort(-apart.sum(axis=1)):
            if other not in group and all(apart[other, member] for member in group):
                group.append(int(other))
        best = max(best, len(group))
    return best
