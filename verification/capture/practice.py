"""«Essayer sans que cela compte»: a clip is checked like the real video and deleted. No attempt is used, nothing is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from verification.capture.models import Trial
from verification.checks.finding import Finding, Outcome
from verification.findings.lookup import text_for
from verification.models import Verification

KEPT = timedelta(minutes=15)
LATE = timedelta(seconds=60)
# What each finding is about; those not named say something of the camera.
TOPICS: dict[str, str | Promise] = {
    "camera": _("Caméra"),
    "face": _("Visage"),
    "light": _("Lumière"),
    "sound": _("Microphone"),
}
_TOPIC_OF = {
    "video.audio": "sound", "video.no_audio": "sound", "video.audio_cut": "sound",
    "video.light": "light",
    "video.no_face": "face", "video.face_present": "face", "video.face_size": "face", "video.frontal": "face",
    "video.alone": "face",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One topic of the result. advice: empty when all is well."""

    topic: str | Promise
    good: bool
    advice: tuple[str | Promise, ...]


def find(trial_id: str | UUID) -> Trial | None:
    """A run that waits for its check."""
    return Trial.objects.filter(pk=trial_id, checked_at=None).first()


def record(trial: Trial, findings: Sequence[Finding]) -> None:
    """Keep codes and outcomes for the page, delete the clip. No findings: the check broke."""
    result = [{"code": found.code, "outcome": str(found.outcome)} for found in findings]
    with transaction.atomic():
        _delete_clip(trial)
        Trial.objects.filter(pk=trial.pk).update(findings=result, checked_at=timezone.now(), file="")


def newest(verification: Verification) -> Trial | None:
    return Trial.objects.filter(verification=verification, created_at__gt=timezone.now() - KEPT).first()


def lines(trial: Trial) -> list[Line]:
    """The result, topic by topic."""
    found: dict[str, list[str | Promise]] = {name: [] for name in TOPICS}
    for finding in trial.findings:
        if finding["outcome"] != Outcome.PASS:
            found[_TOPIC_OF.get(finding["code"], "camera")].append(text_for(finding["code"]).citizen)
    seen = {_TOPIC_OF.get(finding["code"], "camera") for finding in trial.findings}
    return [Line(TOPICS[name], not advice, tuple(advice)) for name, advice in found.items() if name in seen]


def forget(trials: Sequence[Trial]) -> int:
    for trial in trials:
        with transaction.atomic():
            _delete_clip(trial)
            trial.delete()
    return len(trials)


def _delete_clip(trial: Trial) -> None:
    """Under the name that it has now: with another key it gets another one."""
    current = Trial.objects.select_for_update().filter(pk=trial.pk).first()
    if current is not None and current.file.name:
        current.file.storage.delete(current.file.name)


def old(now: datetime) -> QuerySet[Trial]:
    """Rows and clips that nobody will ask for again."""
    return Trial.objects.filter(created_at__lte=now - KEPT)
