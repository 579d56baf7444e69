"""Limits: how many of a thing, for one key, in one window. Counted on the server, shared by all processes.

A key is what the limit protects: an address, a number, an account, a client. Only its keyed digest is stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from identite.crypto import digest


class LimitReached(Exception):
    """Nothing was counted, nothing was done. `until`: when the next try is possible."""

    def __init__(self, kind: str, until: datetime) -> None:
        super().__init__(f"{kind} until {until.isoformat()}")
        self.kind = kind
        self.until = until


class QuotaExceeded(LimitReached):
    """As many as allowed in this window."""


class TooSoon(LimitReached):
    """The last one was a moment ago."""


class Quota(models.Model):
    """One key's count in its present window. The window begins with its first use and then stays where it is."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    used = models.PositiveIntegerField(default=0)
    window_started_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("kind", "key"), name="quota_one_row_a_key")]
        indexes = [models.Index(fields=("window_started_at",), name="quota_window")]

    def __str__(self) -> str:
        return f"{self.kind} {self.used}"


@dataclass(frozen=True)
class Usage:
    """used, limit: counts. until: end of the window, None when nothing was used in it."""

    used: int
    limit: int
    until: datetime | None

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)

    @property
    def exceeded(self) -> bool:
        return self.used >= self.limit


def quota_key(kind: str, key: object) -> str:
    return digest(f"quota:{kind}", str(key).strip().lower())


def usage(kind: str, key: object) -> Usage:
    """What is used at this moment, without counting."""
    (found,) = usages(kind, [key])
    return found


def usages(kind: str, keys: Iterable[object]) -> list[Usage]:
    """The same of several keys, in one query."""
    limit, seconds = settings.QUOTAS[kind]
    window, wanted = timedelta(seconds=seconds), [quota_key(kind, key) for key in keys]
    open_now = Quota.objects.filter(kind=kind, key__in=wanted, window_started_at__gt=timezone.now() - window)
    used = {row.key: Usage(row.used, limit, row.window_started_at + window) for row in open_now if row.used}
    return [used.get(key, Usage(0, limit, None)) for key in wanted]


@transaction.atomic
def take(kind: str, key: object) -> Usage:
    """Count one use. Raises QuotaExceeded, and counts nothing, when the window is full."""
    limit, seconds = settings.QUOTAS[kind]
    now = timezone.now()
    key_digest = quota_key(kind, key)
    Quota.objects.bulk_create([Quota(kind=kind, key=key_digest, window_started_at=now)], ignore_conflicts=True)
    row = Quota.objects.select_for_update(of=("self",), no_key=True).get(kind=kind, key=key_digest)
    if row.window_started_at + timedelta(seconds=seconds) <= now:
        row.used, row.window_started_at = 0, now
    if row.used == 0:
        row.window_started_at = now
    until = row.window_started_at + timedelta(seconds=seconds)
    if row.used >= limit:
        raise QuotaExceeded(kind, until)
    row.used += 1
    row.save(update_fields=["used", "window_started_at"])
    return Usage(row.used, limit, until)


def give_back(kind: str, key: object) -> None:
    """Undo one use: what was counted did not happen after all."""
    Quota.objects.filter(kind=kind, key=quota_key(kind, key), used__gt=0).update(used=models.F("used") - 1)


def reset(kind: str, key: object) -> None:
    """Forget what was counted, after a success."""
    Quota.objects.filter(kind=kind, key=quota_key(kind, key)).delete()
