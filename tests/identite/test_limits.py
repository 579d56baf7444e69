"""Quotas, one-time codes and tokens: how many, until when, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from identite import quotas, tokens
from identite.codes import one_time
from identite.codes.one_time import CodeResult, OneTimeCode
from identite.quotas import Quota, QuotaExceeded, TooSoon
from identite.tokens import Token
from tests.enrollment.factories import AccountFactory

pytestmark = pytest.mark.django_db
KIND = "sms_code_send"


def test_a_quota_counts_to_its_limit_and_says_until_when(settings):
    limit, seconds = settings.QUOTAS[KIND]
    begun = timezone.now()
    for used in range(1, limit + 1):
        assert quotas.take(KIND, "+33639980001").left == limit - used
    with pytest.raises(QuotaExceeded) as full:
        quotas.take(KIND, "+33639980001")
    assert abs((full.value.until - begun).total_seconds() - seconds) < 5
    assert quotas.usage(KIND, "+33639980001").exceeded
    quotas.take(KIND, "+33639980002")  # another number is another count


def test_a_refused_use_does_not_lengthen_the_lock(settings):
    limit, _seconds = settings.QUOTAS[KIND]
    for _ in range(limit):
        quotas.take(KIND, "k")
    ends = set()
    for _ in range(3):
        with pytest.raises(QuotaExceeded) as full:
            quotas.take(KIND, "k")
        ends.add(full.value.until)
    assert len(ends) == 1


def test_a_window_that_is_over_begins_anew(settings, clock):
    limit, seconds = settings.QUOTAS[KIND]
    for _ in range(limit):
        quotas.take(KIND, "k")
    clock.pass_(seconds=seconds)
    assert quotas.usage(KIND, "k").left == limit
    assert quotas.take(KIND, "k").left == limit - 1


def test_a_window_ends_at_its_last_instant_and_not_a_moment_before(settings, clock):
    limit, seconds = settings.QUOTAS[KIND]
    for _ in range(limit):
        quotas.take(KIND, "k")
    end = Quota.objects.get().window_started_at + timedelta(seconds=seconds)
    clock.stop(end - timedelta(microseconds=1))
    assert quotas.usage(KIND, "k").exceeded
    with pytest.raises(QuotaExceeded) as full:
        quotas.take(KIND, "k")
    assert full.value.until == end
    clock.stop(end)
    assert not quotas.usage(KIND, "k").exceeded
    assert quotas.take(KIND, "k").until == end + timedelta(seconds=seconds)


def test_keys_are_kept_as_digests_and_case_does_not_matter():
    quotas.take("email_code_send", "Jeanne@Example.org ")
    assert quotas.usage("email_code_send", "jeanne@example.org").used == 1
    assert "jeanne" not in Quota.objects.get().key


def test_giving_back_never_goes_below_nothing():
    quotas.give_back(KIND, "k")
    quotas.take(KIND, "k")
    quotas.give_back(KIND, "k")
    quotas.give_back(KIND, "k")
    assert quotas.usage(KIND, "k").used == 0


@pytest.fixture
def account():
    return AccountFactory()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_is_right_once_however_it_is_written(account):
    code = one_time.issue("email", account)
    assert len(code) == 6
    assert one_time.check("email", account, f" {code[:3]}-{code[3:]} ") == CodeResult.RIGHT
    assert one_time.check("email", account, code) == CodeResult.NONE
    assert not one_time.state("email", account).exists


def test_a_code_is_kept_as_a_digest(account):
    code = one_time.issue("email", account)
    assert code not in OneTimeCode.objects.get().digest


def test_the_same_digits_for_two_purposes_leave_no_common_trace(account, monkeypatch):
    monkeypatch.setattr(one_time.secrets, "randbelow", lambda limit: 123_456)
    for purpose in ("email", "sms"):
        one_time.issue(purpose, account)
    assert OneTimeCode.objects.values("digest").distinct().count() == 2


def test_after_five_wrong_tries_not_even_the_right_code_counts(account, settings):
    code = one_time.issue("email", account)
    results = [one_time.check("email", account, wrong(code)) for _ in range(settings.EMAIL_CODE_MAX_ATTEMPTS)]
    assert results == [CodeResult.WRONG] * 4 + [CodeResult.EXHAUSTED]
    assert one_time.check("email", account, code) == CodeResult.EXHAUSTED
    assert one_time.state("email", account).tries_left == 0


def test_a_code_ends_after_its_life(account, settings, clock):
    code = one_time.issue("email", account)
    clock.pass_(seconds=settings.EMAIL_CODE_LIFETIME_SECONDS)
    assert one_time.check("email", account, code) == CodeResult.EXPIRED


def test_the_next_code_waits_and_ends_the_one_before(account, settings, clock):
    first = one_time.issue("email", account)
    with pytest.raises(TooSoon) as early:
        one_time.issue("email", account)
    assert 0 < (early.value.until - timezone.now()).total_seconds() <= settings.CODE_RESEND_DELAY_SECONDS
    assert one_time.check("email", account, first) == CodeResult.RIGHT  # the refused one changed nothing
    one_time.forget("email", account)
    second = one_time.issue("email", account)
    clock.pass_(seconds=settings.CODE_RESEND_DELAY_SECONDS)
    third = one_time.issue("email", account)
    if third != second:
        assert one_time.check("email", account, second) == CodeResult.WRONG
    assert one_time.check("email", account, third) == CodeResult.RIGHT


def test_a_code_opens_only_what_it_was_drawn_for(account):
    code = one_time.issue("sms", account, binding="+33639980001")
    assert one_time.check("sms", account, code, binding="+33639980002") == CodeResult.WRONG
    assert one_time.check("email", account, code) == CodeResult.NONE
    assert one_time.check("sms", AccountFactory(), code, binding="+33639980001") == CodeResult.NONE
    assert one_time.check("sms", account, code, binding="+33639980001") == CodeResult.RIGHT


def test_a_link_is_used_once(account):
    token = tokens.issue("handoff", account, seconds=60)
    assert tokens.find("handoff", token).subject_pk == str(account.pk)
    assert tokens.find("reset", token) is None
    assert tokens.consume("handoff", token) is not None
    assert tokens.consume("handoff", token) is None
    assert tokens.find("handoff", token) is None
    assert token not in Token.objects.get().digest


def test_a_token_ends_on_its_date_or_when_it_is_revoked(account, clock):
    short, other = (tokens.issue("handoff", account, seconds=60) for _ in range(2))
    tokens.revoke("handoff", account)
    assert tokens.find("handoff", short) is None
    late = tokens.issue("handoff", account, seconds=60)
    clock.pass_(seconds=60)
    assert tokens.find("handoff", late) is None
    for nothing in ("", other, "x" * 43):
        assert tokens.find("handoff", nothing) is None
