"""Who is in the recording: one face, well visible, always the same, and the document's."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verification.checks import faces
from verification.checks.faces import Embedding
from verification.checks.finding import Finding, Outcome
from verification.checks.video.decode import Sample
from verification.checks.video.lift import lifted_face
from verification.checks.video.thresholds import VideoThresholds
from verification.checks.video.track import Sighting, Track

MOST_DESCRIBED = 9  # frames a recording: describing one costs as much as following the face for three seconds
DESCRIBED_EVERY = 1.0  # seconds
DOUBTFUL_SECONDS = 0.7  # a foreign face must also be foreign on a second frame so near
OTHER_SEEN = 2  # times


@dataclass(frozen=True)
class Described:
    """embedding: shape (128,), of the face at that sighting. frontal: against the person's own neutral."""

    seen: Sighting
    embedding: Embedding
    frontal: bool = True


def check_present(track: Track, samples: Sequence[Sample], thresholds: VideoThresholds) -> Finding:
    """Score: share of the sampled frames in which the face is seen."""
    share = len(track.sightings) / max(1, track.total)
    if not track.sightings:
        return Finding("video.no_face", Outcome.FAIL, 0.0, thresholds.face_present_min)
    outcome = Outcome.PASS if share >= thresholds.face_present_min else Outcome.FAIL
    evidence = {"lost": _lost(track, samples), "frames": track.total}
    return Finding("video.face_present", outcome, share, thresholds.face_present_min, evidence)


