"""The letter's own events and the citizen's, at the same instant. On PostgreSQL: SQLite lets one writer in at a time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from identite.journal import Journal
from identite.journal_check import faults_of
from tests.verification.factories import make_verification
from verification.letter import answers, delivery
from verification.letter.models import LetterState, RegisteredLetter
from verification.models import Verification, VerificationState

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
TIMES = 25


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    assert connection.vendor == "postgresql", "run with DATABASE_URL=postgres://…"


def at_once(verification: Verification, *acts: Callable[[RegisteredLetter], object]) -> RegisteredLetter:
    """Each act on the letter in a transaction of its own, all at one instant. The letter after them."""
    barrier = Barrier(len(acts))

    def do(act: Callable[[RegisteredLetter], object]) -> object:
        letter = RegisteredLetter.objects.select_related("verification").get(verification=verification)
        barrier.wait()
        try:
            return act(letter)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        for future in [pool.submit(do, act) for act in acts]:
            future.result()
    return RegisteredLetter.objects.select_related("verification").get(verification=verification)


def sending() -> Verification:
    verification = make_verification()
    RegisteredLetter.objects.filter(verification=verification).update(state=LetterState.SENDING, notified_at=None)
    return verification


def test_a_letter_opened_while_its_sending_is_written_down_is_sent_and_opened():
    """Whoever reads the mail at once is faster than the worker that has just sent it."""
    for _time in range(TIMES):
        verification = sending()
        letter = at_once(verification, delivery.notified, answers.confirm_identity)
        assert letter.state == LetterState.NOTIFIED
        assert letter.verification.confirmed_at is not None
        assert faults_of(verification.file) == []
        assert Journal.objects.filter(chain=verification.file, event="identification_begun").count() == 1


def test_a_letter_that_is_disowned_while_its_sending_is_written_down_stops_its_file():
    """One goes from the letter to the file, the other from the file to the letter: neither waits for the other for ever."""
    for _time in range(TIMES):
        verification = sending()
        letter = at_once(verification, delivery.notified, answers.not_me)
        assert letter.state == LetterState.NOTIFIED
        assert letter.verification.state == VerificationState.STOPPED
        assert faults_of(verification.file) == []
