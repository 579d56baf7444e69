"""What the citizen does with captures: send a file, confirm it, take it again; and with the document they show."""

import hashlib
from collections.abc import Collection
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from identite import journal, quotas
from identite.locks import locked
from identite.queue import send_on_commit
from identite.transitions import TransitionNotAllowed
from verification.capture import pictures, practice, transitions
from verification.capture.challenge import VideoLocked, lock_of
from verification.capture.erasure import delete_files, replace
from verification.capture.models import PHOTOS, Capture, CaptureKind, CaptureState, Challenge, Trial
from verification.capture.reading import forget, is_late, sides
from verification.capture.tasks import check_capture, check_trial
from verification.capture.uploads import BadUpload
from verification.capture.videos import video_type
from verification.checks import limits
from verification.checks.finding import Outcome
from verification.models import Verification, VerificationState

# What a photo may be of those that are still looked at.
COUNTING = (CaptureState.UPLOADED, CaptureState.QUEUED, CaptureState.ACCEPTED)

# --- Storing ---


def store_photo(verification: Verification, kind: str, data: bytes) -> Capture:
    """Keep an uploaded photo until the citizen has looked at it. Raises BadUpload; counts no try."""
    picture = pictures.read_picture(data)
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


def store_taken_photo(
    verification: Verification, kind: str, data: bytes, *, actor: journal.Actor, label: str
) -> Capture:
    """Keep a photo that an agent took at a meeting, and have it checked at once: no try is counted, the one before goes.

    The same bytes sent again, because the answer was lost on its way, give the capture that they made the first time.
    Raises BadUpload.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    same = Capture.objects.filter(
        verification=verification, kind=kind, document_kind=verification.shown_kind, sha256=sha256
    )
    earlier = same.exclude(state=CaptureState.REPLACED).first()
    if earlier is None:
        picture = pictures.read_picture(data)
        capture = Capture(
            verification=verification,
            kind=kind,
            document_kind=verification.shown_kind,
            content_type=picture.content_type,
            size=len(picture.data),
            sha256=picture.sha256,
            signature=picture.signature,
        )
        earlier = _store(capture, picture.data, picture.preview, actor=actor, label=label, instead=COUNTING)
    return _send_taken(earlier, actor, label)


@transaction.atomic
def _send_taken(capture: Capture, actor: journal.Actor, label: str) -> Capture:
    _open(capture)
    row = Capture.objects.get(pk=capture.pk)
    if row.state != CaptureState.UPLOADED:
        return row
    return _queue(capture, transitions.move(row, "confirm", actor=actor, label=label))


def store_video(verification: Verification, challenge_id: UUID, data: bytes, *, send: bool) -> Capture:
    """Keep a video made for one challenge; `send` has it checked at once, otherwise the citizen looks at it first.

    The same bytes sent again, because the answer was lost on its way, give the capture that they made the first time.
    Raises BadUpload, VideoLocked.
    """
    content_type = video_type(data)
    if len(data) > limits.VIDEO_MAX_BYTES:
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


def _store(
    capture: Capture,
    data: bytes,
    preview: bytes | None,
    *,
    actor: journal.Actor | None = None,
    label: str = "citizen",
    instead: Collection[str] = (CaptureState.UPLOADED,),
) -> Capture:
    """Write the files first, the row after: a row never names a file that is not there. instead: what it takes the place of."""
    try:
        capture.file.save("file", ContentFile(data), save=False)
        if preview is not None:
            capture.preview.save("preview", ContentFile(preview), save=False)
        with transaction.atomic():
            verification = locked(capture.verification)
            if verification.state != VerificationState.OPEN:
                raise BadUpload("closed")
            same_kind = Capture.objects.filter(verification=verification, kind=capture.kind)
            running = CaptureState.QUEUED not in instead and same_kind.filter(state=CaptureState.QUEUED).exists()
            if running or _video_runs(verification):
                raise BadUpload("running")
            for before in same_kind.filter(state__in=instead):
                replace(before, actor=actor, label=label)
            capture.save(force_insert=True)
            journal.record(
                capture, "capture_uploaded", actor=actor, label=label, after=CaptureState.UPLOADED,
                kind=str(capture.kind), sha256=capture.sha256,
            )  # fmt: skip
    except BaseException:
        delete_files(capture)
        raise
    forget(capture.verification)
    return capture


def _refuse_again(verification: Verification, kind: str, picture: pictures.Picture) -> None:
    """The same failed image is refused at once, without using a try. One whose check broke may come again."""
    refused = Capture.objects.filter(
        verification__file=verification.file,
        kind=kind,
        state=CaptureState.REFUSED,
        findings__outcome=Outcome.FAIL,
    ).distinct()
    for sha256, signature in refused.values_list("sha256", "signature"):
        if sha256 == picture.sha256 or (signature and pictures.is_same(bytes(signature), picture.signature)):
            raise BadUpload("photo_same")


def store_trial(verification: Verification, data: bytes) -> Trial:
    """Have the clip of a practice run checked. Raises BadUpload for what is no video. Earlier runs are forgotten."""
    video_type(data)
    practice.forget(list(Trial.objects.filter(verification=verification)))
    trial = Trial(verification=verification)
    trial.file.save("trial", ContentFile(data), save=False)
    trial.save(force_insert=True)
    send_on_commit(check_trial, trial_id=str(trial.pk))
    return trial


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
        replace(older)
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
    capture.queued_at, capture.runs, capture.lost_runs, capture.run_started_at = timezone.now(), 1, 0, None
    capture.save(update_fields=["queued_at", "runs", "lost_runs", "run_started_at"])
    forget(asked.verification)
    send_on_commit(check_capture, capture_id=str(capture.pk))
    return capture


@transaction.atomic
def discard(capture: Capture) -> None:
    """«Reprendre»: forget an unsent capture, or one whose check is late; a late check gives its try back."""
    verification = _open(capture)
    row = Capture.objects.get(pk=capture.pk)
    if row.state == CaptureState.QUEUED and is_late(row):
        if row.kind in PHOTOS:
            quotas.give_back("document_photo", verification.file)
        replace(row)
    elif row.state == CaptureState.UPLOADED:
        replace(row)
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


def _open(capture: Capture) -> Verification:
    verification = locked(capture.verification)
    if verification.state != VerificationState.OPEN:
        raise TransitionNotAllowed(f"{capture.pk}: the verification is {verification.state}")
    return verification


def _copy(fresh: Verification, held: Verification, *names: str) -> None:
    for name in names:
        setattr(held, name, getattr(fresh, name))
