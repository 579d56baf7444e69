"""Captures: stored, confirmed, checked, taken again. Every rule about them is here; views ask, tasks carry."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from identite import journal, quotas
from identite.locks import locked
from identite.transitions import TransitionNotAllowed
from verification.capture import pictures, transitions
from verification.capture.challenge import VideoLocked, lock_of, newest
from verification.capture.models import Capture, CaptureKind, CaptureState, Challenge, Finding
from verification.capture.uploads import BadUpload
from verification.capture.videos import video_type
from verification.checks.finding import Finding as Found
from verification.checks.finding import Outcome, worst
from verification.identity import DocumentKind
from verification.models import State, Verification

logger = logging.getLogger(__name__)

PHOTOS = (CaptureKind.FRONT, CaptureKind.BACK)
# A passport's data page has everything.
SIDES: dict[str, tuple[CaptureKind, ...]] = {
    DocumentKind.CNI: PHOTOS,
    DocumentKind.PERMIT: PHOTOS,
    DocumentKind.PASSPORT: (CaptureKind.FRONT,),
}
# A video that did not arrive whole, or is no video at all, uses no attempt.
INCOMPLETE = frozenset(
    {
        "video.empty", "video.too_large", "video.not_video", "video.codec", "video.no_pictures", "video.dimensions",
        "video.damaged", "video.complete", "video.too_short",
    }
)  # fmt: skip
ERROR = "capture.error"
# Read from the pictures: goes with them.
CONTENTS = ("read", "face", "reference", "signature")
_HEAVY = ("read", "versions", "face", "reference", "signature")


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one run of the checks leaves, ready for the columns. preview: JPEG that replaces the one shown so far (upright photo,

    a video's key frames).
    """

    findings: Sequence[Found]
    read: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    face: bytes | None = None
    reference: bytes | None = None
    signature: bytes | None = None
    preview: bytes | None = None


# --- Reading ---


def captures(verification: Verification) -> dict[str, list[Capture]]:
    """The captures that still count, by kind, newest first; one query a request, kept on the row until something is written."""
    known: dict[str, list[Capture]] | None = getattr(verification, "_captures", None)
    if known is None:
        known = {kind: [] for kind in CaptureKind.values}
        counting = verification.captures.exclude(state=CaptureState.REPLACED)
        for capture in counting.defer(*_HEAVY).select_related("challenge"):
            if capture.kind == CaptureKind.VIDEO or capture.document_kind == verification.shown_kind:
                known.setdefault(capture.kind, []).append(capture)
        verification._captures = known  # type: ignore[attr-defined]
    return known


def challenge(verification: Verification) -> Challenge | None:
    """The newest challenge, whatever became of it; read once a request."""
    if "_challenge" not in verification.__dict__:
        verification._challenge = newest(verification)  # type: ignore[attr-defined]
    known: Challenge | None = verification.__dict__["_challenge"]
    return known


def forget(verification: Verification) -> None:
    """What was read before is out of date."""
    for name in ("_captures", "_challenge"):
        verification.__dict__.pop(name, None)


def current(verification: Verification, kind: str) -> Capture | None:
    """The capture that the page of this kind is about: the newest one."""
    return next(iter(captures(verification)[kind]), None)


def accepted(verification: Verification, kind: str) -> Capture | None:
    """The capture that counts for this kind."""
    return next((row for row in captures(verification)[kind] if row.state == CaptureState.ACCEPTED), None)


def sides(verification: Verification) -> tuple[CaptureKind, ...]:
    """Which photos the shown document needs."""
    return SIDES.get(verification.shown_kind, ())


def photo_tries(verification: Verification) -> quotas.Usage:
    return quotas.usage("document_photo", verification.file)


def is_late(capture: Capture) -> bool:
    """Does its check take longer than it should? The sweep looks after it; the page offers a way on."""
    since = capture.queued_at or capture.uploaded_at
    return capture.runs > 1 or (timezone.now() - since).total_seconds() > settings.CHECK_LATE_SECONDS


# --- Storing ---


def store_photo(verification: Verification, kind: str, data: bytes) -> Capture:
    """Keep an uploaded photo until the citizen has looked at it. Raises BadUpload; counts no try."""
    picture = pictures.read_picture(data, max_bytes=settings.PHOTO_MAX_BYTES, max_pixels=settings.PHOTO_MAX_PIXELS)
    _refuse_again(verification, kind, picture)
    capture = Capture(
        verification=verification,
        kind=kind,
        document_kind=verification.shown_kind,
        content_type=picture.content_type,
        size=len(picture.data),
        sha256=picture.sha256,
        signature=picture.signature,
    )
    return _store(capture, picture.data, picture.preview)


