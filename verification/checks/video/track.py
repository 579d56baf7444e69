"""Follow the person through the recording: cheap where nothing changes, thorough where it matters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.checks import faces
from verification.checks.faces import Face
from verification.checks.video.decode import Sample
from verification.checks.video.lift import lifted_gray
from verification.checks.video.thresholds import VideoThresholds

FOLLOW_SCORE = -0.35  # a turned head scores low; beside its last place that is still a face
FOLLOW_MARGIN = 0.55  # of the face's size, searched around its last place
WIDE_SEARCH_SECONDS = 1.0  # somebody else is looked for that often
FORGOTTEN_SECONDS = 1.5
NEUTRAL_SECONDS = 1.2
FIRST_SAMPLES = 4  # looked at before the rest
DARK_SCORE = -0.25  # what a sure face scores in lifted shadows
JUMP = 0.6  # a face that moved by more of its size between two samples begins a new stretch
SCENE_CUT = 22.0  # mean difference of two samples, grey levels


@dataclass(frozen=True)
class Sighting:
    """The person at one moment. index: of the sample. stretch: rises whenever the face was lost, jumped, or the scene
    changed."""

    index: int
    time: float
    face: Face
    stretch: int


@dataclass(frozen=True)
class Track:
    """sightings: of the main person, in time. others: (time, face) of second faces. total: samples looked at.
    lifted: the face is so dark that it was found in lifted shadows only."""

    sightings: tuple[Sighting, ...]
    others: tuple[tuple[float, Face], ...]
    total: int
    neutral_yaw: float
    lifted: bool = False

    def is_frontal(self, seen: Sighting, limit: float) -> bool:
        sure = seen.face.score > (DARK_SCORE if self.lifted else 0)
        return sure and abs(seen.face.yaw - self.neutral_yaw) <= limit

    def frontal(self, limit: float) -> list[Sighting]:
        """Sightings whose yaw differs from the person's neutral by at most `limit`, the surest first."""
        chosen = [seen for seen in self.sightings if self.is_frontal(seen, limit)]
        return sorted(chosen, key=lambda seen: seen.face.score, reverse=True)


def follow_person(samples: Sequence[Sample], thresholds: VideoThresholds) -> Track:
    """Find the main face, the largest one, in every sample; in lifted shadows when it is seen too seldom."""
    enough = thresholds.face_present_min * len(samples)
    track = _follow(samples[:FIRST_SAMPLES], [sample.gray for sample in samples[:FIRST_SAMPLES]], thresholds)
    if track.sightings:
        track = _follow(samples, [sample.gray for sample in samples], thresholds)
    if len(track.sightings) >= enough:
        return track
    # Nobody in the first second, or too seldom after: perhaps it is only too dark.
    lifted = _follow(samples, [lifted_gray(samples, index) for index in range(len(samples))], thresholds)
    if len(lifted.sightings) >= enough:
        return replace(lifted, lifted=True)
    if not track.sightings:
        track = _follow(samples, [sample.gray for sample in samples], thresholds)
    return replace(lifted, lifted=True) if len(lifted.sightings) > len(track.sightings) else track


def _follow(samples: Sequence[Sample], grays: Sequence[NDArray[np.uint8]], thresholds: VideoThresholds) -> Track:
    sightings: list[Sighting] = []
    others: list[tuple[float, Face]] = []
    last: Face | None = None
    stretch, lost, searched_at, seen_at = 0, False, -np.inf, 0.0
    previous: NDArray[np.float32] | None = None
    for index, (sample, gray) in enumerate(zip(samples, grays, strict=True)):
        small = sample.small
        if previous is not None and float(cv2.absdiff(small, previous).mean()) > SCENE_CUT:
            lost, last = True, None
        previous = small
        if last is not None and sample.time - seen_at > FORGOTTEN_SECONDS:
            last = None  # whoever comes back may sit elsewhere, nearer or further
        face = _near(gray, last) if last is not None else None
        due = sample.time - searched_at >= WIDE_SEARCH_SECONDS
        if face is None or due:
            # Evening out a dark picture takes three searches: only now and then while nobody is seen.
            smallest = thresholds.face_search_min * min(gray.shape)
            if face is not None:
                smallest = max(smallest, thresholds.second_face_max * face.size)
            found = faces.find_gray(gray, min_size=max(int(smallest), 24), thorough=due and face is None)
            searched_at = sample.time if due else searched_at
            main = _main(found, face or last)
            face = face or main
            others += [(sample.time, other) for other in found if face is not None and _apart(other, face)]
        if face is None:
            lost = True
            continue
        if sightings and (lost or _jumped(sightings[-1].face, face)):
            stretch += 1
        lost, last, seen_at = False, face, sample.time
        sightings.append(Sighting(index, sample.time, face, stretch))
    return Track(tuple(sightings), tuple(others), len(samples), _neutral(sightings))


def _neutral(sightings: Sequence[Sighting]) -> float:
    if not sightings:
        return 0.0
    first = [seen.face.yaw for seen in sightings if seen.time - sightings[0].time <= NEUTRAL_SECONDS]
    return float(np.median(first))


def _near(gray: NDArray[np.uint8], last: Face) -> Face | None:
    x, y, width, height = last.box
    margin = int(FOLLOW_MARGIN * last.size)
    left, top = max(0, x - margin), max(0, y - margin)
    part = gray[top : y + height + margin, left : x + width + margin]
    if min(part.shape) < 32:
        return None
    found = faces.find_gray(part, min_size=max(int(last.size * 0.8), 20), min_score=FOLLOW_SCORE, thorough=False)
    found = [face for face in found if 0.6 < face.size / last.size < 1.6]
    return found[0].moved(left, top) if found else None


def _main(found: Sequence[Face], last: Face | None) -> Face | None:
    if not found:
        return None
    if last is not None:
        found = [face for face in found if 0.5 < face.size / last.size < 2.0]
        return (
            None
            if not found
            else min(found, key=lambda face: float(np.hypot(*np.subtract(face.center, last.center))) / face.size)
        )
    return max(found, key=lambda face: face.size * (1 + max(face.score, 0)))


def _apart(one: Face, other: Face) -> bool:
    return float(np.hypot(*np.subtract(one.center, other.center))) > 0.5 * max(one.size, other.size)


def _jumped(before: Face, after: Face) -> bool:
    return _apart_by(before, after) > JUMP or not 0.65 < after.size / before.size < 1.55


def _apart_by(before: Face, after: Face) -> float:
    return float(np.hypot(*np.subtract(before.center, after.center))) / before.size