def check_size(track: Track, samples: Sequence[Sample], thresholds: VideoThresholds) -> Finding:
    """Score: median side of the face against the picture's short side; so many pixels of it are needed too."""
    short = min(samples[0].gray.shape)
    side = float(np.median([seen.face.size for seen in track.sightings]))
    score = side / short
    limit = max(thresholds.face_min, thresholds.face_pixels_min / short)
    middle = track.sightings[len(track.sightings) // 2]
    evidence = {"pixels": round(side), "time": round(middle.time, 2), "box": list(middle.face.box)}
    return Finding("video.face_size", Outcome.PASS if score >= limit else Outcome.FAIL, score, limit, evidence)


def check_frontal(track: Track, thresholds: VideoThresholds) -> Finding:
    """Score: frames on which the person looks at the camera, enough of them to compare the face.

    Where these are enough and the whole recording is turned, the score is the turn at rest, in eye distances.
    """
    count = len(track.frontal(thresholds.frontal_yaw_max))
    few, turn = count < thresholds.frontal_frames_min, abs(track.neutral_yaw)
    evidence = {"neutral_yaw": round(track.neutral_yaw, 3), "frames": count}
    if turn > thresholds.neutral_yaw_max and not few:
        return Finding("video.frontal", Outcome.FAIL, turn, thresholds.neutral_yaw_max, evidence)
    outcome = Outcome.FAIL if few else Outcome.PASS
    return Finding("video.frontal", outcome, float(count), float(thresholds.frontal_frames_min), evidence)


def check_alone(
    track: Track, samples: Sequence[Sample], described: Sequence[Described], thresholds: VideoThresholds
) -> Finding:
    """Is nobody else there? Score: size of the largest other face against the main one; the person's own portrait on a
    document does not count, nor does a face seen once.
    """
    size = float(np.median([seen.face.size for seen in track.sightings]))
    large = [(time, face) for time, face in track.others if face.size / size >= thresholds.second_face_max]
    largest = max((face.size / size for _, face in track.others), default=0.0)
    if len(large) < OTHER_SEEN:
        return Finding("video.alone", Outcome.PASS, largest, thresholds.second_face_max)
    time, face = max(large, key=lambda seen: seen[1].score)
    sample = min(samples, key=lambda one: abs(one.time - time))
    evidence = {"time": round(time, 2), "box": list(face.box), "times": [round(when, 2) for when, _ in large]}
    if described:
        apart = faces.distance(median_embedding(described), faces.embed(sample.rgb(), face))
        evidence["distance"] = round(apart, 3)
        if apart <= thresholds.same_person_max:
            return Finding("video.alone", Outcome.PASS, largest, thresholds.second_face_max, evidence)
    return Finding("video.alone", Outcome.FAIL, largest, thresholds.second_face_max, evidence)


def describe(track: Track, samples: Sequence[Sample], thresholds: VideoThresholds) -> list[Described]:
    """Embeddings of the most frontal sighting of every second and every stretch, thinned to MOST_DESCRIBED; in time.

    Seconds in which the head is turned count too: nobody may change places while she looks aside.
    """
    best: dict[tuple[int, int], Sighting] = {}
    for seen in track.sightings:
        place = (seen.stretch, int(seen.time / DESCRIBED_EVERY))
        if place not in best or _worth(seen, track) > _worth(best[place], track):
            best[place] = seen
    spread = sorted(best.values(), key=lambda seen: seen.time)
    if len(spread) > MOST_DESCRIBED:
        needed = {seen.stretch: seen for seen in sorted(spread, key=lambda seen: _worth(seen, track))}
        rest = [seen for seen in spread if seen not in needed.values()]
        room = max(0, MOST_DESCRIBED - len(needed))
        kept = [rest[int(place)] for place in np.linspace(0, len(rest) - 1, room)] if rest and room else []
        spread = sorted([*needed.values(), *kept], key=lambda seen: seen.time)[: 2 * MOST_DESCRIBED]
    return [_describe(seen, track, samples, thresholds) for seen in spread]


def _worth(seen: Sighting, track: Track) -> float:
    """How well a sighting serves a comparison: frontal first, then clear."""
    return min(seen.face.score, 1.5) * 0.05 - abs(seen.face.yaw - track.neutral_yaw)


def median_embedding(described: Sequence[Described]) -> Embedding:
    """The one of the embeddings that is nearest to all others: unlike a mean, it is a face that was seen."""
    chosen = _frontal(described)
    return chosen[int(_apart(chosen).sum(axis=1).argmin())].embedding


def check_same_throughout(
    described: Sequence[Described], track: Track, samples: Sequence[Sample], thresholds: VideoThresholds
) -> Finding:
    """One and the same face from the first frame to the last? Score: largest distance to the recording's typical face.

    A frame that looks foreign must have a foreign neighbour too: one blurred frame is no other person.
    """
    limit = thresholds.same_throughout_max
    typical = median_embedding(described)
    worst, evidence = 0.0, {}
    for one in described:
        allowance = 0.0 if one.frontal else thresholds.turned_allowance_max
        apart = faces.distance(one.embedding, typical) - allowance
        if apart > limit:
            near = _neighbours(one, track, samples, thresholds)
            apart = min([apart, *(faces.distance(other.embedding, typical) - allowance for other in near)])
        if apart > worst:
            worst = apart
            evidence = {"time": round(one.seen.time, 2), "box": list(one.seen.face.box)}
    return Finding("video.same_face", Outcome.PASS if worst <= limit else Outcome.REFER, worst, limit, evidence)


def check_match(described: Sequence[Described], portrait: Embedding | None, thresholds: VideoThresholds) -> Finding:
    """The face on the document? Score: median distance of the frontal frames to the portrait.

    Three zones: same person passes, doubtful and different are for an agent, who sees which.
    """
    limit = thresholds.same_person_max
    if portrait is None:
        return Finding("video.no_portrait", Outcome.REFER)
    described = _frontal(described)
    apart = [faces.distance(one.embedding, portrait) for one in described]
    score = float(np.median(apart))
    nearest = described[int(np.argmin(apart))].seen
    zone = "same" if score <= limit else "different" if score > thresholds.different_person_min else "doubtful"
    evidence = {
        "zone": zone,
        "distances": [round(value, 3) for value in apart],
        "different_from": thresholds.different_person_min,
        "time": round(nearest.time, 2),
        "box": list(nearest.face.box),
    }
    if zone == "different":
        return Finding("video.other_person", Outcome.REFER, score, thresholds.different_person_min, evidence)
    return Finding("video.face_match", Outcome.PASS if zone == "same" else Outcome.REFER, score, limit, evidence)


def _describe(seen: Sighting, track: Track, samples: Sequence[Sample], thresholds: VideoThresholds) -> Described:
    rgb = samples[seen.index].rgb()
    if track.lifted:
        rgb = lifted_face(rgb, seen.face)
    frontal = track.is_frontal(seen, thresholds.frontal_yaw_max)
    return Described(seen, faces.embed(rgb, seen.face), frontal)


def _neighbours(
    one: Described, track: Track, samples: Sequence[Sample], thresholds: VideoThresholds
) -> list[Described]:
    near = [
        seen
        for seen in track.sightings
        if seen.index != one.seen.index
        and seen.stretch == one.seen.stretch
        and abs(seen.time - one.seen.time) <= DOUBTFUL_SECONDS
    ]
    nearest = sorted(near, key=lambda seen: _worth(seen, track), reverse=True)[:2]
    return [_describe(seen, track, samples, thresholds) for seen in nearest]


def _frontal(described: Sequence[Described]) -> list[Described]:
    return [one for one in described if one.frontal] or list(described)


def _apart(described: Sequence[Described]) -> NDArray[np.float64]:
    stacked = np.stack([one.embedding for one in described])
    result: NDArray[np.float64] = np.linalg.norm(stacked[:, None] - stacked[None], axis=2)
    return result


def _lost(track: Track, samples: Sequence[Sample]) -> list[list[float]]:
    """Stretches without a face, as [from, to] in seconds."""
    seen = {sighting.index for sighting in track.sightings}
    spans: list[list[float]] = []
    for index, sample in enumerate(samples):
        if index in seen:
            continue
        if spans and index - 1 not in seen and index > 0:
            spans[-1][1] = round(sample.time, 2)
        else:
            spans.append([round(sample.time, 2), round(sample.time, 2)])
    return spans
