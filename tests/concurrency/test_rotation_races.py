"""Keys are rotated while somebody holds a row. On PostgreSQL: SQLite lets one writer in at a time."""

from io import StringIO
from threading import Event, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from enrollment.models import Account
from identite.management.commands import rotate_keys
from tests.enrollment.factories import AccountFactory
from tests.identite.test_rotate_keys import key

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _on_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    assert connection.vendor == "postgresql", "run with DATABASE_URL=postgres://…"
    monkeypatch.setattr(rotate_keys, "MOST_WALKS", 3)
    monkeypatch.setattr(rotate_keys, "SECONDS_BETWEEN_WALKS", 0)


def test_a_row_that_somebody_holds_keeps_its_key_in_use(settings):
    old = key("old")
    settings.DATA_KEYS = [old]
    account = AccountFactory()
    settings.DATA_KEYS = [key("new"), old]
    held, go = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            Account.objects.select_for_update().get(pk=account.pk)
            held.set()
            go.wait(30)
        connection.close()

    holder = Thread(target=hold)
    holder.start()
    try:
        held.wait(30)
        said = StringIO()
        with pytest.raises(CommandError, match="1 rows are held by somebody, no key may go"):
            call_command("rotate_keys", stdout=said)
    finally:
        go.set()
        holder.join()
    assert "can go" not in said.getvalue()
    said = StringIO()
    call_command("rotate_keys", stdout=said)
    assert "old can go from DATA_KEYS" in said.getvalue()
    settings.DATA_KEYS = settings.DATA_KEYS[:1]
    assert Account.objects.get(pk=account.pk).last_name == account.last_name
