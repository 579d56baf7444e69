"""A practice run: camera, microphone, light and face, with the checks of the real video and no challenge."""

import numpy as np

from verification.checks.finding import Finding, Outcome
from verification.checks.video import person, sound, whole
from verification.checks.video.decode import Recording, UnreadableVideo, read_video
from verification.checks.video.thresholds import VideoThresholds
from verification.checks.video.track import Track, follow_person

# Median brightness of the face, 16 to 235. Below or above, a real video would cost an attempt for nothing.
DARK_FACE = 45.0
BRIGHT_FACE = 225.0


def examine_practice(data: bytes, *, thresholds: VideoThresholds) -> tuple[Finding, ...]:
    """What would go wrong before the challenge even begins. Never raises for whatever bytes; an engine that breaks raises."""
    try:
        recording = read_video(data, thresholds)
    except UnreadableVideo as unreadable:
        return (Finding(unreadable.code, Outcome.FAIL),)
    samples = recording.samples
    track = follow_person(samples, thresholds)
    findings = [
        whole.check_frozen(recording, thresholds),
        sound.check_audio(recording, thresholds, needed=True),
        person.check_present(track, samples, thresholds),
    ]
    if track.sightings:
        described = person.describe(track, samples, thresholds)
        findings += [
            person.check_size(track, samples, thresholds),
            person.check_frontal(track, thresholds),
            person.check_alone(track, samples, described, thresholds),
        ]
    findings.append(check_light(recording, track))
    return tuple(findings)


def check_light(recording: Recording, track: Track) -> Finding:
    """Score: median brightness of the face, or of the whole picture where no face was found."""
    levels = []
    for seen in track.sightings[:: max(1, len(track.sightings) // 8)]:
        x, y, width, height = seen.face.box
        part = recording.samples[seen.index].gray[max(0, y) : y + height, max(0, x) : x + width]
        if part.size:
            levels.append(float(np.median(part)))
    if not levels:
        levels = [float(np.median(sample.gray)) for sample in recording.samples]
    score = float(np.median(levels))
    good = DARK_FACE <= score <= BRIGHT_FACE
    limit = BRIGHT_FACE if score > BRIGHT_FACE else DARK_FACE
    return Finding("video.light", Outcome.PASS if good else Outcome.FAIL, score, limit)
