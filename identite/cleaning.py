"""What nobody needs any more: links and codes past their life, counts past their window, sessions that ended."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from identite.codes.one_time import OneTimeCode
from identite.journal import Journal
from identite.quotas import Quota
from identite.sessions import Session
from identite.sweep import duty
from identite.tokens import Token

# Kept a while past their end, so that a late visitor is told «expired» rather than «unknown».
KEPT_DAYS = 7
BATCH = 2000


@duty
def clean_up() -> int:
    """Delete in batches what has had no use for a week; a sweep stays short."""
    past = timezone.now() - timedelta(days=KEPT_DAYS)
    longest = max(seconds for _limit, seconds in settings.QUOTAS.values())
    over = (
        Token.objects.filter(expires_at__lt=past),
        OneTimeCode.objects.filter(expires_at__lt=past),
        Session.objects.filter(expire_date__lt=past),
        Quota.objects.filter(window_started_at__lt=past - timedelta(seconds=longest)),
    )
    deleted = 0
    for rows in over:
        pks: list[Any] = list(rows.values_list("pk", flat=True)[:BATCH])
        if pks:
            deleted += rows.model._default_manager.filter(pk__in=pks).delete()[0]
    return deleted


@duty
def forget_journals() -> int:
    """Delete the journal of files where nothing has happened for years: whole chains, as each row seals the one before."""
    now = timezone.now()
    past = now.replace(year=now.year - settings.JOURNAL_RETENTION_YEARS, day=min(now.day, 28))
    later = Journal.objects.filter(chain=OuterRef("chain"), at__gte=past)
    begun = Journal.objects.filter(sequence=1, at__lt=past).exclude(Exists(later))
    chains = list(begun.values_list("chain", flat=True)[:BATCH])
    return Journal.objects.filter(chain__in=chains).delete()[0] if chains else 0
