"""Is the document held up to the camera the one whose photo was accepted?

Its picture is found again by local features: that shows a document of the same make, for all cards of a kind share
their print. What is on it decides: the portrait, the machine-readable zone, the words.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.checks import faces, ocr
from verification.checks.document_reference import DocumentReference
from verification.checks.finding import Finding, Outcome
from verification.checks.video.decode import Sample
from verification.checks.video.thresholds import VideoThresholds
from verification.checks.video.track import Track

SEARCHED_SIDE = 840  # pixels: longer side of the frame in which features are searched
FEATURES = 900
RATIO = 0.75  # Lowe's: a match counts when it is clearly better than the second best
MOST_SEARCHED = 14  # frames
MOST_COMPARED = 2  # frames: reading a document costs as much as following the face for five seconds
FLAT_WIDTH = 900  # pixels: the document laid flat
SMALLEST_AREA = 0.02  # of the frame
SMALLEST_SPREAD = 0.24  # of the accepted picture, covered by the points found again
SHORTEST_WORD = 4  # digits
SMALLEST_PORTRAIT = 24  # pixels


@dataclass(frozen=True)
class Shown:
    """The document in one frame. quad: shape (4, 2), its corners in pixels. flat: shape (height, 900, 3), laid flat."""

    time: float
    inliers: int
    quad: NDArray[np.float32]
    flat: NDArray[np.uint8]

    @property
    def box(self) -> list[int]:
        low, high = self.quad.min(axis=0), self.quad.max(axis=0)
        return [int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])]


@dataclass(frozen=True)
class Comparison:
    """What the shown document has in common with the accepted one; None where one of them does not have it."""

    portrait: float | None
    mrz: float | None
    words: tuple[str, ...]
    words_score: float | None


def check_document(
    samples: Sequence[Sample], track: Track, document: DocumentReference | None, thresholds: VideoThresholds
) -> Finding:
    """Score: 0 nothing shown … 1 the same document beyond doubt; the parts are in the evidence."""
    limit = thresholds.document_score_min
    if document is None:
        return Finding("video.no_document", Outcome.REFER)
    if _decoded(document.crop) is None:
        return _check_portrait_alone(samples, track, document, thresholds)
    compared: list[tuple[Shown, Comparison]] = []
    for one in find_document(samples, document, thresholds):
        compared.append((one, compare(one.flat, document, thresholds)))
        if _score(compared[-1][1], thresholds) >= limit or len(compared) == MOST_COMPARED:
            break
    if not compared:
        return Finding("video.document_unseen", Outcome.FAIL, 0.0, limit)
    best, comparison = max(compared, key=lambda pair: _score(pair[1], thresholds))
    score = _score(comparison, thresholds)
    evidence = {
        "time": round(best.time, 2),
        "box": best.box,
        "inliers": best.inliers,
        "portrait_distance": None if comparison.portrait is None else round(comparison.portrait, 3),
        "mrz_similarity": None if comparison.mrz is None else round(comparison.mrz, 3),
        "words": list(comparison.words),
    }
    other = comparison.portrait is not None and comparison.portrait > thresholds.different_person_min
    if other and score < limit:
        return Finding("video.other_document", Outcome.REFER, score, limit, evidence)
    return Finding(
        "video.document", Outcome.PASS if score >= limit and not other else Outcome.REFER, score, limit, evidence
    )


def _check_portrait_alone(
    samples: Sequence[Sample], track: Track, document: DocumentReference, thresholds: VideoThresholds
) -> Finding:
    """Nothing but the portrait is known: a second, smaller face that is the portrait's is the document shown."""
    if document.portrait is None:
        return Finding("video.no_document", Outcome.REFER)
    nearest, best = None, np.inf
    places = np.unique(np.linspace(0, len(samples) - 1, MOST_SEARCHED).round().astype(int))[::-1]
    for place in places:
        sample = samples[int(place)]
        person = min(track.sightings, key=lambda seen: abs(seen.time - sample.time), default=None)
        found = faces.find_gray(sample.gray, min_size=SMALLEST_PORTRAIT, thorough=False)
        small = [face for face in found if person is None or face.size < 0.6 * person.face.size]
        for face in small[:2]:
            apart = faces.distance(faces.embed(sample.rgb(), face), document.portrait)
            if apart < best:
                nearest, best = (sample.time, face), apart
        if best <= thresholds.same_person_max:
            break
    if nearest is None:
        return Finding("video.document_unseen", Outcome.FAIL, 0.0, thresholds.document_score_min)
    score = _score(Comparison(best, None, (), None), thresholds)
    evidence = {
        "time": round(nearest[0], 2),
        "box": list(nearest[1].box),
        "portrait_distance": round(best, 3),
        "compared": "portrait",
    }
    outcome = Outcome.PASS if score >= thresholds.document_score_min else Outcome.REFER
    code = "video.other_document" if best > thresholds.different_person_min else "video.document"
    return Finding(code, outcome, score, thresholds.document_score_min, evidence)


def find_document(
    samples: Sequence[Sample], document: DocumentReference, thresholds: VideoThresholds
) -> Iterator[Shown]:
    """Frames in which the accepted document's picture is found again, searched from the end: the gesture comes last."""
    crop = _decoded(document.crop)
    if crop is None:
        return
    wanted_points, wanted = _features(crop)
    if wanted is None or len(wanted_points) < 2 * thresholds.document_inliers_min:
        return
    for place in np.unique(np.linspace(0, len(samples) - 1, MOST_SEARCHED).round().astype(int))[::-1]:
        found = _find(samples[int(place)], crop, wanted_points, wanted, thresholds)
        if found is not None:
            yield found


