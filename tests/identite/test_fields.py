"""Sealed columns: read by the row that they belong to, by nobody else; found by their digest."""

import uuid
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from enrollment.models import Account, Enrollment
from identite.crypto import DecryptionError
from identite.fields import NotBound, Sealed, for_update, sealed_fields
from tests.enrollment.factories import AccountFactory, EnrollmentFactory
from tests.verification.capture.helpers import photo
from tests.verification.factories import make_verification
from verification.capture import storing
from verification.models import Capture, Case, Decision, Finding, RegisteredLetter, Verification

pytestmark = pytest.mark.django_db


def cell(row, name: str):
    """What the database holds."""
    table, column = row._meta.db_table, row._meta.get_field(name).column
    key = row._meta.pk.get_db_prep_value(row.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE "{row._meta.pk.column}" = %s', [key])  # noqa: S608
        return cursor.fetchone()[0]


def move(source, target, name: str, into: str = "") -> None:
    """What somebody with the database and without the keys can do."""
    column = target._meta.get_field(into or name).column
    key = target._meta.pk.get_db_prep_value(target.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{target._meta.db_table}" SET "{column}" = %s WHERE "{target._meta.pk.column}" = %s',  # noqa: S608
            [cell(source, name), key],
        )


def test_a_letter_moved_to_another_row_does_not_open():
    first, second = make_verification().letter, make_verification().letter
    for letter in (first, second):
        letter.content = f"the letter {letter.number}"
        letter.save(update_fields=["content"])
    assert RegisteredLetter.objects.get(pk=first.pk).content == f"the letter {first.number}"
    move(second, first, "content")
    with pytest.raises(DecryptionError):
        _ = RegisteredLetter.objects.get(pk=first.pk).content
    assert RegisteredLetter.objects.get(pk=second.pk).content == f"the letter {second.number}"


def test_a_name_moved_to_another_column_or_written_in_the_clear_does_not_open():
    account = AccountFactory(first_name="Ada", last_name="Lovelace")
    move(account, account, "last_name", into="first_name")
    with pytest.raises(DecryptionError):
        _ = Account.objects.get(pk=account.pk).first_name
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Account._meta.db_table} SET last_name = 'Byron'")  # noqa: S608
    with pytest.raises(DecryptionError):
        _ = Account.objects.get(pk=account.pk).last_name


def test_what_was_read_from_a_photo_opens_beside_its_capture_only():
    one, other = (capture(make_verification(), seed) for seed in (1, 2))
    for row in (one, other):
        row.read = {"names": ["MARTIN"], "boxes": [[1, 2], [3.5, 4]]}
        row.face = bytes(range(256))
        row.save(update_fields=["read", "face"])
        Finding.objects.bulk_create(
            [Finding(capture=row, code="compare.names", outcome="fail", evidence={"typed": "MARTIN"})]
        )
    again = Capture.objects.get(pk=one.pk)
    assert (again.read["boxes"][1], again.face, again.findings.get().evidence) == (
        [3.5, 4],
        bytes(range(256)),
        {"typed": "MARTIN"},
    )
    move(other, one, "face")
    move(other.findings.get(), one.findings.get(), "evidence")
    with pytest.raises(DecryptionError):
        _ = Capture.objects.get(pk=one.pk).face
    with pytest.raises(DecryptionError):
        _ = one.findings.get().evidence


def capture(verification: Verification, seed: int) -> Capture:
    storing.show_document(verification, "cni")
    return storing.store_photo(verification, "front", photo(seed))


def test_every_kind_of_value_comes_back_as_it_was():
    day, nothing = EnrollmentFactory(with_details=True), EnrollmentFactory()
    assert isinstance(day.expiry_date, date)
    again, empty = Enrollment.objects.get(pk=day.pk), Enrollment.objects.get(pk=nothing.pk)
    for field in sealed_fields(Enrollment):
        assert getattr(again, field.attname) == getattr(day, field.attname)
    assert (empty.first_names, empty.expiry_date) == ("", None)
    assert Capture().read == {}


