"""The recording as a whole: length, completeness, stretches where nothing moves."""

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.checks.finding import Finding, Outcome
from verification.checks.video.decode import Recording, Sample
from verification.checks.video.thresholds import VideoThresholds

BLOCKS = 12  # a picture is frozen when not one of BLOCKS x BLOCKS parts changed


def check_duration(recording: Recording, thresholds: VideoThresholds) -> Finding:
    """Score: seconds of decoded pictures; both limits are in the evidence."""
    seconds, tolerance = recording.duration, thresholds.seconds_tolerance_max
    evidence = {"min_seconds": thresholds.seconds_min, "max_seconds": thresholds.seconds_max}
    if seconds < thresholds.seconds_min - tolerance:
        return Finding("video.too_short", Outcome.FAIL, seconds, thresholds.seconds_min, evidence)
    if seconds > thresholds.seconds_max + tolerance:
        return Finding("video.too_long", Outcome.FAIL, seconds, thresholds.seconds_max, evidence)
    return Finding("video.duration", Outcome.PASS, seconds, thresholds.seconds_min, evidence)


def check_complete(recording: Recording, thresholds: VideoThresholds) -> Finding:
    """Score: seconds missing against the header or, where the header is silent, against the sound; the damaged packets
    where only these are too many.
    """
    promised = [recording.header_seconds or 0.0]
    if recording.audio is not None:
        promised.append(recording.audio_end)
    missing = max(0.0, max(promised) - recording.duration)
    evidence = {
        "header_seconds": recording.header_seconds,
        "audio_seconds": round(recording.audio_end, 2),
        "video_seconds": round(recording.duration, 2),
        "damaged_packets": recording.damaged,
    }
    limit, packets = thresholds.missing_seconds_max, thresholds.damaged_packets_max
    if missing <= limit and recording.damaged > packets:
        return Finding("video.complete", Outcome.FAIL, float(recording.damaged), float(packets), evidence)
    return Finding("video.complete", Outcome.FAIL if missing > limit else Outcome.PASS, missing, limit, evidence)


def check_frozen(recording: Recording, thresholds: VideoThresholds) -> Finding:
    """Score: seconds of the longest stretch without any change, or without any picture."""
    longest, begin = 0.0, 0.0
    start = recording.samples[0].time
    previous = _thumbnail(recording.samples[0])
    for sample in recording.samples[1:]:
        current = _thumbnail(sample)
        if float(np.abs(current - previous).max()) > thresholds.frozen_level_max:
            start = sample.time
        elif sample.time - start > longest:
            longest, begin = sample.time - start, start
        previous = current
    gaps = np.diff(recording.frame_times)
    if gaps.size and float(gaps.max()) > longest:
        longest, begin = float(gaps.max()), float(recording.frame_times[int(gaps.argmax())])
    outcome = Outcome.FAIL if longest > thresholds.frozen_seconds_max else Outcome.PASS
    return Finding("video.frozen", outcome, longest, thresholds.frozen_seconds_max, {"time": round(begin, 2)})


def _thumbnail(sample: Sample) -> NDArray[np.float32]:
    # The mean of many pixels shows changes far below one grey level.
    return np.asarray(cv2.resize(sample.small, (BLOCKS, BLOCKS), interpolation=cv2.INTER_AREA), np.float32)
