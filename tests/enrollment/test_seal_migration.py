"""Rows of the version before: in the clear, or sealed without regard to their row. The migrations seal them."""

from base64 import b64encode
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from enrollment.models import Account, Enrollment, Registration
from identite import crypto, sealing
from identite.fields import Sealed
from notifications.models import Message
from verification.models import Capture, Finding, RegisteredLetter, Verification

BEFORE = [
    ("enrollment", "0008_activation_codes"),
    ("verification", "0014_letter_links"),
    ("notifications", "0004_message_queued"),
]
BROKEN_OFF = [
    ("enrollment", "0009_sealed_columns"),
    ("verification", "0016_seal_rows"),
    ("notifications", "0005_seal_rows"),
]


def old_seal(name: str, text: str) -> str:
    """As columns were sealed before: bound to table and column only."""
    return b64encode(crypto.encrypt(text.encode(), context=name)).decode()


def put(table: str, **values: object) -> None:
    """One row, as the version before wrote it."""
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))  # noqa: S608


@pytest.fixture
def back():
    """The database of before; at the end that of today again."""
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    executor.migrate(BEFORE)
    yield executor.loader.project_state(BEFORE).apps
    MigrationExecutor(connection).migrate(leaves)


def fill(old) -> dict[str, object]:
    """Some people, a letter, a photo with what was read from it, a message."""
    people = [
        old.get_model("enrollment", "Account").objects.create(
            email=f"ada{number}@example.org", first_name="Ada", last_name="Le Gall", phone="+33612345678"
        )
        for number in range(sealing.BATCH + 3)
    ]
    first = people[0]
    old.get_model("enrollment", "Registration").objects.create(
        email="bea@example.org", phone="", first_name="Béa", expires_at=timezone.now()
    )
    identity = {
        "first_names": "Ada Zoë", "birth_name": "Le Gall", "birth_date": "1990-07-00", "document_number": "X4RTBPFW4",
        "issue_date": date(2020, 2, 11),
    }  # fmt: skip
    old.get_model("enrollment", "Enrollment").objects.create(
        account=first, state="activated", mobile="+33639980001", expires_at=timezone.now(), **identity
    )
    verification = old.get_model("verification", "Verification").objects.create(
        applicant_id=first.pk, file=uuid4(), email=first.email, mobile="+33639980001", **identity
    )
    capture = old.get_model("verification", "Capture").objects.create(
        verification=verification,
        kind="front",
        content_type="image/jpeg",
        size=1,
        sha256="",
        read={"names": ["LE GALL"]},
    )
    old.get_model("verification", "Finding").objects.create(
        capture=capture, code="compare.names", outcome="fail", evidence={"typed": "Zoë"}
    )
    old.get_model("verification", "Finding").objects.create(capture=capture, code="document.sharpness", outcome="pass")
    letter = old.get_model("verification", "RegisteredLetter").objects.create(
        verification=verification, number="12345678"
    )
    message = old.get_model("notifications", "Message").objects.create(channel="email", event="x", address_digest="")
    face = crypto.encrypt(b"face", context="verification.capture.face")
    with connection.cursor() as cursor:
        for table, column, value in (
            (
                "verification_registeredletter",
                "content",
                old_seal("verification.registeredletter.content", "<p>Bonjour</p>"),
            ),
            ("notifications_message", "address", old_seal("notifications.message.address", "ada0@example.org")),
            ("verification_capture", "face", face),
        ):
            cursor.execute(f"UPDATE {table} SET {column} = %s", [value])  # noqa: S608
    return {"account": first.pk, "letter": letter.pk, "message": message.pk, "capture": capture.pk}


def check(keys: dict[str, object]) -> None:
    account = Account.objects.get(email_digest="ADA0@example.org")
    assert (account.pk, account.email, account.last_name) == (keys["account"], "ada0@example.org", "Le Gall")
    everybody = Account.objects.filter(last_name_digest="le gall")
    assert everybody.count() == sealing.BATCH + 3
    assert {one.first_name for one in everybody} == {"Ada"}
    assert Registration.objects.get(email_digest="bea@example.org").first_name == "Béa"
    for row in (Enrollment.objects.get(document_digest="X4RTBPFW4"), Verification.objects.get()):
        assert (row.first_names, row.birth_date, row.use_name) == ("Ada Zoë", "1990-07-00", "")
        assert (row.issue_date, row.expiry_date) == (date(2020, 2, 11), None)
    assert Enrollment.objects.get(mobile_digest="+33639980001").mobile == "+33639980001"
    capture = Capture.objects.get(pk=keys["capture"])
    assert (capture.read, capture.face, capture.reference) == ({"names": ["LE GALL"]}, b"face", None)
    assert [one.evidence for one in Finding.objects.order_by("code")] == [{"typed": "Zoë"}, {}]
    assert RegisteredLetter.objects.get(pk=keys["letter"]).content == "<p>Bonjour</p>"
    assert Message.objects.get(pk=keys["message"]).address == "ada0@example.org"
    for model in sealing.sealed_tables():
        assert sealing.seal_table(model).faults == []


@pytest.mark.migrations
@pytest.mark.django_db(transaction=True)
def test_rows_of_before_are_sealed_where_they_lie(back):
    keys = fill(back)
    MigrationExecutor(connection).migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    check(keys)


@pytest.mark.migrations
@pytest.mark.django_db(transaction=True)
def test_a_migration_that_was_broken_off_goes_on(back, monkeypatch):
    keys = fill(back)
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    executor.migrate(BROKEN_OFF)

    real, calls = sealing._changes, []

    def dies(*args, **kwargs):
        calls.append(args)
        if len(calls) > sealing.BATCH + 1:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(sealing, "_changes", dies)
    with pytest.raises(KeyboardInterrupt):
        MigrationExecutor(connection).migrate(leaves)
    monkeypatch.undo()
    half = Account.objects.values_list("first_name", flat=True)
    assert {isinstance(cell, Sealed) and len(cell.data) > 10 for cell in half} == {True, False}
    MigrationExecutor(connection).migrate(leaves)
    check(keys)
