"""Double clicks and two devices on one file, at the same instant. On PostgreSQL: SQLite lets one writer in at a time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from enrollment.models import Account, Enrollment
from enrollment.services import files, letter, mobile
from enrollment.services.answers import AnswersFrozen, write
from enrollment.steps.confirmation import fingerprint
from identite.codes.use import CodeNotSent
from identite.journal import Journal
from identite.quotas import LimitReached
from identite.transitions import TransitionNotAllowed
from notifications.models import Message
from tests.enrollment.factories import AccountFactory, EnrollmentFactory, make_proving_enrollment
from verification.models import RegisteredLetter

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
AT_ONCE = 6


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    assert connection.vendor == "postgresql", "run with DATABASE_URL=postgres://…"


def at_once(work: Callable[[], object]) -> list[object]:
    """What the same work gives when several do it at one instant: its result, or what it raised."""
    barrier = Barrier(AT_ONCE)

    def one() -> object:
        barrier.wait()
        try:
            return work()
        except (TransitionNotAllowed, AnswersFrozen, LimitReached, CodeNotSent) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [future.result() for future in [pool.submit(one) for _time in range(AT_ONCE)]]


def test_accepting_the_terms_at_once_begins_one_file():
    account = AccountFactory()
    at_once(lambda: files.accept_terms(Account.objects.get(pk=account.pk)))
    assert Enrollment.objects.filter(account=account).count() == 1


def test_confirming_at_once_confirms_once():
    enrollment = EnrollmentFactory(with_details=True)
    answers = at_once(lambda: files.confirm(Enrollment.objects.select_related("account").get(pk=enrollment.pk)))
    assert sum(isinstance(answer, Enrollment) for answer in answers) == 1
    assert Journal.objects.filter(chain=enrollment.pk, event="confirm").count() == 1


def test_what_is_confirmed_is_what_was_read_while_another_device_types():
    enrollment = EnrollmentFactory(with_details=True)
    read = Enrollment.objects.select_related("account").get(pk=enrollment.pk)
    names = iter(f"Nom{'abcdef'[place]}" for place in range(AT_ONCE))

    def either() -> object:
        name = next(names)
        if name.endswith("a"):
            return files.confirm(read)
        return write(Enrollment.objects.get(pk=enrollment.pk), birth_name=name)

    answers = at_once(either)
    now = Enrollment.objects.get(pk=enrollment.pk)
    confirmed = any(isinstance(answer, Enrollment) for answer in answers)
    assert confirmed == (now.confirmed_at is not None)
    if confirmed:
        assert fingerprint(now) == fingerprint(read)


def test_accepting_ar24s_terms_at_once_sends_one_letter():
    enrollment = EnrollmentFactory(with_mode=True)
    at_once(lambda: letter.start_online_verification(enrollment, terms_accepted=True))
    assert RegisteredLetter.objects.count() == 1


def test_asking_for_the_mail_at_once_sends_it_once():
    enrollment = make_proving_enrollment()
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    answers = at_once(lambda: letter.resend(Enrollment.objects.get(pk=enrollment.pk)))
    assert answers.count(None) == 1
    assert Message.objects.filter(event="letter_reminder").count() == 1


def test_codes_asked_for_at_once_leave_once():
    enrollment = EnrollmentFactory()

    def ask() -> object:
        row = Enrollment.objects.select_related("account").get(pk=enrollment.pk)
        return mobile.send_code(row, "+33639980061", client="192.0.2.1")

    answers = at_once(ask)
    assert answers.count(None) == 1
    assert Message.objects.filter(event="mobile_code_sent").count() == 1
