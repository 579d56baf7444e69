"""The recordings that were ever sent, and which of them a new one may repeat. Bands: verification/checks/video/replay_bands.py."""

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Count

from verification.capture.models import Capture, CaptureKind, RecordingBand
from verification.models import Verification

# Compared whatever their bands say: between two files that both lost much, a band may be missing.
NEWEST = 500
# Candidates with the most bands in common.
ALIKE = 250
AT_ONCE = 1000  # values in one query: with more of them PostgreSQL reads a small table whole, again and again


def keep_bands(capture: Capture, bands: Iterable[int]) -> None:
    RecordingBand.objects.bulk_create(RecordingBand(capture=capture, value=value) for value in bands)


def comparable(verification: Verification, probes: Sequence[int]) -> dict[str, bytes]:
    """Id → signature of the videos of other verifications that one with these probes may repeat, also of those purged since.

    At most NEWEST + ALIKE, however many there are.
    """
    videos = Capture.objects.filter(kind=CaptureKind.VIDEO, signature__isnull=False).exclude(verification=verification)
    newest = videos.order_by("-uploaded_at").values_list("pk", "signature")[:NEWEST]
    alike = videos.filter(pk__in=_most_alike(probes)).values_list("pk", "signature")
    return {str(pk): bytes(signature) for pk, signature in [*newest, *alike] if signature is not None}


def _most_alike(probes: Sequence[int]) -> list[UUID]:
    common: Counter[UUID] = Counter()
    for start in range(0, len(probes), AT_ONCE):
        rows = RecordingBand.objects.filter(value__in=probes[start : start + AT_ONCE])
        counted = rows.values("capture").annotate(common=Count("pk")).order_by("-common")
        common.update(dict(counted.values_list("capture", "common")))
    return [capture for capture, _count in common.most_common(ALIKE)]
