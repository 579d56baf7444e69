"""What this room tells Prometheus."""

from django.utils import timezone

from identite.metrics import gauge
from verification.capture.models import Capture, CaptureState
from verification.review.models import Case, CaseState


@gauge("checks_waiting", "Photos and videos whose automatic check has not ended")
def checks_waiting() -> float:
    return Capture.objects.filter(state=CaptureState.QUEUED).count()


@gauge("cases_waiting", "Cases that wait for an agent")
def cases_waiting() -> float:
    return Case.objects.filter(state=CaseState.WAITING).count()


@gauge("cases_late", "Cases that wait for an agent past their target")
def cases_late() -> float:
    return Case.objects.filter(state=CaseState.WAITING, due_at__lt=timezone.now()).count()
