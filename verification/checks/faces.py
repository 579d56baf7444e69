"""The one face engine of the project: find faces, their five points, and compare them.

Models: dlib's HOG frontal detector, its five-point shape predictor and its ResNet descriptor (all public domain,
shipped by the wheels `dlib-bin` and `face-recognition-models`; the 68-point model of the same wheel is not free and
not used). Engines are loaded once per process and used by one thread at a time.
"""

import threading
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

RGB = NDArray[np.uint8]
Gray = NDArray[np.uint8]
Embedding = NDArray[np.float64]

DETECTOR_WINDOW = 80  # pixels: the smallest face that the HOG detector was trained on
WORKING_SIZE = 88  # pixels: the smallest wanted face is brought to this size before detecting
LARGEST_SIDE = 1600  # pixels: nothing larger is ever searched
CHIP_SIZE = 150  # pixels: what the ResNet descriptor takes
CHIP_PADDING = 0.25

_lock = threading.Lock()


class FaceEngineMissing(RuntimeError):
    """The files of the face models are not installed (extra `checks`)."""


@dataclass(frozen=True)
class Face:
    """One face.

    box: [x, y, width, height] in pixels of the picture, may reach beyond its edge.
    landmarks: shape (5, 2), x and y in pixels: outer and inner corner of the eye on the picture's right, outer and
    inner
        corner of the eye on the picture's left, base of the nose.
    score: the detector's confidence, about 0 (doubtful) to 3 (sure).
    """

    box: tuple[int, int, int, int]
    landmarks: NDArray[np.float64]
    score: float

    @property
    def size(self) -> int:
        """Side of the face in pixels."""
        return max(self.box[2], self.box[3])

    @property
    def center(self) -> tuple[float, float]:
        x, y, width, height = self.box
        return x + width / 2, y + height / 2

    @property
    def eyes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Centres of the eye on the picture's left and of the eye on the picture's right."""
        return self.landmarks[2:4].mean(axis=0), self.landmarks[0:2].mean(axis=0)

    def moved(self, x: int, y: int) -> "Face":
        """The same face where the picture that it was found in is a part, at (x, y), of a larger one."""
        return Face((self.box[0] + x, self.box[1] + y, *self.box[2:]), self.landmarks + (x, y), self.score)

    @property
    def yaw(self) -> float:
        """How far the nose stands beside the middle of the eyes, in eye distances along the line of the eyes.

        0: frontal; positive: the nose points to the picture's right. Bare faces rest between -0.1 and 0.15.
        """
        left, right = self.eyes
        across = right - left
        distance = float(np.hypot(*across))
        if distance < 1:
            return 0.0
        return float((self.landmarks[4] - (left + right) / 2) @ across / distance**2)

    @property
    def roll(self) -> float:
        """Tilt of the line of the eyes in degrees, positive clockwise."""
        left, right = self.eyes
        return float(np.degrees(np.arctan2(right[1] - left[1], right[0] - left[0])))


def find(rgb: RGB, *, min_size: int, min_score: float = 0.0, thorough: bool = True) -> list[Face]:
    """Find the frontal faces of a picture, the surest first.

    rgb: shape (height, width, 3), 0 to 255. min_size: smallest wanted face, in pixels; larger wanted faces are found
    faster. min_score: lowest accepted confidence. thorough: when nothing is found, try again with evened contrast and
    at a larger scale (dark pictures, printed portraits).
    Raises ValueError when `rgb` has another shape.
    """
    _expect_rgb(rgb)
    return find_gray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), min_size=min_size, min_score=min_score, thorough=thorough)


def find_gray(gray: Gray, *, min_size: int, min_score: float = 0.0, thorough: bool = True) -> list[Face]:
    """The same as `find` over brightness alone, shape (height, width): all that the detector looks at."""
    if min_size < 1 or gray.ndim != 2:
        raise ValueError(f"expected (height, width) and a positive size, got {gray.shape} and {min_size}")
    scale = min(WORKING_SIZE / min_size, LARGEST_SIDE / max(gray.shape), 3.0)
    attempts = [(scale, False)]
    if thorough:
        attempts += [(scale, True), (min(scale * 1.5, LARGEST_SIDE / max(gray.shape), 3.0), True)]
    for ratio, even in attempts:
        faces = _detect(gray, ratio, even, min_score)
        faces = [face for face in faces if face.size >= min_size * 0.9]
        if faces:
            return faces
    return []


def embed(rgb: RGB, face: Face) -> Embedding:
    """Describe a face by 128 numbers, to be compared with `distance`.

    The mean with the mirrored face would cost twice the time and part people no better (docs/decisions).
    """
    _expect_rgb(rgb)
    dlib = _dlib()
    points = dlib.full_object_detection(
        dlib.rectangle(*_corners(face.box)),
        dlib.points([dlib.point(int(round(x)), int(round(y))) for x, y in face.landmarks]),
    )
    with _lock:
        chip = dlib.get_face_chip(np.ascontiguousarray(rgb), points, CHIP_SIZE, CHIP_PADDING)
        return np.array(_descriptor().compute_face_descriptor(chip), np.float64)


def distance(first: Embedding, second: Embedding) -> float:
    """Euclidean distance of two embeddings: about 0.3 for one person, 0.8 for two."""
    return float(np.linalg.norm(first - second))


def versions() -> dict[str, str]:
    """Names and versions of the engine and its models, stored with each run."""
    return {"dlib": version("dlib-bin"), "face_recognition_models": version("face-recognition-models")}


def load() -> None:
    """Load every model now, so that the first picture is as fast as the next."""
    _detector()
    _predictor()
    _descriptor()


def _detect(gray: Gray, scale: float, even: bool, min_score: float) -> list[Face]:
    small = gray
    if abs(scale - 1) > 0.05:
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=method)
    if even:
        small = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(small)
    if min(small.shape) < DETECTOR_WINDOW // 2:
        return []
    ratio_x, ratio_y = gray.shape[1] / small.shape[1], gray.shape[0] / small.shape[0]
    whole = np.ascontiguousarray(gray)
    with _lock:
        boxes, scores, _ = _detector().run(np.ascontiguousarray(small), 0, min_score)
        faces = []
        for found, score in zip(boxes, scores, strict=True):
            corners = (found.left() * ratio_x, found.top() * ratio_y, found.width() * ratio_x, found.height() * ratio_y)
            box = _whole(corners)
            # The points come in whole pixels: placed in the full picture they are as fine as it allows.
            shape = _predictor()(whole, _dlib().rectangle(*_corners(box)))
            points = np.array([(point.x, point.y) for point in shape.parts()], dtype=np.float64)
            faces.append(Face(box, points, float(score)))
    return sorted(faces, key=lambda face: face.score, reverse=True)


def _whole(corners: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    x, y, width, height = (int(round(value)) for value in corners)
    return x, y, width, height


def _corners(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    x, y, width, height = box
    return x, y, x + width - 1, y + height - 1


def _expect_rgb(rgb: RGB) -> None:
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
        raise ValueError(f"expected (height, width, 3) of uint8, got {rgb.shape} of {rgb.dtype}")


@cache
def _dlib() -> Any:
    import dlib  # heavy: web processes, which never check a face, must not load it

    return dlib


@cache
def _detector() -> Any:
    return _dlib().get_frontal_face_detector()


@cache
def _predictor() -> Any:
    return _dlib().shape_predictor(str(_model("shape_predictor_5_face_landmarks.dat")))


@cache
def _descriptor() -> Any:
    return _dlib().face_recognition_model_v1(str(_model("dlib_face_recognition_resnet_model_v1.dat")))


def _model(name: str) -> Path:
    # The package is found without being imported: its __init__ needs setuptools' pkg_resources.
    spec = find_spec("face_recognition_models")
    for folder in spec.submodule_search_locations if spec and spec.submodule_search_locations else ():
        path = Path(folder) / "models" / name
        if path.is_file():
            return path
    raise FaceEngineMissing(name)
