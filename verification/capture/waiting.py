"""What a citizen is told while her photo or video waits for its check: how many stand before her, and about how long it takes."""

import math
import statistics
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from verification.capture.models import Capture, CaptureKind, CaptureState

# Seconds that one check takes where none has been made of late (docs/benchmarks.md, rounded up).
SECONDS = {CaptureKind.FRONT: 2.0, CaptureKind.BACK: 2.0, CaptureKind.VIDEO: 6.0}
OF_LATE, RECENT = timedelta(minutes=15), 20  # how far back, and how many checks, tell what one takes now
STEP_SECONDS = (
    5  # what is said is rounded up to it: nobody believes «7 secondes», and a reader hears no new number at every look
)


def sentence(capture: Capture) -> str:
    """For a capture that is queued. Two queries, by the indexes of what is due and what is kept."""
    takes = _takes()
    own = takes[CaptureKind(capture.kind)]
    if capture.run_started_at is not None:
        begun = (timezone.now() - capture.run_started_at).total_seconds()
        return _being_examined(capture, max(own - begun, 0))
    before = _before(capture)
    work = sum(takes[CaptureKind(kind)] * count for kind, count in before.items())
    people = sum(before.values()) - (
        settings.CHECK_PROCESSES - 1
    )  # those who are side by side with her keep nobody waiting
    seconds = work / settings.CHECK_PROCESSES + own
    if people <= 0:
        return _being_examined(capture, seconds)
    return ngettext(
        "Une personne attend avant vous\u00a0: environ %(seconds)d secondes.",
        "%(people)d personnes attendent avant vous\u00a0: environ %(seconds)d secondes.",
        people,
    ) % {"people": people, "seconds": _rounded(seconds)}


def _being_examined(capture: Capture, seconds: float) -> str:
    text = (
        _("Votre vidéo est examinée\u00a0: environ %(seconds)d secondes.")
        if capture.kind == CaptureKind.VIDEO
        else _("Votre photo est examinée\u00a0: environ %(seconds)d secondes.")
    )
    return text % {"seconds": _rounded(seconds)}


def _before(capture: Capture) -> dict[str, int]:
    """How many of each kind were queued earlier and have no result yet."""
    queued = Capture.objects.filter(state=CaptureState.QUEUED, queued_at__lt=capture.queued_at)
    return dict(queued.values_list("kind").annotate(Count("pk")).order_by())


def _takes() -> dict[CaptureKind, float]:
    """Seconds of a check by kind, as the last ones took: a machine that does other things says so."""
    since = timezone.now() - OF_LATE
    kept = Capture.objects.filter(purged_at=None, uploaded_at__gt=since, checked_at__gt=F("run_started_at"))
    found: dict[CaptureKind, list[float]] = {}
    for kind, began, ended in kept.order_by("-uploaded_at").values_list("kind", "run_started_at", "checked_at")[
        :RECENT
    ]:
        if began is not None and ended is not None:
            found.setdefault(CaptureKind(kind), []).append((ended - began).total_seconds())
    return {kind: statistics.mean(found.get(kind, [usual])) for kind, usual in SECONDS.items()}


def _rounded(seconds: float) -> int:
    return max(STEP_SECONDS, math.ceil(seconds / STEP_SECONDS) * STEP_SECONDS)
