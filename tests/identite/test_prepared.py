"""A prepared read gives what its queryset gives, for any values, without working its SQL out again."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from enrollment import services
from enrollment.models import Account, Enrollment
from enrollment.registration import cookie
from identite import tokens
from identite.prepared import Prepared
from identite.quotas import Quota
from identite.tokens import Token
from tests.enrollment.factories import AccountFactory, EnrollmentFactory, RegistrationFactory
from tests.verification.factories import make_verification
from verification import access
from verification.letter import services as letters
from verification.models import RegisteredLetter, Verification

pytestmark = pytest.mark.django_db


def fields_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_it_gives_the_rows_that_the_queryset_gives():
    first, second = AccountFactory(), AccountFactory()
    by_key = Prepared(lambda pk: Account.objects.filter(pk=pk))
    for account in (first, second, first):
        found = by_key.first(pk=account.pk)
        assert type(found) is Account
        assert fields_of(found) == fields_of(Account.objects.get(pk=account.pk))
        assert found._state.adding is False
        assert found._state.db == "default"
    assert by_key.first(pk=uuid.uuid4()) is None


def test_a_key_may_be_a_row_a_uuid_or_its_text():
    account = AccountFactory()
    by_key = Prepared(lambda pk: Account.objects.filter(pk=pk))
    of_account = Prepared(lambda account: Enrollment.objects.filter(account=account))
    enrollment = EnrollmentFactory(account=account)
    assert by_key.first(pk=str(account.pk)) == by_key.first(pk=account.pk) == account
    assert of_account.first(account=account) == of_account.first(account=account.pk) == enrollment


def test_related_rows_come_along(django_assert_num_queries):
    verification = make_verification()
    with django_assert_num_queries(1):
        found = access.OF_PASS.first(pk=verification.pk)
        assert found.applicant == verification.applicant
        assert found.letter.verification is found
    assert fields_of(found) == fields_of(Verification.objects.get(pk=verification.pk))
    assert fields_of(found.letter) == fields_of(RegisteredLetter.objects.get(verification=verification))


def test_deeper_relations_come_along(django_assert_num_queries):
    letter = make_verification().letter
    with django_assert_num_queries(1):
        assert letters.WITH_APPLICANT.first(pk=letter.pk).verification.applicant == letter.verification.applicant


def test_a_related_row_may_be_missing(django_assert_num_queries):
    registration = RegistrationFactory()
    verification = make_verification()
    RegisteredLetter.objects.filter(verification=verification).delete()
    with django_assert_num_queries(2):
        assert cookie.LIVING.first(pk=registration.pk, now=timezone.now()).account is None
        assert not hasattr(access.OF_PASS.first(pk=verification.pk), "letter")


def test_columns_left_out_are_read_when_they_are_asked_for(django_assert_num_queries):
    account = AccountFactory()
    light = Prepared(lambda pk: Account.objects.filter(pk=pk).defer("email"))
    with django_assert_num_queries(1):
        found = light.first(pk=account.pk)
    with django_assert_num_queries(1):
        assert found.email == account.email


def test_moments_are_compared_and_come_back_with_their_zone():
    now = timezone.now()
    for age in range(3):
        Quota.objects.create(kind="k", key=f"{age}", window_started_at=now - timedelta(hours=age))
    since = Prepared(lambda moment: Quota.objects.filter(window_started_at__gte=moment).order_by("-window_started_at"))
    rows = since.all(moment=now - timedelta(minutes=90))
    assert [row.key for row in rows] == ["0", "1"]
    assert rows[0].window_started_at == now
    assert since.all(moment=now + timedelta(seconds=1)) == []


def test_the_first_one_follows_the_order_or_the_key():
    for key in ("b", "a", "c"):
        Quota.objects.create(kind="k", key=key, window_started_at=timezone.now())
    unordered = Prepared(lambda kind: Quota.objects.filter(kind=kind).order_by())
    ordered = Prepared(lambda kind: Quota.objects.filter(kind=kind).order_by("-key"))
    assert unordered.first(kind="k").key == "b"
    assert ordered.first(kind="k").key == "c"
    assert [row.key for row in ordered.all(kind="k")] == ["c", "b", "a"]


def test_a_slot_inside_a_negation_and_beside_fixed_values():
    others = Prepared(lambda account: Enrollment.objects.exclude(account=account).exclude(state__in=services.OVER))
    over, alive, own = EnrollmentFactory(state=next(iter(services.OVER))), EnrollmentFactory(), EnrollmentFactory()
    assert others.all(account=own.account) == [alive]
    assert others.all(account=alive.account) == [own]
    assert set(others.all(account=over.account)) == {alive, own}


def test_the_sql_is_worked_out_once(monkeypatch):
    made = []
    as_sql = SQLCompiler.as_sql
    monkeypatch.setattr(SQLCompiler, "as_sql", lambda self, *a, **k: made.append(1) or as_sql(self, *a, **k))
    by_key = Prepared(lambda pk: Account.objects.filter(pk=pk))
    for _ in range(5):
        by_key.first(pk=AccountFactory.build().pk)
    assert len(made) == 1


def test_a_value_can_not_leave_its_place():
    row = AccountFactory()
    Token.objects.all().delete()
    tokens.issue("p", row, seconds=60)
    for text in ("' OR 1=1 --", "%s", "%", "\\", '"; DROP TABLE identite_token; --'):
        assert tokens.LIVING.first(purpose=text, digest=text, now=timezone.now()) is None
    assert Token.objects.count() == 1


def test_a_missing_value_is_an_error():
    with pytest.raises(KeyError):
        Prepared(lambda pk: Account.objects.filter(pk=pk)).first()


def test_threads_may_use_it_for_the_first_time_together():
    by_key = Prepared(lambda key: Quota.objects.filter(key=key))
    with ThreadPoolExecutor(8) as pool:
        statements = list(pool.map(lambda _number: by_key._statement(one=True).sql, range(8)))
    assert len(set(statements)) == 1
    assert by_key.first(key="none") is None
