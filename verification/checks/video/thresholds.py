"""Every limit of the video checks in one place. `identite/settings.py` may override each; README has the
calibration."""

from dataclasses import dataclass

from verification.checks import faces
from verification.checks.limits import VIDEO_MAX_BYTES


@dataclass(frozen=True, kw_only=True)
class VideoThresholds:
    """Defaults calibrated 2026-11-21 on generated recordings and one real person talking."""

    # Reading the file
    max_bytes: int = VIDEO_MAX_BYTES
    max_decoded_seconds: float = 40.0
    max_side: int = 4096  # pixels, of the stored picture
    sample_hertz: float = 5.0
    analysis_short_side: int = 720  # pixels: larger pictures are reduced before any check
    # Recording as a whole
    min_seconds: float = 6.0
    max_seconds: float = 15.0
    seconds_tolerance: float = 0.5  # recorders stop a little late
    missing_tail_seconds: float = 1.0  # header promises that much more than was decoded: cut off on its way
    frozen_seconds: float = 1.5  # longest stretch of one unchanged picture
    frozen_level: float = 0.35  # mean difference of two pictures, grey levels out of 255, below which nothing moved
    max_damaged_packets: int = 3
    audio_present: float = 0.04  # share of the recording with any sound above audio_level
    audio_level: float = 0.0006  # root mean square of full scale: below is silence of a muted microphone
    audio_cut_seconds: float = 1.5  # sound may end that much before the pictures, or have such a hole
    # Face
    min_face_search: float = 0.14  # smallest face that is looked for, against the picture's short side
    min_face: float = 0.16  # face box against the picture's short side
    min_face_pixels: int = 90
    face_present: float = 0.7  # share of the sampled frames with a face (a turned head is lost for a while)
    frontal_yaw: float = 0.12  # nose beside the middle of the eyes, in eye distances, from the person's neutral
    neutral_yaw: float = 0.25  # a recording that begins more turned than that has no frontal neutral
    min_frontal_frames: int = 4
    second_face: float = 0.5  # another face of at least this share of the main one's size counts as somebody else
    same_person: float = faces.SAME_PERSON_MAX
    different_person: float = faces.DIFFERENT_PERSON_MIN
    same_throughout: float = 0.50  # between frontal frames of one recording
    turned_allowance: float = 0.1  # a turned face resembles less
    # Challenge
    speech_probability: float = 0.35
    speech_window_seconds: float = 2.5  # a digit is said at the latest that long after it was shown
    speech_early_seconds: float = 0.15
    digits_score: float = 0.6  # of the reader, mean probability of a character
    turn: float = 0.08  # yaw from neutral, in eye distances
    document_inliers: int = 18  # points of the accepted document found again in one plane
    document_score: float = 0.6
    # Attacks
    alive: float = 2.4  # change of mouth or eyes against the usual difference of two frames
    replay: float = 0.62  # similarity of two signatures, 0 to 1
