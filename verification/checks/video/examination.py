"""One recording, every check, one result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.checks import faces, ocr
from verification.checks.document_reference import DocumentReference
from verification.checks.faces import Embedding
from verification.checks.finding import Finding, Outcome, worst, worst_first
from verification.checks.video import liveness, person, replay, sound, whole
from verification.checks.video.challenge import ChallengeSpec, Form, Gesture
from verification.checks.video.decode import Recording, Sample, UnreadableVideo, read_video
from verification.checks.video.gesture import check_turn
from verification.checks.video.shown_document import check_document
from verification.checks.video.thresholds import VideoThresholds
from verification.checks.video.track import Track, follow_person
from verification.checks.video.written import check_written, read_digits

CODE_VERSION = "1"
MOST_KEY_FRAMES = 6
KEY_FRAME_SIDE = 960  # pixels: longer side
PORTRAIT_SIDE = 1600  # pixels: a photo of a document is searched for its portrait no larger


@dataclass(frozen=True, kw_only=True)
class VideoExamination:
    """What `examine_video` found.

    findings: one for each check that could run, failed ones first. signature: to be kept and handed back in `known`
    for later recordings (None when unreadable). embedding: shape (128,), the person's face, median of frontal frames
    (None without a face). key_frames: at most 6 (seconds from the first frame, JPEG bytes) for the agent. duration:
    seconds of decoded pictures. versions: of models and code, for a later comparison. readable: false when the file
    could not be decoded at all; `findings` then holds the one reason, as it does for a recording too long to be looked at.
    """

    findings: tuple[Finding, ...]
    signature: bytes | None = None
    embedding: NDArray[np.float64] | None = None
    key_frames: tuple[tuple[float, bytes], ...] = ()
    duration: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)
    readable: bool = True

    @property
    def outcome(self) -> Outcome:
        return worst(finding.outcome for finding in self.findings)


def examine_video(
    data: bytes,
    *,
    challenge: ChallengeSpec,
    portrait: NDArray[np.uint8] | NDArray[np.float64] | None,
    document: DocumentReference | None,
    known: replay.Known,
    recorded: bool,
    thresholds: VideoThresholds,
) -> VideoExamination:
    """Run every check over one face video, decoding it once.

    data: the file as it was sent. portrait: RGB picture with the portrait, shape (height, width, 3), or its
    embedding, shape (128,); None takes the document's. document: what the accepted photo left (gesture
    `show_document`, portrait). known: for the recording's signature, id → signature of the
    earlier ones that it may repeat.
    recorded: by our page; False is an uploaded file, whose speech is not timed and which always goes to an agent.
    Never raises for whatever bytes; an engine that breaks raises.
    """
    versions = _versions()
    try:
        recording = read_video(data, thresholds)
    except UnreadableVideo as unreadable:
        evidence = {"detail": unreadable.detail} if unreadable.detail else {}
        finding = Finding(unreadable.code, Outcome.FAIL, evidence=evidence)
        return VideoExamination(findings=(finding,), versions=versions, readable=unreadable.code == "video.too_long")
    seen = {"codec": recording.codec, "width": recording.width, "height": recording.height}
    findings = [Finding("video.decodable", Outcome.PASS, evidence=seen)]
    findings.append(whole.check_duration(recording, thresholds))
    findings.append(whole.check_complete(recording, thresholds))
    findings.append(whole.check_frozen(recording, thresholds))
    if not recorded:
        findings.append(Finding("video.uploaded", Outcome.REFER))
    samples = recording.samples
    findings += _check_challenge(recording, challenge, thresholds, timed=recorded)
    track = follow_person(samples, thresholds)
    described = person.describe(track, samples, thresholds)
    findings += _check_person(track, samples, described, _portrait(portrait, document), thresholds)
    findings += _check_gesture(track, samples, challenge.gesture, document, thresholds)
    signature = replay.signature(samples)
    findings.append(replay.check_replay(signature, known(signature), thresholds))
    findings = worst_first(findings)
    return VideoExamination(
        findings=tuple(findings),
        signature=signature,
        embedding=person.median_embedding(described) if described else None,
        key_frames=_key_frames(findings, track, samples),
        duration=recording.duration,
        versions=versions,
    )


def _check_challenge(
    recording: Recording, challenge: ChallengeSpec, thresholds: VideoThresholds, *, timed: bool
) -> list[Finding]:
    """The digits, spoken or written. Either way: reading comes first, since it proves more; speech when nothing was
    read.
    """
    findings = []
    written: Finding | None = None
    if challenge.form is not Form.SPOKEN:
        written = check_written(read_digits(recording.samples, challenge.digits), challenge, thresholds)
    spoken_wanted = challenge.form is Form.SPOKEN or (written is not None and written.code == "video.no_digits")
    spoken_wanted = spoken_wanted and challenge.form is not Form.WRITTEN
    heard = sound.check_audio(recording, thresholds, needed=spoken_wanted)
    findings.append(heard)
    if not spoken_wanted:
        return [*findings, written] if written is not None else findings
    bursts: list[sound.Burst] = []
    if heard.outcome is Outcome.PASS and recording.audio is not None:
        bursts = sound.speech_bursts(recording.audio, start_probability=thresholds.speech_probability_min)
    findings.append(sound.check_spoken(bursts, challenge, thresholds, timed=timed))
    return findings


def _check_person(
    track: Track,
    samples: Sequence[Sample],
    described: Sequence[person.Described],
    portrait: Embedding | None,
    thresholds: VideoThresholds,
) -> list[Finding]:
    findings = [person.check_present(track, samples, thresholds)]
    if not track.sightings:
        return findings
    findings.append(person.check_size(track, samples, thresholds))
    findings.append(person.check_frontal(track, thresholds))
    findings.append(person.check_alone(track, samples, described, thresholds))
    if described:
        findings.append(person.check_same_throughout(described, track, samples, thresholds))
        findings.append(person.check_match(described, portrait, thresholds))
    findings.append(liveness.check_alive(track, samples, thresholds))
    return findings


def _check_gesture(
    track: Track,
    samples: Sequence[Sample],
    gesture: Gesture,
    document: DocumentReference | None,
    thresholds: VideoThresholds,
) -> list[Finding]:
    if gesture is Gesture.SHOW_DOCUMENT:
        return [check_document(samples, track, document, thresholds)]
    return [check_turn(track, gesture, thresholds)] if track.sightings else []


def portrait_embedding(rgb: NDArray[np.uint8]) -> Embedding | None:
    """Embedding of the largest face on a photo of a face or of a document, None when there is none."""
    ratio = min(1.0, PORTRAIT_SIDE / max(rgb.shape[:2]))
    picture = cv2.resize(rgb, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA) if ratio < 1 else rgb
    picture = np.ascontiguousarray(picture)
    found = faces.find(picture, min_size=max(24, min(picture.shape[:2]) // 9))
    return faces.embed(picture, max(found, key=lambda face: face.size)) if found else None


def _portrait(
    portrait: NDArray[np.uint8] | NDArray[np.float64] | None, document: DocumentReference | None
) -> Embedding | None:
    if portrait is None:
        return document.portrait if document is not None else None
    if portrait.ndim == 1:
        return np.asarray(portrait, np.float64)
    return portrait_embedding(np.asarray(portrait, np.uint8))


def _key_frames(
    findings: Sequence[Finding], track: Track, samples: Sequence[Sample]
) -> tuple[tuple[float, bytes], ...]:
    """The best frontal frame, then the moments that findings point to, then frames spread over the rest."""
    times = [seen.time for seen in track.frontal(0.12)[:1]]
    times += [float(finding.evidence["time"]) for finding in findings if "time" in finding.evidence]
    times += [float(time) for time in np.linspace(0, samples[-1].time, MOST_KEY_FRAMES)]
    chosen: list[Sample] = []
    for time in times:
        sample = min(samples, key=lambda one: abs(one.time - time))
        if len(chosen) < MOST_KEY_FRAMES and all(abs(sample.time - other.time) > 0.35 for other in chosen):
            chosen.append(sample)
    return tuple((sample.time, _jpeg(sample)) for sample in sorted(chosen, key=lambda sample: sample.time))


def _jpeg(sample: Sample) -> bytes:
    rgb = sample.rgb()
    ratio = min(1.0, KEY_FRAME_SIDE / max(rgb.shape[:2]))
    picture = cv2.resize(rgb, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA) if ratio < 1 else rgb
    done, encoded = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
    if not done:
        raise RuntimeError("a decoded frame could not be written as JPEG")
    return bytes(encoded.tobytes())


def _versions() -> dict[str, str]:
    return {"video_checks": CODE_VERSION} | faces.versions() | ocr.versions() | sound.versions()
