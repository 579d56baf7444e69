"""A disk without room: health tells it, what cannot be written is a page that says so, what is only read is read."""

import errno
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from enrollment.models import Registration
from identite import space
from identite.sessions import Session
from tests.enrollment.factories import AccountFactory


@pytest.fixture
def unwritable(transactional_db):
    """A database that reads and refuses to write, once it is called: SQLite as on a full disk."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite can be told to refuse")
    yield lambda: connection.cursor().execute("PRAGMA query_only = on")
    connection.cursor().execute("PRAGMA query_only = off")


def test_health_tells_that_there_is_no_room(client, db, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    assert client.get("/health/ready").json()["disk"] is True
    settings.DISK_FREE_MIN_BYTES = 10**18
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["disk"] is False
    assert client.get("/health/live").status_code == 200


def test_a_folder_that_is_not_there_yet_is_not_full(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "none"
    assert not space.is_short()


def test_a_form_that_cannot_be_saved_gets_a_page_that_says_so(client, unwritable):
    client.raise_request_exception = False
    unwritable()
    answer = client.post(reverse("registration:prerequisites"), {"of_age": "on", "has_document": "on"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "300")
    assert "ne peut rien enregistrer en ce moment" in answer.text
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert not Registration.objects.exists()


def test_who_only_reads_goes_on(client, transactional_db, unwritable):
    client.force_login(AccountFactory())
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=5))  # it would be moved on now
    unwritable()
    assert client.get(reverse("page:landing")).status_code == 200


@pytest.mark.parametrize(
    ("error", "full"), [(OSError(errno.ENOSPC, "x"), True), (OSError(5, "x"), False), (None, False)]
)
def test_the_system_says_whether_it_is_the_disk(error, full):
    assert space.is_full(error) is full