def test_a_query_opens_nothing_and_a_deferred_column_is_fetched_when_it_is_read(django_assert_num_queries):
    account = AccountFactory(first_name="Ada")
    raw = Account.objects.get(pk=account.pk)
    assert isinstance(raw.__dict__["first_name"], Sealed)
    assert "Ada" not in repr(raw.__dict__["first_name"])
    later = Account.objects.defer("first_name").get(pk=account.pk)
    with django_assert_num_queries(1):
        assert (later.first_name, later.first_name) == ("Ada", "Ada")


def test_a_value_without_its_row_is_not_written():
    account = AccountFactory()
    with pytest.raises(NotBound), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(first_name="Eve")
    with pytest.raises(NotBound):
        Account.objects.filter(first_name="Ada").exists()
    Account.objects.filter(pk=account.pk).update(first_name="")
    account.refresh_from_db()
    assert account.first_name == ""


def test_one_row_is_updated_with_its_digests():
    account = AccountFactory(email="ada@example.org")
    Account.objects.filter(pk=account.pk).update(**for_update(account, email="eve@example.org", is_active=False))
    found = Account.objects.get(email_digest="EVE@example.org ")
    assert (found.pk, found.email, found.is_active) == (account.pk, "eve@example.org", False)
    assert not Account.objects.filter(email_digest="ada@example.org").exists()


def test_a_digest_goes_with_its_column_whatever_a_save_names():
    enrollment = EnrollmentFactory(with_details=True)
    enrollment.document_number = "D2H6862M2"
    enrollment.save(update_fields=["document_number"])
    assert Enrollment.objects.get(document_digest="d2h 6862m2").pk == enrollment.pk
    enrollment.document_number = ""
    enrollment.save(update_fields=["document_number"])
    assert cell(enrollment, "document_digest") == ""


def test_one_address_has_one_account_however_it_is_written():
    AccountFactory(email="ada@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create_user("ADA@example.org")
    assert Account.objects.get_by_natural_key(" Ada@Example.org").email == "ada@example.org"


def test_digests_of_another_key_find_nothing(settings):
    AccountFactory(email="ada@example.org")
    settings.DIGEST_KEY = "another"
    assert not Account.objects.filter(email_digest="ada@example.org").exists()


def test_an_agents_note_opens_beside_its_case_only():
    now = "2026-11-21T12:00:00+00:00"
    notes = [
        Decision.objects.create(
            case=Case.objects.create(verification=make_verification(), due_at=now, limit_at=now),
            verdict="refuse", note=text, actor_label="agent", at=now,
        )
        for text in ("one", "other")
    ]  # fmt: skip
    assert Decision.objects.get(pk=notes[0].pk).note == "one"
    move(notes[1], notes[0], "note")
    with pytest.raises(DecryptionError):
        _ = Decision.objects.get(pk=notes[0].pk).note


def test_no_table_holds_in_the_clear_what_a_citizen_gave():
    """Every cell of every table, as somebody reads it who has the database."""
    mark = uuid.uuid4().hex
    account = AccountFactory(
        email=f"{mark}@example.org", first_name="Zénobie", last_name="Quatrebarbes", phone="+33639981234"
    )
    EnrollmentFactory(
        account=account, with_mode=True, first_names="Zénobie Yvonne", birth_name="Quatrebarbes", use_name="Xaintrailles",
        birth_date="1961-02-28", birth_place="Wissous", document_number="X4RTBPFW4", mobile="+33639981235",
    )  # fmt: skip
    verification = make_verification(account, birth_name="Quatrebarbes", document_number="X4RTBPFW4")
    row = capture(verification, 3)
    row.read = {"names": ["QUATREBARBES"]}
    row.save(update_fields=["read"])
    Finding.objects.create(capture=row, code="compare.names", outcome="fail", evidence={"read": "QUATREBARBES"})
    given = (
        mark,
        "zénobie",
        "z\\u00e9nobie",
        "quatrebarbes",
        "xaintrailles",
        "1961-02-28",
        "wissous",
        "x4rtbpfw4",
        "+3363998123",
    )
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            names = [column[0] for column in cursor.description]
            for cells in cursor.fetchall():
                pairs = zip(names, cells, strict=True)
                found += [(table, name) for name, value in pairs if any(text in str(value).lower() for text in given)]
    assert found == []