def store_video(verification: Verification, challenge_id: UUID, data: bytes, *, send: bool) -> Capture:
    """Keep a video made for one challenge; `send` has it checked at once, otherwise the citizen looks at it first.

    The same bytes sent again, because the answer was lost on its way, give the capture that they made the first time.
    Raises BadUpload, VideoLocked.
    """
    content_type = video_type(data)
    if len(data) > settings.VIDEO_MAX_BYTES:
        raise BadUpload("video_too_large")
    challenge = Challenge.objects.filter(pk=challenge_id, verification=verification, used_at__isnull=False).first()
    if challenge is None:
        raise BadUpload("challenge_expired")
    sha256 = hashlib.sha256(data).hexdigest()
    earlier = Capture.objects.filter(challenge=challenge).first()
    if earlier is not None and earlier.sha256 == sha256:
        return send_video(earlier) if send else earlier
    if earlier is not None and earlier.state != CaptureState.UPLOADED:
        raise BadUpload("challenge_used")
    if challenge.expires_at <= timezone.now():
        raise BadUpload("challenge_expired")
    usage = lock_of(verification)
    if usage.exceeded:
        raise VideoLocked(usage.until)
    capture = Capture(
        verification=verification,
        kind=CaptureKind.VIDEO,
        challenge=challenge,
        content_type=content_type,
        size=len(data),
        sha256=sha256,
    )
    try:
        stored = _store(capture, data, None)
    except BadUpload:
        # The same sending, arrived twice at once: the other one was first.
        twin = Capture.objects.filter(challenge=challenge, sha256=sha256).first()
        if twin is None:
            raise
        return twin
    return send_video(stored) if send else stored


def _store(capture: Capture, data: bytes, preview: bytes | None) -> Capture:
    """Write the files first, the row after: a row never names a file that is not there."""
    capture.file.save("file", ContentFile(data), save=False)
    if preview is not None:
        capture.preview.save("preview", ContentFile(preview), save=False)
    try:
        with transaction.atomic():
            verification = locked(capture.verification)
            if verification.state != State.OPEN:
                raise BadUpload("closed")
            same_kind = Capture.objects.filter(verification=verification, kind=capture.kind)
            if same_kind.filter(state=CaptureState.QUEUED).exists() or _video_runs(verification):
                raise BadUpload("running")
            for unsent in same_kind.filter(state=CaptureState.UPLOADED):
                _replace(unsent)
            capture.save(force_insert=True)
            journal.record(
                capture, "capture_uploaded", label="citizen", after=CaptureState.UPLOADED, kind=str(capture.kind),
                sha256=capture.sha256,
            )  # fmt: skip
    except BaseException:
        _delete_files(capture)
        raise
    forget(capture.verification)
    return capture


def _refuse_again(verification: Verification, kind: str, picture: pictures.Picture) -> None:
    """The same failed image is refused at once, without using a try."""
    refused = Capture.objects.filter(verification__file=verification.file, kind=kind, state=CaptureState.REFUSED)
    for sha256, signature in refused.values_list("sha256", "signature"):
        if sha256 == picture.sha256 or (signature and pictures.is_same(bytes(signature), picture.signature)):
            raise BadUpload("photo_same")


# --- Deciding ---


@transaction.atomic
def confirm_photo(capture: Capture) -> Capture:
    """«Confirmer»: the try is counted and the worker gets the photo. A second click changes nothing.

    Raises quotas.QuotaExceeded when no try is left, TransitionNotAllowed when the photo was taken again meanwhile.
    """
    verification = _open(capture)
    row = Capture.objects.get(pk=capture.pk)
    if row.state == CaptureState.QUEUED or row.checked_at is not None:
        return row
    if _video_runs(verification):
        raise TransitionNotAllowed(f"confirm_photo: the face video of {verification.pk} is being compared")
    moved = transitions.move(row, "confirm", label="citizen")
    quotas.take("document_photo", verification.file)
    for older in Capture.objects.filter(verification=verification, kind=row.kind, state=CaptureState.ACCEPTED).exclude(
        pk=row.pk
    ):
        _replace(older)
    Verification.objects.filter(pk=verification.pk).update(document_passed_at=None)
    capture.verification.document_passed_at = None
    return _queue(capture, moved)


