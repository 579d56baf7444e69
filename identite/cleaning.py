"""What nobody needs any more: links and codes past their life, counts past their window, sessions that ended."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from identite import journal
from identite.codes.one_time import OneTimeCode
from identite.journal import Journal
from identite.quotas import Quota
from identite.sessions import Session
from identite.sweep import Whose, duty, everybody
from identite.tokens import Token

# Kept a while past their end, so that a late visitor is told «expired» rather than «unknown».
KEPT_DAYS = 7
BATCH = 2000
CHAINS = 200  # of the journal in one sweep: each costs a few queries


@duty
def clean_up(whose: Whose = everybody) -> int:
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
        pks: list[Any] = list(whose(rows).values_list("pk", flat=True)[:BATCH])
        if pks:
            deleted += rows.model._default_manager.filter(pk__in=pks).delete()[0]
    return deleted


@duty
def forget_journals(whose: Whose = everybody) -> int:
    """Erase the journal of files where nothing has happened for years: whole chains, each replaced by one entry that says so."""
    past = journal.years_before(timezone.now(), settings.JOURNAL_RETENTION_YEARS)
    later = Journal.objects.filter(chain=OuterRef("chain"), at__gte=past)
    begun = Journal.objects.filter(sequence=1, at__lt=past).exclude(Exists(later))
    return sum(journal.forget(chain) for chain in whose(begun).values_list("chain", flat=True)[:CHAINS])
