"""The command that verifies the journal notices every kind of change."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from identite import journal
from identite.journal import Journal
from tests.enrollment.factories import AccountFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    account = AccountFactory()
    for number in range(4):
        journal.record(account, f"event_{number}", actor=account, reason="a reason", number=number)
    return account


def run() -> tuple[int, str]:
    output = StringIO()
    try:
        call_command("verify_journal", stdout=output)
    except SystemExit as end:
        return int(end.code or 0), output.getvalue()
    return 0, output.getvalue()


def test_a_whole_journal_has_no_fault(account):
    assert run() == (0, "1 files, 0 faults\n")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE identite_journal SET reason = 'another' WHERE sequence = 2",
        "UPDATE identite_journal SET actor_label = 'agent' WHERE sequence = 4",
        "UPDATE identite_journal SET after = 'x' WHERE sequence = 1",
        "DELETE FROM identite_journal WHERE sequence = 3",
    ],
)
def test_every_change_is_noticed(account, statement):
    with connection.cursor() as cursor:
        cursor.execute(statement.replace(" after ", ' "after" '))
    code, said = run()
    assert code == 1
    assert str(account.pk) in said


def test_a_row_is_neither_changed_nor_deleted(account):
    entry = Journal.objects.first()
    for change in (entry.save, entry.delete):
        with pytest.raises(journal.JournalIsAppendOnly):
            change()
    assert journal.verify(account.pk) == []