def compare(flat: NDArray[np.uint8], document: DocumentReference, thresholds: VideoThresholds) -> Comparison:
    """Compare what is on a document laid flat with what was read on the accepted one."""
    portrait = None
    if document.portrait is not None:
        found = faces.find(flat, min_size=FLAT_WIDTH // 9)
        if found:
            main = max(found, key=lambda face: face.size)
            portrait = faces.distance(faces.embed(flat, main), document.portrait)
            if portrait <= thresholds.same_person_max - 0.05:
                return Comparison(portrait, None, (), None)  # that is the document: no need to read it too
    if document.mrz is None and not document.words:
        return Comparison(portrait, None, (), None)
    boxes = [box for box in ocr.detect(flat, max_side=960) if box.length > 1.2 * box.height]
    texts = [_plain(reading.text) for reading in ocr.recognize([ocr.crop_line(flat, box.quad) for box in boxes])]
    mrz = None
    if document.mrz:
        mrz = float(np.mean([max((_alike(line, text) for text in texts), default=0.0) for line in document.mrz]))
    # Labels are the same on every document of a kind; numbers and dates are this one's own.
    wanted = [word for word in map(_plain, document.words) if sum(map(str.isdigit, word)) >= SHORTEST_WORD]
    found_words = tuple(word for word in wanted if any(_contains(text, word) for text in texts))
    return Comparison(portrait, mrz, found_words, len(found_words) / len(wanted) if wanted else None)


def _score(comparison: Comparison, thresholds: VideoThresholds) -> float:
    parts = [0.0]
    if comparison.portrait is not None:
        span = thresholds.different_person_min - thresholds.same_person_max
        parts.append(float(np.clip(0.6 - 0.3 * (comparison.portrait - thresholds.same_person_max) / span, 0, 1)))
    if comparison.mrz is not None:
        parts.append(float(np.clip((comparison.mrz - 0.5) / 0.5, 0, 1)))
    if comparison.words_score is not None and len(comparison.words) >= 2:
        parts.append(comparison.words_score)
    return max(parts)


def _find(
    sample: Sample, crop: NDArray[np.uint8], wanted_points: NDArray[np.float32], wanted: NDArray[np.float32],
    thresholds: VideoThresholds,
) -> Shown | None:  # fmt: skip
    gray = sample.gray
    ratio = min(1.0, SEARCHED_SIDE / max(gray.shape))
    small = cv2.resize(gray, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA) if ratio < 1 else gray
    points, described = _features(small)
    if described is None or len(points) < thresholds.document_inliers_min:
        return None
    pairs = _matcher().knnMatch(wanted, described, k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < RATIO * pair[1].distance]
    if len(good) < thresholds.document_inliers_min:
        return None
    source = np.asarray([wanted_points[match.queryIdx] for match in good], np.float32)
    target = np.asarray([points[match.trainIdx] for match in good], np.float32) / np.float32(ratio)
    cv2.setRNGSeed(1)  # the same recording always gives the same findings
    homography, mask = cv2.findHomography(source, target, cv2.RANSAC, 5.0)
    inliers = 0 if mask is None else int(mask.sum())
    if homography is None or inliers < thresholds.document_inliers_min:
        return None
    height, width = crop.shape
    spread = cv2.contourArea(cv2.convexHull(source[mask.ravel() > 0]))
    if spread < SMALLEST_SPREAD * height * width:
        return None  # the printed portrait alone also resembles the living face
    corners = np.asarray([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    quad = cv2.perspectiveTransform(corners[None], homography)[0]
    if not cv2.isContourConvex(quad) or cv2.contourArea(quad) < SMALLEST_AREA * gray.size:
        return None
    scale = FLAT_WIDTH / width
    to_flat = np.diag([scale, scale, 1.0]) @ np.linalg.inv(homography)
    flat = cv2.warpPerspective(sample.rgb(), to_flat, (FLAT_WIDTH, int(height * scale)), flags=cv2.INTER_LINEAR)
    return Shown(sample.time, inliers, quad, np.asarray(flat, np.uint8))


def _decoded(crop: bytes | None) -> NDArray[np.uint8] | None:
    if not crop:
        return None
    picture = cv2.imdecode(np.frombuffer(crop, np.uint8), cv2.IMREAD_GRAYSCALE)
    return None if picture is None or min(picture.shape) < 64 else np.asarray(picture, np.uint8)


def _features(gray: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
    points, described = _sift().detectAndCompute(gray, None)
    return np.asarray([point.pt for point in points], np.float32).reshape(-1, 2), described


@cache
def _sift() -> Any:
    return cv2.SIFT_create(nfeatures=FEATURES, contrastThreshold=0.03)


@cache
def _matcher() -> Any:
    return cv2.BFMatcher(cv2.NORM_L2)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.upper())
    return "".join(character for character in decomposed if character.isalnum() or character == "<")


def _alike(line: str, text: str) -> float:
    return SequenceMatcher(None, line, text, autojunk=False).ratio()


def _contains(text: str, word: str) -> bool:
    """Is `word` in `text`, one letter in five misread at most?"""
    if word in text:
        return True
    if len(word) < 6 or len(text) < len(word) - 1:
        return False
    return (
        max(_alike(word, text[start : start + len(word)]) for start in range(max(1, len(text) - len(word) + 1))) >= 0.8
    )
