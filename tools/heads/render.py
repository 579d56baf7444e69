"""One head as a picture with opacity and depth, on the canvas of `sandbox.specimens.faces`."""

from dataclasses import dataclass

import cv2
import numpy as np

from sandbox.specimens.faces import CANVAS, EYE_DISTANCE, EYES
from tools.heads import hair, skin
from tools.heads.drawing import (
    CAMERA,
    FINENESS,
    Array,
    Buffer,
    Paper,
    buffer,
    noise,
    over,
    paper,
    rasterise,
    soft,
    step,
    unit,
)
from tools.heads.mesh import Mesh, normals, shaped

BACK_OF_HEAD = -60.0  # canvas pixels: depth of the hair that hangs behind


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """origin: shares of «caucasian», «african», «asian». strength: how far the features are from the mean, 0.2 to 0.6."""

    seed: int
    sex: str
    age: float
    origin: dict[str, float]
    strength: float = 0.3


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """colour: (720, 600, 3), 0 to 255. opacity: 0 to 1. depth: canvas pixels before the eyeballs. mouth: its row."""

    colour: Array
    opacity: Array
    depth: Array
    mouth: int
    skin: tuple[int, int, int]


class Stand:
    """The mesh before the camera, eyes on their places of the canvas."""

    def __init__(self, mesh: Mesh, vertices: Array) -> None:
        self.vertices = vertices
        self.centres = {side: vertices[mesh.eye(side)].mean(0) for side in "lr"}
        self.middle = (self.centres["l"] + self.centres["r"]) / 2
        self.unit = float(self.centres["l"][0] - self.centres["r"][0])
        self.scale = EYE_DISTANCE / self.unit

    def project(self, points: Array) -> Array:
        """Pixels of the fine picture."""
        nearness = CAMERA / (CAMERA - (points[:, 2] - self.middle[2]))
        x = EYES[0] + (points[:, 0] - self.middle[0]) * self.scale * nearness
        y = EYES[1] - (points[:, 1] - self.middle[1]) * self.scale * nearness
        return np.stack([x, y], -1) * FINENESS