@transaction.atomic
def send_video(capture: Capture) -> Capture:
    """«Envoyer»: the worker gets the video. A second click changes nothing. Raises VideoLocked, TransitionNotAllowed."""
    verification = _open(capture)
    row = Capture.objects.select_related("challenge").get(pk=capture.pk)
    if row.state == CaptureState.QUEUED or row.checked_at is not None:
        return row
    usage = lock_of(verification)
    if usage.exceeded:
        raise VideoLocked(usage.until)
    if not _document_accepted(verification):
        raise TransitionNotAllowed(f"send_video: the document of {verification.pk} is not accepted yet")
    return _queue(capture, transitions.move(row, "confirm", label="citizen"))


def _video_runs(verification: Verification) -> bool:
    """The face is being compared with the accepted photos: these stay what they are until that is done."""
    return Capture.objects.filter(verification=verification, kind=CaptureKind.VIDEO, state=CaptureState.QUEUED).exists()


def _document_accepted(verification: Verification) -> bool:
    photos = Capture.objects.filter(verification=verification, state=CaptureState.ACCEPTED, kind__in=PHOTOS)
    return set(sides(verification)) <= set(photos.values_list("kind", flat=True))


def _queue(asked: Capture, capture: Capture) -> Capture:
    capture.queued_at, capture.runs, capture.run_started_at = timezone.now(), 1, None
    capture.save(update_fields=["queued_at", "runs", "run_started_at"])
    forget(asked.verification)
    transaction.on_commit(partial(_start, str(capture.pk)))
    return capture


def _start(capture_id: str) -> None:
    from verification.capture.tasks import check_capture  # tasks import this module

    check_capture.delay(capture_id=capture_id)


@transaction.atomic
def discard(capture: Capture) -> None:
    """«Reprendre»: forget an unsent capture, or one whose check is late; a late check gives its try back."""
    verification = _open(capture)
    row = Capture.objects.get(pk=capture.pk)
    if row.state == CaptureState.QUEUED and is_late(row):
        if row.kind in PHOTOS:
            quotas.give_back("document_photo", verification.file)
        _replace(row)
    elif row.state == CaptureState.UPLOADED:
        _replace(row)
    forget(capture.verification)


@transaction.atomic
def show_document(verification: Verification, kind: str) -> None:
    """Which document is shown, and its conditions read. Another one than before reopens the photos."""
    row = locked(verification)
    if row.shown_kind != kind:
        row.document_passed_at = None
    row.shown_kind, row.conditions_read_at = kind, timezone.now()
    row.save(update_fields=["shown_kind", "conditions_read_at", "document_passed_at"])
    _copy(row, verification, "shown_kind", "conditions_read_at", "document_passed_at")
    forget(verification)


@transaction.atomic
def pass_document(verification: Verification) -> None:
    """«Passer à l'étape 2»."""
    row = locked(verification)
    row.document_passed_at = row.document_passed_at or timezone.now()
    row.save(update_fields=["document_passed_at"])
    _copy(row, verification, "document_passed_at")


# --- Checking ---


def claim(capture_id: UUID | str) -> Capture | None:
    """Take one queued capture to check it. Of two deliveries one gets it; None for the other, and for one that is done."""
    waiting = Capture.objects.filter(pk=capture_id, state=CaptureState.QUEUED, run_started_at=None)
    if not waiting.update(run_started_at=timezone.now()):
        return None
    return Capture.objects.select_related("verification", "challenge").get(pk=capture_id)


def release(capture_id: UUID | str) -> None:
    """The run met a passing trouble: another one may take the capture."""
    Capture.objects.filter(pk=capture_id, state=CaptureState.QUEUED).update(run_started_at=None)


@transaction.atomic
def record_findings(capture_id: UUID | str, result: Result) -> bool:
    """Store the results once, and what follows from them. Returns False when an earlier run already did, or it was replaced."""
    verification = locked(Verification.objects.get(captures__pk=capture_id))
    capture = locked(Capture(pk=capture_id, verification=verification))
    if capture.state != CaptureState.QUEUED or capture.checked_at is not None:
        return False
    outcome = worst(found.outcome for found in result.findings)
    name = "refuse" if outcome is Outcome.FAIL else "accept"
    failed = sorted(found.code for found in result.findings if found.outcome is Outcome.FAIL)
    capture = transitions.move(capture, name, label="system", outcome=str(outcome), failed=failed)
    Finding.objects.bulk_create(
        Finding(
            capture=capture, code=found.code, outcome=str(found.outcome), score=found.score, threshold=found.threshold,
            evidence=dict(found.evidence),
        )
        for found in result.findings
    )  # fmt: skip
    capture.checked_at = timezone.now()
    capture.read, capture.versions = dict(result.read), dict(result.versions)
    capture.face, capture.reference = result.face, result.reference
    if capture.kind == CaptureKind.VIDEO:
        capture.signature = result.signature
    if result.preview:
        before = Capture(preview=capture.preview.name)
        capture.preview.save("preview", ContentFile(result.preview), save=False)
        transaction.on_commit(partial(_delete_files, before))
    capture.save(update_fields=["checked_at", "read", "versions", "face", "reference", "signature", "preview"])
    if outcome is Outcome.ERROR and capture.kind in PHOTOS:
        quotas.give_back("document_photo", verification.file)  # our fault costs nobody a try
    if capture.kind == CaptureKind.VIDEO:
        _conclude_video(verification, name == "accept", failed)
    return True


