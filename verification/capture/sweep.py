"""What falls due for captures: checks that a dead worker left, evidence whose time has come."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from identite.sweep import duty
from verification.capture import practice, services
from verification.capture.models import Capture, CaptureState
from verification.models import State

BATCH = 200
# Ends that no agent decides: their evidence serves nobody after the same delay.
ENDED = (State.ABANDONED, State.LAPSED, State.STOPPED)


@duty
def finish_late_checks() -> int:
    """Queue again what has no result, then record the error: nobody waits for a worker that died."""
    return services.requeue_late(timezone.now())


@duty
def purge_evidence() -> int:
    """Delete pictures and videos on their date."""
    now = timezone.now()
    limit = now - timedelta(days=settings.EVIDENCE_RETENTION_DAYS)
    forgotten = now - timedelta(days=settings.ENROLLMENT_LIFETIME_DAYS + settings.EVIDENCE_RETENTION_DAYS)
    due = Capture.objects.filter(purged_at=None).filter(
        Q(verification__case__evidence_purge_at__lte=now)
        | Q(verification__state__in=ENDED, uploaded_at__lte=limit)
        | Q(verification__state=State.OPEN, uploaded_at__lte=forgotten)
    )
    captures = list(due.exclude(state=CaptureState.QUEUED).select_related("verification")[:BATCH])
    for capture in captures:
        services.purge(capture)
    return len(captures)


@duty
def forget_trials() -> int:
    """Practice runs leave nothing behind."""
    return practice.forget_old(timezone.now())
