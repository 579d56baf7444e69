"""The mesh and what changes its shape."""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[Any]

# Pairs of targets, each drawn between one end and the other; `@` marks those that exist for both sides of the face.
PAIRS = {
    "nose": (
        "nose-base-down/up nose-compression-compress/uncompress nose-curve-concave/convex nose-flaring-decr/incr nose-greek-decr/incr "
        "nose-hump-decr/incr nose-nostrils-angle-down/up nose-nostrils-width-decr/incr nose-point-down/up nose-point-width-decr/incr "
        "nose-scale-depth-decr/incr nose-scale-horiz-decr/incr nose-scale-vert-decr/incr nose-trans-down/up nose-volume-decr/incr "
        "nose-width1-decr/incr nose-width2-decr/incr nose-width3-decr/incr"
    ),
    "mouth": (
        "mouth-angles-down/up mouth-cupidsbow-decr/incr mouth-dimples-in/out mouth-laugh-lines-in/out mouth-lowerlip-height-decr/incr "
        "mouth-lowerlip-volume-decr/incr mouth-philtrum-volume-decr/incr mouth-scale-horiz-decr/incr mouth-scale-vert-decr/incr "
        "mouth-trans-down/up mouth-upperlip-height-decr/incr mouth-upperlip-volume-decr/incr"
    ),
    "chin": (
        "chin-bones-decr/incr chin-cleft-decr/incr chin-height-decr/incr chin-jaw-drop-decr/incr chin-prognathism-decr/incr "
        "chin-prominent-decr/incr chin-width-decr/incr"
    ),
    "forehead": "forehead-nubian-decr/incr forehead-scale-vert-decr/incr forehead-temple-decr/incr",
    "eyebrows": "eyebrows-angle-down/up eyebrows-trans-down/up eyebrows-trans-backward/forward",
    "head": (
        "head-scale-horiz-decr/incr head-scale-vert-decr/incr head-fat-decr/incr head-angle-in/out head-scale-depth-decr/incr"
    ),
    "cheek@": "cheek-bones-decr/incr cheek-inner-decr/incr cheek-trans-down/up cheek-volume-decr/incr",
    "eyes@": (
        "eye-bag-decr/incr eye-corner1-down/up eye-corner2-down/up eye-eyefold-down/up eye-eyefold-concave/convex "
        "eye-height1-decr/incr eye-height2-decr/incr eye-height3-decr/incr eye-push1-in/out eye-scale-decr/incr eye-trans-down/up "
        "eye-trans-in/out"
    ),
    "ears@": "ear-scale-decr/incr ear-wing-decr/incr ear-lobe-decr/incr ear-rot-backward/forward",
}
HEAD_SHAPES = ("oval", "round", "rectangular", "square", "triangular", "invertedtriangular", "diamond")
HEAD_FROM = 5.0  # decimetres above the mesh's middle: what is higher is head, neck and shoulders
HALF_WIDTH = 2.2


@dataclass(frozen=True)
class Mesh:
    """vertices: decimetres, y up, z forward. faces, texture_faces: triangles, into vertices and texture points."""

    folder: Path
    vertices: Array
    texture: Array
    faces: Array
    texture_faces: Array
    groups: Array

    def mask(self, name: str) -> Array:
        """A mask of MPFB2 over the texture, 0 to 1."""
        return np.asarray(Image.open(self.folder / "textures" / f"mpfb_{name}.jpg").convert("L")) / 255.0

    @property
    def body(self) -> Array:
        return np.asarray(self.groups == "body")

    @property
    def head(self) -> Array:
        """Indices of the triangles of head and shoulders."""
        high = self.vertices[:, 1] > HEAD_FROM
        narrow = np.abs(self.vertices[self.faces][:, :, 0]).max(1) < HALF_WIDTH
        return np.flatnonzero(self.body & high[self.faces].all(1) & narrow)

    @property
    def eyes(self) -> Array:
        return np.flatnonzero((self.groups == "helper-l-eye") | (self.groups == "helper-r-eye"))

    def eye(self, side: str) -> Array:
        """Indices of the vertices of the eyeball «l» or «r»."""
        return np.unique(self.faces[self.groups == f"helper-{side}-eye"])