def _conclude_video(verification: Verification, is_accepted: bool, failed: Sequence[str]) -> None:
    if is_accepted:
        from verification.services import submit  # the room's front door imports this room's corners

        submit(verification)
    elif not INCOMPLETE.intersection(failed):
        used = quotas.take("face_video_failure", verification.file)
        if used.exceeded:  # the pause counts from the failure that began it, not from the first one
            key = quotas.quota_key("face_video_failure", verification.file)
            quotas.Quota.objects.filter(kind="face_video_failure", key=key).update(window_started_at=timezone.now())


def record_error(capture_id: UUID | str, cause: str) -> bool:
    """The check itself broke: never a refusal. An agent will look. cause: a word, no personal data."""
    return record_findings(capture_id, Result(findings=[Found(ERROR, Outcome.ERROR, evidence={"cause": cause})]))


def requeue_late(now: datetime) -> int:
    """Captures whose run began, or should have begun, too long ago: once more in the queue, at most CHECK_MAX_RUNS times in all.

    After that the error is recorded and the case goes on to an agent.
    """
    limit = now - timedelta(seconds=settings.CHECK_LATE_SECONDS)
    late = Capture.objects.filter(state=CaptureState.QUEUED).filter(
        Q(run_started_at__lt=limit) | Q(run_started_at=None, queued_at__lt=limit)
    )
    moved = 0
    for pk, runs, started in late.values_list("pk", "runs", "run_started_at"):
        if runs >= settings.CHECK_MAX_RUNS:
            moved += _give_up(pk)
            continue
        again = Capture.objects.filter(pk=pk, state=CaptureState.QUEUED, runs=runs, run_started_at=started)
        if again.update(runs=runs + 1, queued_at=now, run_started_at=None):
            _start(str(pk))
            moved += 1
    return moved


def _give_up(capture_id: UUID) -> bool:
    """One file that cannot go on, for whatever reason, does not keep the others from it."""
    try:
        return record_error(capture_id, "no_result")
    except Exception:
        logger.exception("capture %s: its error could not be recorded", capture_id)
        return False


# --- Purging ---


def purge(capture: Capture) -> None:
    """Delete the pictures and everything read from them; digest, findings' codes and a video's signature stay."""
    _delete_files(capture)
    capture.file, capture.preview = "", ""
    _forget_contents(capture)
    capture.purged_at = timezone.now()
    with transaction.atomic():
        capture.save(update_fields=["file", "preview", *CONTENTS, "purged_at"])
        capture.findings.update(evidence={})
        journal.record(capture, "evidence_purged", kind=str(capture.kind), sha256=capture.sha256)


def _replace(capture: Capture) -> None:
    """Out of the way. Its files go too, as nobody has a use for them any more; its challenge is free for another file."""
    replaced = transitions.move(capture, "replace", label="citizen")
    replaced.challenge = None
    replaced.purged_at = timezone.now()
    files = Capture(file=replaced.file.name, preview=replaced.preview.name)
    replaced.file, replaced.preview = "", ""
    _forget_contents(replaced)
    replaced.save(update_fields=["challenge", "purged_at", "file", "preview", *CONTENTS])
    transaction.on_commit(partial(_delete_files, files))


def _forget_contents(capture: Capture) -> None:
    capture.read, capture.face, capture.reference = {}, None, None
    if capture.kind in PHOTOS:  # a photo's signature is a small picture; a video's stays, to know a replay
        capture.signature = None


def _delete_files(capture: Capture) -> None:
    for stored in (capture.file, capture.preview):
        if stored.name:
            stored.storage.delete(stored.name)


def _open(capture: Capture) -> Verification:
    verification = locked(capture.verification)
    if verification.state != State.OPEN:
        raise TransitionNotAllowed(f"{capture.pk}: the verification is {verification.state}")
    return verification


def _copy(fresh: Verification, held: Verification, *names: str) -> None:
    for name in names:
        setattr(held, name, getattr(fresh, name))
