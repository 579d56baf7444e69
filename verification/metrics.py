"""What this room tells Prometheus."""

from django.utils import timezone

from identite.metrics import gauge
from verification.capture.models import Capture, CaptureState
from verification.review.models import Case, CaseState


@gauge("checks_waiting", "Photos and videos whose automatic check has not ended")
def checks_waiting() -> float:
    return Capture.objects.filter(state=CaptureState.QUEUED).count()


@gauge("checks_late_seconds", "How long the photo or video that waits longest has waited for its check to begin")
def checks_late_seconds() -> float:
    first = Capture.objects.filter(state=CaptureState.QUEUED, run_started_at=None).order_by("queued_at").first()
    return (timezone.now() - first.queued_at).total_seconds() if first is not None and first.queued_at else 0.0


@gauge("cases_waiting", "Cases that wait for an agent")
def cases_waiting() -> float:
    return Case.objects.filter(state=CaseState.WAITING).count()


@gauge("cases_late", "Cases that wait for an agent past their target")
def cases_late() -> float:
    return Case.objects.filter(state=CaseState.WAITING, due_at__lt=timezone.now()).count()
