"""Does the face move as a living one, or only as a picture that is moved about?

A still picture, however shaken, tilted or zoomed, moves all its points by one plane's motion: laid back over the
person's typical frame, it is the same again but for noise. A living face opens its mouth and blinks. So each frontal face
is laid over the typical one by the homography that fits best, and what still differs at mouth and eyes is measured
against what always differs there. Motion as such proves nothing: still pictures moved about have plenty.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.checks.faces import Face
from verification.checks.finding import Finding, Outcome
from verification.checks.video.decode import Sample
from verification.checks.video.thresholds import VideoThresholds
from verification.checks.video.track import Track

Chip = NDArray[np.uint8]

SIDE = 160  # pixels of the face laid straight
EYES_APART = 56.0  # pixels between the eyes in it
EYE_LINE = 56.0
FRONTAL_YAW = 0.08  # a turned head hides parts: no plane explains it, and it is no proof either
LIKE_SIZED = 1.4  # against the median face: anything else is not the face that is followed
MIN_FRAMES = 12
NOISE = 0.002  # difference that compression alone makes
MOUTH = np.s_[100:138, 54:106]
RIGHT_EYE, LEFT_EYE = np.s_[44:70, 92:124], np.s_[44:70, 36:68]
CHEEKS = (np.s_[76:128, 24:52], np.s_[76:128, 108:136])
CHIN = np.s_[128:158, 40:120]
SAME_CHEEKS, SAME_CHIN = 0.95, 0.85  # below, something is held before the face: its mouth says nothing


def check_alive(track: Track, samples: Sequence[Sample], thresholds: VideoThresholds) -> Finding:
    """Score: difference of mouth or eyes at the two liveliest frames, in multiples of the usual difference."""
    limit = thresholds.alive_min
    differences = own_changes(track, samples)
    if len(differences) < MIN_FRAMES:
        return Finding("video.still_image", Outcome.REFER, None, limit, {"frames": len(differences)})
    ordered = sorted(differences, key=lambda pair: pair[1], reverse=True)
    usual = float(np.median([value for _, value in ordered]))
    score = (ordered[0][1] + ordered[1][1]) / 2 / (usual + NOISE)
    evidence = {"frames": len(ordered), "time": round(ordered[0][0], 2), "usual": round(usual, 4)}
    return Finding("video.still_image", Outcome.PASS if score >= limit else Outcome.REFER, score, limit, evidence)


def own_changes(track: Track, samples: Sequence[Sample]) -> list[tuple[float, float]]:
    """(time, difference) of each frontal frame: 1 - correlation with the typical face, of the mouth or of both eyes."""
    if not track.sightings:
        return []
    size = float(np.median([seen.face.size for seen in track.sightings]))
    chosen = [
        seen
        for seen in track.sightings
        if abs(seen.face.yaw - track.neutral_yaw) <= FRONTAL_YAW
        and max(seen.face.size / size, size / seen.face.size) < LIKE_SIZED
    ]
    if len(chosen) < MIN_FRAMES:
        return []
    chips = [_straight(samples[seen.index].gray, seen.face) for seen in chosen]
    typical = _typical(chips)
    laid = [_laid_over(typical, chip) for chip in chips]
    typical = _typical(laid)
    return [(seen.time, _difference(typical, chip)) for seen, chip in zip(chosen, laid, strict=True)]


def _difference(typical: Chip, chip: Chip) -> float:
    eyes = min(1 - _alike(typical, chip, RIGHT_EYE), 1 - _alike(typical, chip, LEFT_EYE))  # both blink together
    free = all(_alike(typical, chip, cheek) >= SAME_CHEEKS for cheek in CHEEKS)
    if free and _alike(typical, chip, CHIN) >= SAME_CHIN:
        return max(eyes, 1 - _alike(typical, chip, MOUTH))
    return eyes


def _alike(one: Chip, other: Chip, part: tuple[slice, slice]) -> float:
    a, b = one[part].astype(np.float32).ravel(), other[part].astype(np.float32).ravel()
    a, b = a - a.mean(), b - b.mean()
    norm = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / norm if norm > 0 else 0.0


def _straight(gray: Chip, face: Face) -> Chip:
    left, right = face.eyes
    across = right - left
    length = max(float(np.hypot(*across)), 1.0)
    (cos, sin), scale = across / length, EYES_APART / length
    turn = np.array([[cos, sin], [-sin, cos]]) * scale
    shift = np.array([SIDE / 2, EYE_LINE]) - turn @ ((left + right) / 2)
    chip = cv2.warpAffine(gray, np.column_stack([turn, shift]), (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.GaussianBlur(chip, (0, 0), 1.2), np.uint8)


def _laid_over(typical: Chip, chip: Chip) -> Chip:
    ys, xs = np.mgrid[14:150:5, 22:138:5]
    points = np.column_stack([xs.ravel(), ys.ravel()]).astype(np.float32)
    for _ in range(2):
        flow = _flow().calc(typical, chip, None)
        cv2.setRNGSeed(1)  # the same recording always gives the same findings
        moved = points + flow[ys.ravel(), xs.ravel()]
        homography, _mask = cv2.findHomography(points, moved, cv2.RANSAC, 1.0)
        if homography is None:
            return chip
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        warped = cv2.warpPerspective(chip, homography, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        chip = np.asarray(warped, np.uint8)
    return chip


def _typical(chips: Sequence[Chip]) -> Chip:
    return np.asarray(np.median(np.stack(chips), axis=0), np.uint8)


@cache
def _flow() -> Any:
    return cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
