"""From a capture's row and files to its checks, and back to what the row keeps. Imported by the worker alone: it loads the engines."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict

import numpy as np
from django.utils import timezone
from PIL import Image

from verification.capture import recordings, reference
from verification.capture.challenge import spec
from verification.capture.models import PHOTOS, Capture, CaptureKind, CaptureState, Challenge, Trial
from verification.capture.results import Result
from verification.checks import faces, ocr
from verification.checks.document.examination import examine_photo
from verification.checks.document_reference import DocumentReference
from verification.checks.finding import Finding
from verification.checks.kinds import DocumentKind, Side
from verification.checks.video import replay_bands, sound
from verification.checks.video.examination import examine_video
from verification.checks.video.practice import examine_practice
from verification.models import Verification
from verification.thresholds import document_thresholds, video_thresholds

SHEET_COLUMNS = 3
SHEET_WIDTH = 480  # pixels of one key frame on the sheet


def load_engines() -> None:
    """Every model, once in a process: some 200 MB and a second."""
    for engine in (ocr, faces, sound):
        engine.load()


def examine(capture: Capture) -> Result:
    """Run the checks of this capture's kind. Writes nothing."""
    with capture.file.open("rb") as opened:
        data: bytes = opened.read()
    if capture.kind == CaptureKind.VIDEO:
        return _video(capture, data)
    return _photo(capture, data)


def _photo(capture: Capture, data: bytes) -> Result:
    found = examine_photo(
        data,
        kind=DocumentKind(capture.document_kind),
        side=Side(capture.kind),
        typed=capture.verification.typed(),
        today=timezone.localdate(),
        thresholds=document_thresholds(),
    )
    read = {
        "mrz": found.mrz.as_json() if found.mrz is not None else None,
        "fields": {name: asdict(value) for name, value in found.fields.items()},
        "portrait_box": list(found.portrait_box) if found.portrait_box is not None else None,
        "picture_size": list(found.upright_size),
        "kind": str(found.kind or ""),
        "side": str(found.side or ""),
    }
    return Result(
        findings=found.findings,
        read=read,
        versions=found.versions,
        face=_face(found.portrait),
        reference=reference.pack(found.reference) if found.readable else None,
        preview=found.picture or None,  # the boxes of the findings are in its pixels
    )


def _video(capture: Capture, data: bytes) -> Result:
    verification = capture.verification
    # Looked up again: the last run of the same capture may have come to its end.
    challenge = Challenge.objects.get(capture=capture)
    document = shown_document(verification)
    found = examine_video(
        data,
        challenge=spec(challenge),
        portrait=document.portrait if document is not None else None,
        document=document,
        known=lambda signature: recordings.comparable(verification, replay_bands.probes(signature)),
        recorded=challenge.recorded,
        thresholds=video_thresholds(),
    )
    return Result(
        findings=found.findings,
        read={"seconds": round(found.duration, 2), "key_frames": [round(time, 2) for time, _ in found.key_frames]},
        versions=found.versions,
        face=_face(found.embedding),
        signature=found.signature,
        bands=replay_bands.bands(found.signature) if found.signature else (),
        preview=_sheet(jpeg for _, jpeg in found.key_frames),
    )


def examine_trial(trial: Trial) -> Sequence[Finding]:
    """Camera, microphone, light and face of a practice run."""
    with trial.file.open("rb") as opened:
        return examine_practice(opened.read(), thresholds=video_thresholds())


def shown_document(verification: Verification) -> DocumentReference | None:
    """What the accepted photos of this document left, both sides in one: the same card may be shown from either."""
    rows = Capture.objects.filter(
        verification=verification,
        state=CaptureState.ACCEPTED,
        kind__in=PHOTOS,
        document_kind=verification.shown_kind,
    ).order_by("-kind", "-uploaded_at")  # the front first: it bears the portrait
    parts = [reference.unpack(bytes(row.reference)) for row in rows if row.reference]
    if not parts:
        return None
    return DocumentReference(
        portrait=next((part.portrait for part in parts if part.portrait is not None), None),
        mrz=next((part.mrz for part in parts if part.mrz), None),
        crop=next((part.crop for part in parts if part.crop), None),
        words=tuple(word for part in parts for word in part.words),
    )


def _face(embedding: np.ndarray | None) -> bytes | None:
    return np.asarray(embedding, np.float64).tobytes() if embedding is not None else None


def _sheet(frames: Iterable[bytes]) -> bytes | None:
    """The key frames side by side, in time, as one JPEG: what an agent sees before playing the video."""
    pictures = []
    for jpeg in frames:
        with Image.open(io.BytesIO(jpeg)) as image:
            height = round(image.height * SHEET_WIDTH / image.width)
            pictures.append(image.convert("RGB").resize((SHEET_WIDTH, height)))
    if not pictures:
        return None
    rows = -(-len(pictures) // SHEET_COLUMNS)
    columns = min(len(pictures), SHEET_COLUMNS)
    height = max(picture.height for picture in pictures)
    sheet = Image.new("RGB", (columns * SHEET_WIDTH, rows * height), "black")
    for place, picture in enumerate(pictures):
        sheet.paste(picture, (place % SHEET_COLUMNS * SHEET_WIDTH, place // SHEET_COLUMNS * height))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=85)
    return out.getvalue()
