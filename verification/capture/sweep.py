"""What falls due for captures: checks that a dead worker left, evidence whose time has come."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from identite.queue import send
from identite.sweep import Whose, duty, each, everybody
from verification.capture import erasure, practice, results
from verification.capture.models import Capture, CaptureState
from verification.capture.tasks import check_capture
from verification.models import ENDED, Case, VerificationState

logger = logging.getLogger(__name__)

BATCH = 200


@duty
def finish_late_checks(whose: Whose = everybody) -> int:
    """Queue again what has no result, until CHECK_MAX_RUNS runs were lost, then record the error: nobody waits for a worker that died.

    Late is a run that began too long ago, or a task that has waited so long that it may be lost. What only waits, because
    the queue is long or away, is queued again for as long as that lasts: no photo passes unseen because many were sent.
    With an error the case goes on to an agent.
    """
    now = timezone.now()
    limit = now - timedelta(seconds=settings.CHECK_LATE_SECONDS)
    waited = now - timedelta(seconds=settings.QUEUED_LATE_SECONDS)
    late = Capture.objects.filter(state=CaptureState.QUEUED).filter(
        Q(run_started_at__lt=limit) | Q(run_started_at=None, queued_at__lt=waited)
    )
    moved = 0
    for pk, runs, lost, started in whose(late).values_list("pk", "runs", "lost_runs", "run_started_at")[:BATCH]:
        lost += started is not None
        if lost >= settings.CHECK_MAX_RUNS:
            moved += _give_up(pk)
            continue
        again = Capture.objects.filter(pk=pk, state=CaptureState.QUEUED, runs=runs, run_started_at=started)
        if again.update(runs=runs + 1, lost_runs=lost, queued_at=now, run_started_at=None):
            moved += 1
            if not send(check_capture, capture_id=str(pk)):
                break  # the broker is away for the others too
    return moved


def _give_up(capture_id: UUID) -> bool:
    """One file that cannot go on, for whatever reason, does not keep the others from it."""
    try:
        return results.record_error(capture_id, "no_result")
    except Exception:
        logger.exception("capture %s: its error could not be recorded", capture_id)
        return False


@duty
def purge_evidence(whose: Whose = everybody) -> int:
    """Delete pictures and videos on their date."""
    now = timezone.now()
    limit = now - timedelta(days=settings.EVIDENCE_RETENTION_DAYS)
    forgotten = now - timedelta(days=settings.ENROLLMENT_LIFETIME_DAYS + settings.EVIDENCE_RETENTION_DAYS)
    due = Capture.objects.filter(purged_at=None, uploaded_at__lte=limit).filter(
        Q(verification__state__in=ENDED)
        | Q(verification__state=VerificationState.OPEN, uploaded_at__lte=forgotten)
        # Decided at a meeting, on the day of the photo, and no case was opened.
        | Q(verification__state__in=(VerificationState.PROVEN, VerificationState.REFUSED), verification__case=None)
    )
    return _purge_decided(now, whose) + _purge(whose(due))


def _purge_decided(now: datetime, whose: Whose) -> int:
    """The cases' own dates; a case with nothing left to purge has none any more."""
    cases = whose(Case.objects.filter(evidence_purge_at__lte=now)).order_by("evidence_purge_at")
    due = list(cases.values_list("pk", flat=True)[:BATCH])
    if not due:
        return 0
    kept = Capture.objects.filter(purged_at=None, verification__case__in=due)
    purged = _purge(kept)
    done = Case.objects.filter(pk__in=due, evidence_purge_at__lte=now).exclude(verification__captures__in=kept)
    done.update(evidence_purge_at=None)
    return purged


def _purge(due: QuerySet[Capture]) -> int:
    """One batch; a check that still runs comes to its end first."""
    return each(due.exclude(state=CaptureState.QUEUED).select_related("verification")[:BATCH], _purge_one)


def _purge_one(capture: Capture) -> bool:
    erasure.purge(capture)
    return True


@duty
def forget_trials(whose: Whose = everybody) -> int:
    """Practice runs leave nothing behind."""
    return practice.forget(list(whose(practice.old(timezone.now()))[:BATCH]))
