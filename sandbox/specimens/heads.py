"""A head that turns, blinks and speaks: a frontal picture moved by its depth.

The turn is a rotation about the vertical axis through the depth 0 of the face's canvas, row by row: each pixel goes to
x cos a + z sin a and hides what it passes in front of. So the nose moves against the eyes as a real nose does. Good to about 35°.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sandbox.specimens.faces import CANVAS, EYE_DISTANCE, EYES, Face

Picture = NDArray[Any]  # of uint8
STEP = 3  # the motion is computed for every third pixel
NECK, SHOULDERS = 10, 95  # canvas rows below the chin: what is above turns with the head, what is below stays
EYE_HALF = (29, 13)  # half width and height of an eye's opening
INNER_MOUTH = np.array([58, 24, 26], np.float32)


class Head:
    """One face ready to move. glasses: wears a dark frame."""

    def __init__(self, face: Face, *, glasses: bool = False) -> None:
        self.face = face
        self.pixels: Picture = face.pixels()
        depth = face.depth()
        if glasses:
            self.pixels, depth = with_glasses(self.pixels, depth)
        depth = cv2.resize(depth, None, fx=1 / STEP, fy=1 / STEP, interpolation=cv2.INTER_AREA)
        rows, columns = depth.shape
        self.depth = depth
        self.x = np.broadcast_to(np.arange(columns, dtype=np.float32) * STEP, (rows, columns))
        self.y = np.broadcast_to(np.arange(rows, dtype=np.float32)[:, None] * STEP, (rows, columns))
        self.follows = np.clip((face.chin + SHOULDERS - self.y[:, 0]) / (SHOULDERS - NECK), 0, 1)

    def pose(self, *, yaw: float = 0.0, pitch: float = 0.0, mouth: float = 0.0, lids: float = 0.0) -> Picture:
        """The canvas, RGB and opacity, shape (720, 600, 4).

        yaw: degrees, positive to the person's own left (the picture's right). pitch: degrees, positive down. mouth: 0 closed to
        1 wide open. lids: 0 open to 1 closed.
        """
        source_x = self._turned(np.deg2rad(yaw))
        source_y = self.y.copy()
        if pitch:
            z = cv2.remap(self.depth, source_x / STEP, source_y / STEP, cv2.INTER_LINEAR)
            source_y = source_y - (z - 40) * np.float32(np.sin(np.deg2rad(pitch))) * self.follows[:, None]
        inside = np.zeros_like(source_y)
        if mouth > 0.02:
            source_y, inside = self._opened(source_x, source_y, mouth)
        if lids > 0.02:
            source_y = self._blinked(source_x, source_y, lids)
        full_x, full_y = cv2.resize(source_x, CANVAS), cv2.resize(source_y, CANVAS)
        moved = cv2.remap(self.pixels, full_x, full_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        if mouth > 0.02:
            shade = cv2.GaussianBlur(cv2.resize(inside, CANVAS), (0, 0), 1.5)[..., None]
            rows, columns = np.flatnonzero(shade.max(axis=(1, 2)) > 0.01), np.flatnonzero(shade.max(axis=(0, 2)) > 0.01)
            if rows.size and columns.size:
                part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
                moved[part][..., :3] = moved[part][..., :3] * (1 - shade[part]) + INNER_MOUTH * shade[part]
        return np.asarray(moved, np.uint8)

    def _turned(self, angle: float) -> NDArray[np.float32]:
        """Where each pixel of the turned canvas comes from, along its row."""
        if abs(angle) < 1e-4:
            return self.x.copy()
        middle = EYES[0]
        turn = angle * self.follows
        targets = middle + (self.x - middle) * np.cos(turn)[:, None] + self.depth * np.sin(turn)[:, None]
        source = np.empty_like(self.x)
        columns = self.x[0]
        for row in range(len(source)):
            if turn[row] == 0:
                source[row] = columns
                continue
            line = targets[row]
            # What moves furthest in the direction of the turn is nearest to the camera, and hides what it passes.
            line = np.maximum.accumulate(line) if angle > 0 else np.minimum.accumulate(line[::-1])[::-1]
            line = line + columns * 1e-5
            source[row] = np.interp(columns, line, columns, left=-10, right=CANVAS[0] + 10)
        return source

    def _opened(
        self, x: NDArray[np.float32], y: NDArray[np.float32], mouth: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The lower lip and the chin go down; the second array says where the mouth's inside shows."""
        middle, line = self.face.mouth
        gap = np.float32(mouth * 0.16 * EYE_DISTANCE) * np.exp(-(((x - middle) / 42) ** 2))
        below = y - line
        inside = np.clip(np.minimum(below, gap - below) / 2, 0, 1) * (gap > 2)
        dropped = np.where(below > gap, y - gap * np.exp(-(np.maximum(below - gap, 0) / 62)), np.minimum(y, line))
        return np.asarray(dropped, np.float32), np.asarray(inside, np.float32)

    def _blinked(self, x: NDArray[np.float32], y: NDArray[np.float32], lids: float) -> NDArray[np.float32]:
        """The skin above each eye comes down over it."""
        half_width, half_height = EYE_HALF
        for eye in (EYES[0] - EYE_DISTANCE / 2, EYES[0] + EYE_DISTANCE / 2):
            across = (x - eye) / half_width
            height = half_height * np.sqrt(np.clip(1 - across**2, 0, 1))
            upper = EYES[1] - height
            down = (y - upper) / np.maximum(2 * height, 1e-3)
            covered = (np.abs(across) < 1) & (down > 0) & (down < lids)
            y = np.where(covered, upper - 7 * (1 - down / lids), y)
        return np.asarray(y, np.float32)


