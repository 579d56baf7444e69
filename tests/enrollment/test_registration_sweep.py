from datetime import timedelta

import pytest
from django.utils import timezone

from enrollment.models import Account, Registration
from enrollment.sweep import delete_old_registrations
from identite.sweep import sweep
from tests.enrollment.factories import AccountFactory, RegistrationFactory

pytestmark = pytest.mark.django_db


def test_registrations_past_their_end_are_deleted_and_no_account_with_them():
    end = timezone.now() - timedelta(seconds=1)
    RegistrationFactory(phone_given=True, expires_at=end)
    finished = RegistrationFactory(phone_given=True, expires_at=end, account=AccountFactory())
    living = RegistrationFactory(phone_given=True)
    assert delete_old_registrations() == 2
    assert delete_old_registrations() == 0
    assert list(Registration.objects.all()) == [living]
    assert Account.objects.filter(pk=finished.account_id).exists()


def test_the_periodic_sweep_does_it():
    RegistrationFactory(expires_at=timezone.now() - timedelta(days=1))
    assert sweep()["enrollment.sweep.delete_old_registrations"] == 1


def test_one_sweep_takes_a_batch(monkeypatch):
    monkeypatch.setattr("enrollment.sweep.BATCH", 2)
    RegistrationFactory.create_batch(3, expires_at=timezone.now() - timedelta(days=1))
    assert [delete_old_registrations() for _sweep in range(3)] == [2, 1, 0]