def load(folder: Path) -> Mesh:
    """Read `3dobjs/base.obj` of MPFB2; quads become two triangles."""
    vertices, texture, faces, texture_faces, groups = [], [], [], [], []
    group = ""
    for line in (folder / "3dobjs" / "base.obj").read_text(encoding="utf-8").splitlines():
        parts = line.split()
        if not parts:
            continue
        if parts[0] == "v":
            vertices.append([float(part) for part in parts[1:4]])
        elif parts[0] == "vt":
            texture.append([float(part) for part in parts[1:3]])
        elif parts[0] == "g":
            group = parts[1]
        elif parts[0] == "f":
            corners = [part.split("/") for part in parts[1:]]
            points, marks = [int(c[0]) - 1 for c in corners], [int(c[1]) - 1 for c in corners]
            for i in range(1, len(points) - 1):
                faces.append((points[0], points[i], points[i + 1]))
                texture_faces.append((marks[0], marks[i], marks[i + 1]))
                groups.append(group)
    return Mesh(folder, *(np.array(part) for part in (vertices, texture, faces, texture_faces, groups)))


@cache
def target(folder: Path, name: str) -> tuple[Array, Array]:
    """Vertices that a morph target moves, and where to."""
    with gzip.open(folder / "targets" / f"{name}.target.gz", "rt") as file:
        rows = [line.split() for line in file if line[0] not in '#"\n']
    return np.array([int(row[0]) for row in rows], int), np.array(
        [[float(v) for v in row[1:4]] for row in rows]
    ).reshape(-1, 3)


def shaped(
    mesh: Mesh, random: np.random.Generator, *, sex: str, age: float, origin: dict[str, float], strength: float
) -> Array:
    """Vertices of one person. origin: shares of «caucasian», «african», «asian». strength: spread of the details, about 0.3."""
    vertices = mesh.vertices.copy()

    def add(name: str, weight: float) -> None:
        index, moves = target(mesh.folder, name)
        vertices[index] += weight * moves

    def between(folder: str, pair: str, value: float, prefix: str = "") -> None:
        stem, ends = pair.rsplit("-", 1)
        low, high = ends.split("/")
        add(f"{folder}/{prefix}{stem}-{high if value > 0 else low}", abs(value))

    old = float(np.clip((age - 25) / 60, 0, 1))
    gender = "female" if sex == "F" else "male"
    weight = random.choice(["minweight", "averageweight", "maxweight"], p=[0.25, 0.5, 0.25])
    muscle = random.choice(["minmuscle", "averagemuscle", "maxmuscle"])
    build = random.uniform(0.3, 1)
    for stage, share in (("young", 1 - old), ("old", old)):
        for name, part in origin.items():
            add(f"macrodetails/{name}-{gender}-{stage}", share * part)
        add(f"macrodetails/universal-{gender}-{stage}-averagemuscle-averageweight", share * (1 - build))
        add(f"macrodetails/universal-{gender}-{stage}-{muscle}-{weight}", share * build)
    for folder, pairs in PAIRS.items():
        for pair in pairs.split():
            value = float(np.clip(random.normal(0, strength), -1, 1))
            if pair.startswith("mouth-angles"):  # nobody looks grim for an identity photograph
                value = abs(value) * 0.8 + 0.1
            if pair.startswith("mouth-laugh"):
                value *= 0.5
            if folder.endswith("@"):
                for side in "lr":
                    between(folder[:-1], pair, value + random.normal(0, 0.06), f"{side}-")
            else:
                between(folder, pair, value)
    main = max(origin, key=lambda name: origin[name])
    expression = np.random.default_rng([int(random.integers(1 << 30)), 5])
    add(f"expression/units/{main}/mouth-corner-puller", max(0.0, expression.normal(0.12, 0.25)))
    slit = min(0.5, 0.2 * abs(expression.normal()))
    for side in ("left", "right"):
        add(f"expression/units/{main}/eye-{side}-slit", slit)
    add(f"head/head-{random.choice(HEAD_SHAPES)}", random.uniform(0.1, 0.55))
    return vertices


def normals(vertices: Array, faces: Array) -> Array:
    """Unit normal of each vertex, the mean of its triangles'."""
    cross = np.cross(vertices[faces[:, 1]] - vertices[faces[:, 0]], vertices[faces[:, 2]] - vertices[faces[:, 0]])
    total = np.zeros_like(vertices)
    for corner in range(3):
        np.add.at(total, faces[:, corner], cross)
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-9))