def with_glasses(pixels: Picture, depth: NDArray[np.float32]) -> tuple[Picture, NDArray[np.float32]]:
    """A thin dark frame, which stands before the eyes as far as the bridge of the nose."""
    worn, frame = pixels.copy(), np.zeros(pixels.shape[:2], np.uint8)
    eyes = [EYES[0] - EYE_DISTANCE // 2, EYES[0] + EYE_DISTANCE // 2]
    for eye in eyes:
        cv2.ellipse(frame, (eye, EYES[1] + 7), (45, 34), 0, 0, 360, 255, 4, cv2.LINE_AA)
    cv2.ellipse(frame, (EYES[0], EYES[1] + 2), (11, 8), 0, 180, 360, 255, 4, cv2.LINE_AA)
    for way in (-1, 1):
        start = (EYES[0] + way * (EYE_DISTANCE // 2 + 45), EYES[1])
        cv2.line(frame, start, (start[0] + way * 26, EYES[1] - 8), 255, 4, cv2.LINE_AA)
    opacity = frame[..., None] / 255.0 * 0.9
    worn[..., :3] = worn[..., :3] * (1 - opacity) + np.array([52, 40, 36]) * opacity
    bridge = float(depth[EYES[1] : EYES[1] + 10, EYES[0] - 8 : EYES[0] + 8].mean())
    before = cv2.GaussianBlur((frame > 60).astype(np.float32), (0, 0), 4)
    return worn, np.asarray(depth + before * np.clip(bridge + 4 - depth, 0, 25), np.float32)


def place(
    canvas: Picture, frame: Picture, *, eyes: tuple[float, float], eye_distance: float, roll: float = 0.0
) -> None:
    """Lay the canvas over `frame` (RGB, changed in place): middle of the eyes and their distance in pixels, roll in degrees."""
    height, width = frame.shape[:2]
    matrix = cv2.getRotationMatrix2D(EYES, roll, eye_distance / EYE_DISTANCE)
    matrix[:, 2] += np.array(eyes) - np.array(EYES)
    below = round((height - eyes[1]) * EYE_DISTANCE / eye_distance) - (CANVAS[1] - EYES[1]) + 20
    if below > 0:  # the picture ends above the frame's lower edge: the clothes go on
        canvas = cv2.copyMakeBorder(canvas, 0, below, 0, 0, cv2.BORDER_REPLICATE)
    moved = cv2.warpAffine(canvas, matrix, (width, height), flags=cv2.INTER_LINEAR)
    opacity = cv2.merge([moved[..., 3]] * 3)
    mixed = cv2.add(
        cv2.multiply(moved[..., :3], opacity, scale=1 / 255), cv2.multiply(frame, 255 - opacity, scale=1 / 255)
    )
    frame[:] = mixed
