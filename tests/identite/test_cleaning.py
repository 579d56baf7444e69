"""What is past its use goes; what still counts stays."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from identite import journal, quotas, tokens
from identite.cleaning import KEPT_DAYS, clean_up, forget_journals
from identite.codes import one_time
from identite.codes.one_time import OneTimeCode
from identite.journal import Journal
from identite.quotas import Quota
from identite.tokens import Token
from tests.enrollment.factories import AccountFactory

pytestmark = pytest.mark.django_db


def test_only_what_is_long_past_is_deleted():
    old, new = AccountFactory(), AccountFactory()
    for account in (old, new):
        one_time.issue("email", account)
        tokens.issue("reset", account, seconds=60)
        quotas.take("email_code_send", account.email)
    assert clean_up() == 0
    long_ago = timedelta(days=KEPT_DAYS + 2)
    OneTimeCode.objects.filter(subject__endswith=str(old.pk)).update(expires_at=F("expires_at") - long_ago)
    Token.objects.filter(subject__endswith=str(old.pk)).update(expires_at=F("expires_at") - long_ago)
    Quota.objects.filter(key=quotas.quota_key("email_code_send", old.email)).update(
        window_started_at=timezone.now() - long_ago
    )
    assert clean_up() == 3
    assert (OneTimeCode.objects.count(), Token.objects.count(), Quota.objects.count()) == (1, 1, 1)
    assert clean_up() == 0


def test_a_journal_goes_as_a_whole_years_after_its_last_entry(settings):
    silent, living = AccountFactory(), AccountFactory()
    for account in (silent, living):
        journal.record(account, "logged_in", actor=account)
        journal.record(account, "logged_out", actor=account)
    long_ago = timezone.now() - timedelta(days=366 * settings.JOURNAL_RETENTION_YEARS + 2)
    Journal.objects.filter(chain=silent.pk).update(at=long_ago)
    Journal.objects.filter(chain=living.pk, sequence=1).update(at=long_ago)
    assert forget_journals() == 2
    assert set(Journal.objects.values_list("chain", "sequence", "event")) == {
        (living.pk, 1, "logged_in"),
        (living.pk, 2, "logged_out"),
        (silent.pk, 3, journal.FORGOTTEN),
    }
    assert forget_journals() == 0
