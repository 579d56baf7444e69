"""Was the head turned to the side that was asked for?"""

import numpy as np
from numpy.typing import NDArray

from verification.checks.finding import Finding, Outcome
from verification.checks.video.challenge import Gesture
from verification.checks.video.thresholds import VideoThresholds
from verification.checks.video.track import Track

HELD_SAMPLES = 3  # one sighting alone may be a misplaced nose


def check_turn(track: Track, gesture: Gesture, thresholds: VideoThresholds) -> Finding:
    """Score: largest held turn towards the side asked for, from the person's own neutral, in eye distances.

    The person's own left is on the picture's right (a stored recording is not mirrored). Turning to the other side as
    well is for an agent; turning only there is a failed gesture, like not turning.
    """
    if gesture is Gesture.SHOW_DOCUMENT:
        raise ValueError("no turn was asked for")
    side = 1.0 if gesture is Gesture.TURN_LEFT else -1.0
    yaw = np.array([side * seen.face.yaw for seen in track.sightings])
    turned = yaw - side * track.neutral_yaw
    asked, asked_at = _held(turned, track)
    opposite, opposite_at = _held(-turned, track)
    index = next((i for i, seen in enumerate(track.sightings) if seen.time == asked_at), 0)
    evidence = {
        "asked": str(gesture),
        "time": round(asked_at, 2),
        "box": list(track.sightings[index].face.box) if track.sightings else None,
        "opposite": round(opposite, 3),
        "opposite_time": round(opposite_at, 2),
        "neutral_yaw": round(track.neutral_yaw, 3),
    }
    # The turned head must also look to that side by itself: somebody who begins turned away and comes back has not
    # turned.
    truly = asked + side * track.neutral_yaw >= thresholds.turn_min / 2
    if asked < thresholds.turn_min or not truly:
        code = "video.wrong_side" if opposite >= thresholds.turn_min else "video.gesture"
        return Finding(code, Outcome.FAIL, asked, thresholds.turn_min, evidence)
    outcome = Outcome.REFER if opposite >= thresholds.turn_min and opposite > asked else Outcome.PASS
    return Finding("video.gesture", outcome, asked, thresholds.turn_min, evidence)


def _held(turned: NDArray[np.float64], track: Track) -> tuple[float, float]:
    """Largest turn that lasts: the median of HELD_SAMPLES sightings in a row, and the time of the middle one."""
    best, when = 0.0, 0.0
    for index in range(len(turned) - HELD_SAMPLES + 1):
        run = track.sightings[index : index + HELD_SAMPLES]
        together = run[-1].index - run[0].index <= HELD_SAMPLES  # one lost sample between is allowed
        held = float(np.median(turned[index : index + HELD_SAMPLES]))
        if together and held > best:
            best, when = held, run[HELD_SAMPLES // 2].time
    return best, when
