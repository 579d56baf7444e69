"""What the sweep does about a row or a duty that breaks, and about a database that is gone."""

import pytest
from django.db import InterfaceError, OperationalError, connection

from enrollment.models import Account
from identite import sweep as sweeping
from identite.transitions import TransitionNotAllowed
from tests.enrollment.factories import AccountFactory
from tests.sealed import spoil

pytestmark = pytest.mark.django_db


@pytest.fixture
def called(monkeypatch):
    """Two duties, of which the first breaks; who was called."""
    names: list[str] = []

    def breaks() -> int:
        names.append("breaks")
        raise ValueError

    def works() -> int:
        names.append("works")
        return 3

    monkeypatch.setattr(sweeping, "duties", lambda: {"breaks": lambda whose: breaks(), "works": lambda whose: works()})
    return names


def test_a_duty_that_breaks_does_not_keep_the_others_from_running(called):
    assert sweeping.sweep() == {"breaks": -1, "works": 3}
    assert called == ["breaks", "works"]


def test_without_a_database_the_others_do_not_wait_for_it_in_vain(called):
    def gone(*args):
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(gone):
        assert sweeping.sweep() == {"breaks": -1}
    assert called == ["breaks"]
    assert sweeping.sweep()["works"] == 3


def test_a_row_that_breaks_is_named_without_what_it_says_and_the_others_have_their_turn(caplog):
    broken, late, good = AccountFactory.create_batch(3)
    spoil(broken, "email")

    def act(account: Account) -> bool:
        Account.objects.filter(pk=account.pk).update(civility="M")
        if account.pk == late.pk:
            raise TransitionNotAllowed("somebody was faster")
        return bool(account.email)

    rows = [Account.objects.get(pk=account.pk) for account in (broken, late, good)]
    assert sweeping.each(rows, act) == 1
    assert [Account.objects.get(pk=row.pk).civility for row in rows] == ["F", "F", "M"]  # each all or nothing
    (record,) = caplog.records
    assert record.getMessage() == f"sweep: enrollment.Account {broken.pk} failed: DecryptionError"
    assert record.exc_info is None


@pytest.mark.parametrize("gone", [OperationalError, InterfaceError])
def test_without_a_database_no_other_row_is_tried(gone):
    tried = []

    def act(account: Account) -> bool:
        tried.append(account)
        raise gone

    with pytest.raises(gone):
        sweeping.each(AccountFactory.create_batch(2), act)
    assert len(tried) == 1
