"""A new key comes in front, everything is sealed again while the service runs, the old key goes."""

import base64
import os
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from enrollment.models import Account, Enrollment
from identite import sealing
from identite.crypto import DecryptionError
from notifications.models import Message
from notifications.services import send_sms
from tests.enrollment.factories import AccountFactory, EnrollmentFactory
from tests.verification.capture.helpers import photo, video
from tests.verification.factories import make_verification
from verification.capture import erasure, practice, storing
from verification.models import Capture, Finding, RegisteredLetter, Verification

pytestmark = pytest.mark.django_db


def key(name: str) -> str:
    return f"{name}:{base64.b64encode(os.urandom(32)).decode()}"


@pytest.fixture
def people(settings):
    """Written under the key `old`; the key `new` stands in front of it now."""
    old = key("old")
    settings.DATA_KEYS = [old]
    account = AccountFactory(email="ada@example.org", last_name="Lovelace")
    enrollment = EnrollmentFactory(account=account, with_details=True)
    verification = make_verification(account)
    verification.letter.content = "the letter"
    verification.letter.save()
    storing.show_document(verification, "cni")
    capture = storing.store_photo(verification, "front", photo(1))
    capture.read, capture.face = {"names": ["LOVELACE"]}, b"face"
    capture.save()
    Finding.objects.create(capture=capture, code="compare.names", outcome="pass", evidence={"read": "LOVELACE"})
    send_sms("mobile_already_used", address="+33639980001", context={}, recipient=account)
    settings.DATA_KEYS = [key("new"), old]
    return {"account": account.pk, "enrollment": enrollment.pk, "capture": capture.pk, "photo": photo(1)}


def rotate() -> str:
    out = StringIO()
    call_command("rotate_keys", stdout=out, stderr=StringIO())
    return out.getvalue()


def everything_opens(people) -> None:
    account = Account.objects.get(email_digest="ada@example.org")
    assert (account.pk, account.email, account.last_name) == (people["account"], "ada@example.org", "Lovelace")
    assert Enrollment.objects.get(pk=people["enrollment"]).document_number
    assert Verification.objects.get().birth_name == "MARTIN"
    assert RegisteredLetter.objects.get().content == "the letter"
    capture = Capture.objects.get(pk=people["capture"])
    assert (capture.read, capture.face) == ({"names": ["LOVELACE"]}, b"face")
    assert (capture.findings.get().evidence, capture.file.open().read()) == ({"read": "LOVELACE"}, people["photo"])
    assert capture.preview.open().read()
    assert all(message.address and message.text for message in Message.objects.all())


def test_after_it_the_old_key_can_go(people, settings):
    before = Capture.objects.get(pk=people["capture"])
    said = rotate()
    assert "under new: old can go from DATA_KEYS" in said
    assert "files of verification.Capture.file: 1 of 1 sealed again" in said
    settings.DATA_KEYS = settings.DATA_KEYS[:1]
    everything_opens(people)
    assert not before.file.storage.exists(before.file.name)
    assert not before.preview.storage.exists(before.preview.name)
    assert "new, the only key" in rotate()


def test_without_it_the_old_key_is_missed(people, settings):
    settings.DATA_KEYS = settings.DATA_KEYS[:1]
    with pytest.raises(DecryptionError):
        _ = Account.objects.get(pk=people["account"]).last_name


def test_a_run_that_was_broken_off_goes_on(people, settings, monkeypatch):
    real, done = sealing._changes, []

    def dies(row, *args, **kwargs):
        done.append(row)
        if len(done) > 3:
            raise KeyboardInterrupt
        return real(row, *args, **kwargs)

    monkeypatch.setattr(sealing, "_changes", dies)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        rotate()
    monkeypatch.undo()
    everything_opens(people)
    capture = Capture.objects.get(pk=people["capture"])
    old = capture.file.name
    storage = capture.file.storage
    fresh = storage.seal_again(old)  # killed after the file, before the row
    rotate()
    settings.DATA_KEYS = settings.DATA_KEYS[:1]
    everything_opens(people)
    assert Capture.objects.get(pk=people["capture"]).file.name == fresh
    assert not storage.exists(old)


def test_the_old_file_of_a_run_that_was_killed_goes_with_the_next(people):
    capture = Capture.objects.get(pk=people["capture"])
    old, storage = capture.file.name, capture.file.storage
    Capture.objects.filter(pk=capture.pk).update(file=storage.seal_again(old))  # killed before the old one was deleted
    assert storage.exists(old)
    rotate()
    assert not storage.exists(old)
    everything_opens(people)


def test_a_file_that_is_erased_meanwhile_stays_erased(people, monkeypatch):
    capture = Capture.objects.get(pk=people["capture"])
    storage, real = capture.file.storage, type(capture.file.storage).seal_again

    def erased_meanwhile(self, name):
        fresh = real(self, name)
        if name == capture.file.name:
            Capture.objects.filter(pk=capture.pk).update(file="")
            storage.delete(name)
        return fresh

    monkeypatch.setattr(type(storage), "seal_again", erased_meanwhile)
    rotate()
    assert not Capture.objects.get(pk=capture.pk).file
    assert not storage.exists(f"{capture.file.name.partition('.')[0]}.new")


def test_what_the_service_writes_meanwhile_is_not_written_over(people, monkeypatch):
    """A row that is read with the old key in front of the walk and saved behind it comes under the new key by itself."""
    stale = Account.objects.get(pk=people["account"])
    rotate()
    stale.commercial_offers = True
    stale.save()
    assert "enrollment.Account: 0 of 1 sealed again" in rotate()


def test_what_somebody_slipped_in_is_named_and_not_made_good(people):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE enrollment_account SET first_name = 'Eve'")
    with pytest.raises(CommandError, match="1 do not open"):
        rotate()
    with pytest.raises(DecryptionError):
        _ = Account.objects.get(pk=people["account"]).first_name


def test_digests_follow_their_key(people, settings):
    settings.DIGEST_KEY = "another"
    assert not Account.objects.filter(email_digest="ada@example.org").exists()
    rotate()
    assert Account.objects.get(email_digest="ada@example.org").pk == people["account"]


def test_what_is_erased_meanwhile_goes_under_its_new_name(people):
    stale = Capture.objects.get(pk=people["capture"])
    rotate()
    fresh = Capture.objects.get(pk=people["capture"])
    erasure.purge(stale)
    assert not any(one.storage.exists(one.name) for one in (fresh.file, fresh.preview))
    assert not Capture.objects.get(pk=people["capture"]).file


@pytest.mark.parametrize("forget", [lambda trial: practice.record(trial, []), lambda trial: practice.forget([trial])])
def test_a_clip_that_is_forgotten_meanwhile_goes_under_its_new_name(settings, forget):
    settings.DATA_KEYS = [key("old")]
    stale = storing.store_trial(make_verification(AccountFactory()), video())
    settings.DATA_KEYS = [key("new"), *settings.DATA_KEYS]
    rotate()
    fresh = type(stale).objects.get(pk=stale.pk)
    assert fresh.file.name != stale.file.name
    forget(stale)
    assert not fresh.file.storage.exists(fresh.file.name)
