"""The worker's half: take a queued capture, store what its checks found, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from identite import quotas
from identite.locks import locked
from verification.capture import erasure, recordings, transitions
from verification.capture.models import PHOTOS, Capture, CaptureKind, CaptureState, Finding
from verification.checks.finding import Finding as Found
from verification.checks.finding import Outcome, worst
from verification.models import Mode, Verification
from verification.services import submit
from verification.transitions import report

# A video that did not arrive whole, or is no video at all, uses no attempt.
INCOMPLETE = frozenset(
    {
        "video.empty", "video.too_large", "video.not_video", "video.codec", "video.no_pictures", "video.dimensions",
        "video.damaged", "video.complete", "video.too_short",
    }
)  # fmt: skip
ERROR = "capture.error"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one run of the checks leaves, ready for the columns.

    preview: JPEG that replaces the one shown so far: the upright photo, a video's key frames.
    """

    findings: Sequence[Found]
    read: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    face: bytes | None = None
    reference: bytes | None = None
    signature: bytes | None = None
    bands: Sequence[int] = ()
    preview: bytes | None = None


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
    in_person = verification.mode == Mode.FACE_TO_FACE
    # A photo taken at a meeting is evidence, whatever it is like: the agent has the document itself in her hand.
    again = not in_person and (outcome is Outcome.FAIL or _may_be_the_photo(capture, result))
    name = "refuse" if again else "accept"
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
        recordings.keep_bands(capture, result.bands)
    if result.preview:
        before = Capture(preview=capture.preview.name)
        capture.preview.save("preview", ContentFile(result.preview), save=False)
        transaction.on_commit(partial(erasure.delete_files, before))
    capture.save(update_fields=["checked_at", "read", "versions", "face", "reference", "signature", "preview"])
    if in_person:
        report(verification, "photo_checked")
    elif outcome is Outcome.ERROR and capture.kind in PHOTOS:
        quotas.give_back("document_photo", verification.file)  # our fault costs nobody a try
    if capture.kind == CaptureKind.VIDEO:
        _conclude_video(verification, name == "accept", failed)
    return True


def check_broke(capture: Capture) -> bool:
    """Nothing of this capture was checked: another photo is asked for, or an agent looks."""
    return capture.checked_at is not None and capture.findings.filter(code=ERROR).exists()


def _may_be_the_photo(capture: Capture, result: Result) -> bool:
    """The check of a photo broke, for the first time on this side: another photo may pass, and a hostile one is none.

    The second time it may well be us: an agent looks, and is told that nothing was checked.
    """
    if capture.kind not in PHOTOS or all(found.code != ERROR for found in result.findings):
        return False
    broken = Finding.objects.filter(capture__verification=capture.verification, capture__kind=capture.kind, code=ERROR)
    return not broken.exclude(capture=capture).exists()


def _conclude_video(verification: Verification, is_accepted: bool, failed: Sequence[str]) -> None:
    if is_accepted:
        submit(verification)
    elif not INCOMPLETE.intersection(failed):
        used = quotas.take("face_video_failure", verification.file)
        if used.exceeded:  # the pause counts from the failure that began it, not from the first one
            key = quotas.quota_key("face_video_failure", verification.file)
            quotas.Quota.objects.filter(kind="face_video_failure", key=key).update(window_started_at=timezone.now())


def record_error(capture_id: UUID | str, cause: str) -> bool:
    """The check itself broke. The first time on a side another photo is asked for, otherwise an agent will look.

    cause: a word, no personal data.
    """
    return record_findings(capture_id, Result(findings=[Found(ERROR, Outcome.ERROR, evidence={"cause": cause})]))
