"""Every number by which a face video is judged."""

from dataclasses import dataclass

from verification.checks.thresholds import Thresholds, threshold


@dataclass(frozen=True, kw_only=True)
class VideoThresholds(Thresholds):
    """Calibrated on 2026-11-21 on generated recordings, bona fide and attacks, one real person talking, and 300 pairs
    of photographs of faces.
    """

    # Reading the file
    decoded_seconds_max: float = threshold(40.0, "s", "how much of a recording is looked at before it is too long")
    side_max: int = threshold(4096, "pixels", "side of the stored pictures")
    sample_hertz_max: float = threshold(5.0, "pictures per s", "how many pictures are looked at")
    short_side_max: int = threshold(720, "pixels", "larger pictures are reduced to this before any check")
    # The recording as a whole
    seconds_min: float = threshold(6.0, "s", "shortest recording")
    seconds_max: float = threshold(15.0, "s", "longest recording")
    seconds_tolerance_max: float = threshold(0.5, "s", "recorders stop a little late")
    missing_seconds_max: float = threshold(
        1.0, "s", "the header may promise that much more than could be decoded: beyond, it was cut off on its way"
    )
    frozen_seconds_max: float = threshold(1.5, "s", "longest stretch of one unchanged picture")
    frozen_level_max: float = threshold(
        0.35, "grey levels of 255", "mean difference of two pictures up to which nothing moved"
    )
    damaged_packets_max: int = threshold(3, "packets", "how many could not be decoded")
    audio_present_min: float = threshold(0.04, "", "share of the recording with any sound above `audio_level_min`")
    audio_level_min: float = threshold(
        0.0006, "of full scale", "root mean square: below it, the silence of a muted microphone"
    )
    audio_cut_seconds_max: float = threshold(
        1.5, "s", "sound may end that much before the pictures, or have such a hole"
    )
    # The face
    face_search_min: float = threshold(0.14, "", "smallest face that is looked for, against the picture's short side")
    face_min: float = threshold(0.16, "", "size of the face against the picture's short side")
    face_pixels_min: int = threshold(90, "pixels", "size of the face")
    face_present_min: float = threshold(
        0.7, "", "share of the sampled pictures that show a face; a turned head is lost for a while"
    )
    frontal_yaw_max: float = threshold(
        0.12, "eye distances", "nose beside the middle of the eyes, from the person's own neutral"
    )
    neutral_yaw_max: float = threshold(
        0.25, "eye distances", "a recording that begins more turned than that has no frontal neutral"
    )
    frontal_frames_min: int = threshold(4, "pictures", "how many show the face from the front")
    second_face_max: float = threshold(0.5, "", "another face from this share of the main one's size is somebody else")
    same_person_max: float = threshold(
        0.58, "distance", "to the document's portrait, up to which it is the same person"
    )
    different_person_min: float = threshold(
        0.68, "distance", "from which it is another one; between the two an agent compares"
    )
    same_throughout_max: float = threshold(
        0.50, "distance", "between frontal pictures of one recording: above it the face was exchanged"
    )
    turned_allowance_max: float = threshold(0.1, "distance", "a turned face resembles less")
    # The challenge
    speech_probability_min: float = threshold(0.35, "", "of voice, in a burst that counts as speech")
    speech_window_seconds_max: float = threshold(2.5, "s", "a digit is said at the latest that long after it was shown")
    speech_early_seconds_max: float = threshold(0.15, "s", "how much before it was shown it may begin")
    digits_score_min: float = threshold(0.6, "", "mean probability of the digits read on paper")
    turn_min: float = threshold(0.08, "eye distances", "turn of the head from the person's own neutral")
    document_inliers_min: int = threshold(18, "points", "of the accepted document found again in one plane")
    document_score_min: float = threshold(0.6, "", "likeness of the document shown to the one accepted before")
    # Attacks
    alive_min: float = threshold(
        2.4, "times", "movement of mouth and eyes against the usual difference of two pictures: below it a still image"
    )
    replay_min: float = threshold(0.62, "", "likeness to an earlier recording from which it is a replay")
