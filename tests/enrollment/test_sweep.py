from datetime import timedelta

import pytest
from django.utils import timezone

from enrollment.models import Enrollment, EnrollmentState
from enrollment.services.answers import CONFIRMED
from enrollment.sweep import REMINDER_DAYS, lapse_unfinished, remind_unfinished
from identite.sweep import sweep
from notifications.models import Message
from tests.enrollment.factories import EnrollmentFactory, make_proving_enrollment
from tests.enrollment.helpers import sent_to
from tests.sealed import spoil
from verification.models import Verification, VerificationState

pytestmark = pytest.mark.django_db


def ending(days: float, **traits) -> Enrollment:
    return EnrollmentFactory(expires_at=timezone.now() + timedelta(days=days), **traits)


def state_of(enrollment: Enrollment) -> str:
    return Enrollment.objects.get(pk=enrollment.pk).state


def test_a_file_that_nobody_goes_on_with_is_announced_once_and_then_lapses(clock):
    enrollment = ending(REMINDER_DAYS - 0.1, with_document=True)
    assert (remind_unfinished(), remind_unfinished()) == (1, 0)
    assert sent_to(enrollment.account.email) == ["enrollment_expiring"]
    assert lapse_unfinished() == 0
    clock.pass_(days=REMINDER_DAYS)
    assert (lapse_unfinished(), lapse_unfinished()) == (1, 0)
    assert state_of(enrollment) == EnrollmentState.LAPSED
    assert sent_to(enrollment.account.email) == ["enrollment_expiring", "enrollment_lapsed"]


def test_the_answers_of_a_lapsed_file_are_erased_and_its_mail_still_says_bonjour():
    enrollment = ending(-1, with_details=True)
    assert enrollment.mobile
    assert enrollment.birth_name
    lapse_unfinished()
    empty, now = Enrollment(), Enrollment.objects.get(pk=enrollment.pk)
    for name in CONFIRMED:
        assert getattr(now, name) == getattr(empty, name), name
    assert f"Bonjour {enrollment.account.first_name}," in Message.objects.get(event="enrollment_lapsed").text


def test_a_file_with_time_left_is_left_alone():
    enrollment = ending(REMINDER_DAYS + 0.1)
    assert (remind_unfinished(), lapse_unfinished()) == (0, 0)
    assert state_of(enrollment) == EnrollmentState.STARTED


@pytest.mark.parametrize(
    "state", sorted(set(EnrollmentState) - {EnrollmentState.STARTED, EnrollmentState.PROVING, EnrollmentState.REFUSED})
)
def test_only_unfinished_files_lapse(state):
    enrollment = ending(-1, confirmed=True)
    Enrollment.objects.filter(pk=enrollment.pk).update(state=state)
    assert (remind_unfinished(), lapse_unfinished()) == (0, 0)
    assert state_of(enrollment) == state


@pytest.mark.parametrize("state", [EnrollmentState.STARTED, EnrollmentState.PROVING, EnrollmentState.REFUSED])
def test_every_unfinished_file_lapses(state):
    enrollment = ending(-1, confirmed=True)
    Enrollment.objects.filter(pk=enrollment.pk).update(state=state)
    assert lapse_unfinished() == 1


def test_a_running_letter_keeps_its_file_and_an_ended_one_does_not(clock):
    enrollment = make_proving_enrollment()
    clock.stop(enrollment.expires_at + timedelta(days=1))
    assert lapse_unfinished() == 0
    Verification.objects.update(state=VerificationState.LAPSED)
    assert lapse_unfinished() == 1
    assert state_of(enrollment) == EnrollmentState.LAPSED


def test_the_sweep_finds_these_duties():
    assert {"enrollment.sweep.lapse_unfinished", "enrollment.sweep.remind_unfinished"} <= set(sweep())


def test_one_sweep_takes_a_batch_and_running_letters_do_not_fill_it(monkeypatch):
    monkeypatch.setattr("enrollment.sweep.BATCH", 2)
    for _ in range(2):
        make_proving_enrollment(expires_at=timezone.now() - timedelta(days=9))
    for _ in range(3):
        ending(-1, with_document=True)
    assert [lapse_unfinished() for _sweep in range(3)] == [2, 1, 0]


def test_one_file_that_does_not_open_keeps_nobody_else_from_reminder_and_end(clock):
    broken, good = (ending(days) for days in (1, 2))
    spoil(broken.account, "email")
    assert remind_unfinished() == 1
    clock.pass_(days=3)
    assert lapse_unfinished() == 1
    assert (state_of(broken), state_of(good)) == (EnrollmentState.STARTED, EnrollmentState.LAPSED)
    assert sent_to(good.account.email) == ["enrollment_expiring", "enrollment_lapsed"]