def render(mesh: Mesh, recipe: Recipe) -> Rendered:
    random = np.random.default_rng([recipe.seed, 101])
    grain = np.random.default_rng([recipe.seed, 202])
    main = max(recipe.origin, key=lambda name: recipe.origin[name])
    vertices = shaped(mesh, random, sex=recipe.sex, age=recipe.age, origin=recipe.origin, strength=recipe.strength)
    stand, at = Stand(mesh, vertices), paper()
    head, eyes = mesh.faces[mesh.head], mesh.faces[mesh.eyes]
    drawn = buffer(at.shape)
    points = stand.project(vertices)
    rasterise(points, vertices[:, 2], head, drawn)
    rasterise(points, vertices[:, 2], eyes, drawn, first=len(head))
    triangles = np.concatenate([head, eyes])
    chosen = np.where(drawn.hit, drawn.triangle, 0)
    corners, weights = triangles[chosen], drawn.weights[..., None]
    position = (vertices[corners] * weights).sum(2)
    is_eye = drawn.triangle >= len(head)
    head_normals, eye_normals = normals(vertices, mesh.faces[mesh.body]), normals(vertices, eyes)
    own = np.where(is_eye[..., None, None], eye_normals[corners], head_normals[corners])
    facing = unit((own * weights).sum(2))
    is_skin = drawn.hit & ~is_eye
    marks = np.concatenate([mesh.texture_faces[mesh.head], mesh.texture_faces[mesh.eyes]])[chosen]
    lips = soft(_sample(mesh.mask("lips"), (mesh.texture[marks] * weights).sum(2)) * is_skin, 2.2)
    painted = skin.paint(at, random, grain, sex=recipe.sex, age=recipe.age, main=main, lips=lips, skin=is_skin)
    irises = skin.IRISES
    iris = np.array(irises[random.integers(len(irises)) if main == "caucasian" else random.integers(2)], float)
    gaze = np.array([random.normal(0, 0.02), random.normal(0, 0.02), 1])
    colour = skin.eye_colour(at, grain, iris, gaze, position, stand.centres, is_eye, painted.colour)
    depth = np.where(drawn.hit, (position[..., 2] - stand.middle[2]) * stand.scale, -400)
    lamp = random.uniform(-0.9, 0.9)
    picture, light, halfway = _lit(colour, painted.relief, facing, depth, lips, is_skin, drawn.hit, lamp, random)
    picture = _lids_and_lashes(picture, is_eye, stand, recipe.sex, lamp, grain)
    opacity = drawn.hit.astype(np.float32)
    style = hair.style_of(random, recipe.sex, main)
    grown = hair.shell(
        vertices,
        head_normals,
        _on_vertices(mesh, mesh.mask("ears")),
        stand.middle,
        stand.unit,
        random,
        style=style,
        sex=recipe.sex,
        age=recipe.age,
    )
    picture, opacity, depth = _with_hair(
        picture, opacity, depth, at, drawn, head, grown, stand, painted.hair, style, light, halfway, grain
    )
    picture, opacity, depth = _with_back(picture, opacity, depth, at, painted.hair, style, recipe.sex, random, grain)
    rows = np.flatnonzero((lips > 0.5).any(axis=1))
    weight = (lips > 0.5).sum(axis=1)[rows]
    mouth = int(round(float(np.repeat(rows, weight)[weight.sum() // 2]) / FINENESS)) if rows.size else EYES[1] + 110
    return _reduced(picture, opacity, depth, mouth, painted.base)


def _sample(mask: Array, at: Array) -> Array:
    rows = np.clip(((1 - at[..., 1]) * mask.shape[0]).astype(int), 0, mask.shape[0] - 1)
    return np.asarray(mask[rows, np.clip((at[..., 0] * mask.shape[1]).astype(int), 0, mask.shape[1] - 1)])


def _on_vertices(mesh: Mesh, mask: Array) -> Array:
    values = np.zeros(len(mesh.vertices))
    np.maximum.at(values, mesh.faces.ravel(), _sample(mask, mesh.texture[mesh.texture_faces.ravel()]))
    return values


def _lit(
    colour: Array,
    relief: Array,
    facing: Array,
    depth: Array,
    lips: Array,
    is_skin: Array,
    hit: Array,
    lamp: float,
    random: np.random.Generator,
) -> tuple[Array, Array, Array]:
    """One soft lamp, the light of the room, and the shade in hollows. Returns the picture and two directions."""
    light = unit(np.array([np.sin(lamp) * 0.8, 0.45, 0.75]))
    slope = relief.astype(np.float32)
    bent = facing.copy()
    bent[..., 0] -= cv2.Sobel(slope, cv2.CV_32F, 1, 0) * 6 * is_skin
    bent[..., 1] += cv2.Sobel(slope, cv2.CV_32F, 0, 1) * 6 * is_skin
    bent = unit(bent)
    direct = np.clip((bent @ light + 0.45) / 1.45, 0, 1) ** 1.15
    room = np.clip((bent @ np.array([-0.55 * np.sign(lamp), 0.1, 0.8]) + 0.6) / 1.6, 0, 1)
    sky = 0.5 + 0.5 * bent[..., 1]
    shade: Array = np.ones(depth.shape)
    relief_map = np.where(hit, depth, cv2.erode(depth.astype(np.float32), np.ones((3, 3)))).astype(np.float32)
    relief_map = np.clip(relief_map, -150, 300)
    for size, strength in ((6, 0.022), (16, 0.012), (40, 0.005)):
        hollow = np.clip(soft(relief_map, size * FINENESS / 1.5) - relief_map, 0, 30)
        shade = shade * np.clip(1 - strength * hollow, 0.35, 1)
    total = (0.62 * direct + 0.30 * room + 0.16 * sky) * shade
    warm = np.stack([total**0.92, total, total**1.06], -1)
    halfway = unit(light + np.array([0, 0, 1]))
    shine = np.clip(bent @ halfway, 0, 1) ** 22 * random.uniform(0.05, 0.13) * np.where(lips > 0.3, 1.6, 1) * shade
    return colour * warm * 1.16 + 255 * (shine * is_skin)[..., None], light, halfway


def _lids_and_lashes(
    picture: Array, is_eye: Array, stand: Stand, sex: str, lamp: float, grain: np.random.Generator
) -> Array:
    """The lids' shadow on the eyes, the dark line of the lashes, a glint."""
    if not is_eye.any():
        return picture
    eye = is_eye.astype(np.float32)
    above = np.concatenate([np.ones((9 * FINENESS, 1)), np.zeros((9 * FINENESS, 1))]).astype(np.float32)
    shadow = soft(cv2.filter2D(1 - eye, -1, above / (9 * FINENESS)), 2)
    picture = np.where(is_eye[..., None], picture * (1 - 0.55 * np.clip(shadow, 0, 1))[..., None], picture)
    upper = soft(np.clip(np.roll(eye, -2 * FINENESS, 0) * (1 - eye), 0, 1), 1.3)
    picture = over(picture, np.array([26, 18, 16]), (0.85 if sex == "F" else 0.6) * upper)
    lower = soft(np.roll(eye, FINENESS, 0) * (1 - eye), 1.2) * 0.35
    picture = np.ascontiguousarray(over(picture, np.array([90, 50, 44]), lower))
    half = EYES[0] * FINENESS
    for side in (0, 1) if sex == "F" else ():
        rows, columns = np.nonzero(eye[:, half:] if side else eye[:, :half])
        columns = columns + side * half
        for _ in range(34):
            x = grain.integers(columns.min(), columns.max() + 1)
            column = rows[columns == x]
            if not len(column):
                continue
            outward = (x - columns.mean()) / (np.ptp(columns) / 2)
            length = (7 + 3 * abs(outward)) * FINENESS * grain.uniform(0.5, 1) * 0.55
            start, end = (int(x), int(column.min())), (int(x + outward * length * 0.8), int(column.min() - length))
            cv2.line(picture, start, end, (24, 18, 16), 1, cv2.LINE_AA)
    for side_name in "lr":
        glint = stand.project(stand.centres[side_name][None])[0] + np.array([3.2 * np.sign(lamp), -4]) * FINENESS
        cv2.circle(picture, (int(glint[0]), int(glint[1])), int(2.0 * FINENESS), (250, 250, 250), -1, cv2.LINE_AA)
    return picture


def _with_hair(
    picture: Array,
    opacity: Array,
    depth: Array,
    at: Paper,
    drawn: Buffer,
    head: Array,
    grown: hair.Shell,
    stand: Stand,
    colour: Array,
    style: str,
    light: Array,
    halfway: Array,
    grain: np.random.Generator,
) -> tuple[Array, Array, Array]:
    bearing = head[grown.cover[head].max(1) > 0.01]
    layer = buffer(at.shape, np.where(drawn.hit, drawn.depth, -1e9))
    rasterise(stand.project(grown.vertices), grown.vertices[:, 2] + 0.004, bearing, layer)
    if not layer.hit.any():
        return picture, opacity, depth
    corners = bearing[np.where(layer.hit, layer.triangle, 0)]
    cover = (grown.cover[corners] * layer.weights).sum(2)
    position = (grown.vertices[corners] * layer.weights[..., None]).sum(2)
    facing = unit((normals(grown.vertices, head)[corners] * layer.weights[..., None]).sum(2))
    away = position - np.array([0, stand.middle[1] + 0.25, stand.middle[2] - 1.05])
    across = np.arctan2(away[..., 0], away[..., 1]) + 0.25 * np.sin(away[..., 2] * 2.0)
    if style == "side":
        across = np.arctan2(away[..., 0] - 0.5, away[..., 1] + 0.8) * 1.5
    streaks = hair.strands(grain, across, np.linalg.norm(away[..., :2], axis=-1), curly=style in {"curly", "buzz"})
    dense = step(0.12, 0.62, cover + 0.16 * streaks + 0.1 * noise(grain, at.shape, 3)) * layer.hit
    dense = dense * (0.62 if style == "buzz" else 1)
    lit = np.clip((facing @ light + 0.5) / 1.5, 0, 1) * 0.75 + 0.3
    shine = np.clip(facing @ halfway, 0, 1) ** 10 * 0.35 * np.clip(streaks + 0.5, 0, 1.5)
    shine = shine * 0.22 * (0.4 if style in {"curly", "buzz"} else 1)
    tone = colour * (1 + 0.33 * streaks[..., None]) * lit[..., None] * 1.1
    tone = tone + np.array([255, 240, 220]) * shine[..., None]
    root = soft(dense, 7) * 0.28 * (1 - dense)
    picture = over(picture * (1 - root[..., None]), tone, dense)
    depth = np.where(layer.hit & (dense > 0.5), (position[..., 2] - stand.middle[2]) * stand.scale, depth)
    return picture, np.maximum(opacity, dense), depth


def _with_back(
    picture: Array,
    opacity: Array,
    depth: Array,
    at: Paper,
    colour: Array,
    style: str,
    sex: str,
    random: np.random.Generator,
    grain: np.random.Generator,
) -> tuple[Array, Array, Array]:
    back = hair.behind(at, opacity, random, grain, style=style, sex=sex)
    if back.max() <= 0:
        return picture, opacity, depth
    streaks = hair.strands(grain, at.x * 1.3 + 0.15 * np.sin(at.y * 2 + 1), at.y, curly=style == "curly")
    shade = np.clip(0.75 - 0.18 * np.abs(at.x), 0.35, 1) * np.where(np.abs(at.x) < 1.0, 0.6, 0.95)
    tone = colour * (1 + 0.33 * streaks[..., None]) * shade[..., None]
    seen = back * (1 - opacity)
    total = opacity + seen
    mixed = (picture * opacity[..., None] + tone * seen[..., None]) / np.maximum(total, 1e-6)[..., None]
    picture = np.where(total[..., None] > 0, mixed, picture)
    depth = np.where(opacity > 0.5, depth, np.where(back > 0.5, BACK_OF_HEAD, depth))
    return picture, total, depth


def _reduced(picture: Array, opacity: Array, depth: Array, mouth: int, base: Array) -> Rendered:
    def small(array: Array) -> Array:
        return np.asarray(cv2.resize(array.astype(np.float32), CANVAS, interpolation=cv2.INTER_AREA))

    cover = small(opacity)
    colour = small(np.clip(picture, 0, 255) * opacity[..., None]) / np.maximum(cover, 1e-4)[..., None]
    behind = small(np.where(opacity > 0.3, np.clip(depth, -160, 260), -160))
    red, green, blue = (int(v) for v in base)
    return Rendered(colour=colour, opacity=cover, depth=behind, mouth=mouth, skin=(red, green, blue))
