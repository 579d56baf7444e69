"""What pages ask about the captures of a verification. Writes nothing."""

from django.conf import settings
from django.utils import timezone

from identite import quotas
from verification.capture.challenge import newest
from verification.capture.models import Capture, CaptureKind, CaptureState, Challenge
from verification.checks.kinds import KINDS, DocumentKind
from verification.models import Verification

_HEAVY = ("read", "versions", "face", "reference", "signature")


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
    if not verification.shown_kind:
        return ()
    return tuple(CaptureKind(side) for side in KINDS[DocumentKind(verification.shown_kind)].sides)


def photo_tries(verification: Verification) -> quotas.Usage:
    return quotas.usage("document_photo", verification.file)


def is_late(capture: Capture) -> bool:
    """Does its check take longer than it should? The sweep looks after it; the page offers a way on."""
    since = capture.queued_at or capture.uploaded_at
    return capture.runs > 1 or (timezone.now() - since).total_seconds() > settings.CHECK_LATE_SECONDS
