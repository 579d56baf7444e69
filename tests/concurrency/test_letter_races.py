"""The letter's own events and the citizen's, at the same instant. On PostgreSQL: SQLite lets one writer in at a time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from identite.journal import Journal, verify
from tests.verification.factories import make_verification
from verification.letter import services as letters
from verification.letter.models import LetterState, RegisteredLetter

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
TIMES = 25


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    assert connection.vendor == "postgresql", "run with DATABASE_URL=postgres://…"


def test_a_letter_opened_while_its_sending_is_written_down_is_sent_and_opened():
    """Whoever reads the mail at once is faster than the worker that has just sent it."""
    for _time in range(TIMES):
        verification = make_verification()
        RegisteredLetter.objects.filter(verification=verification).update(state=LetterState.SENDING, notified_at=None)
        barrier = Barrier(2)

        def at_once(act, pk=verification.pk, barrier=barrier):
            letter = RegisteredLetter.objects.select_related("verification").get(verification_id=pk)
            barrier.wait()
            try:
                return act(letter)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            for future in [pool.submit(at_once, act) for act in (letters.notified, letters.confirm_identity)]:
                future.result()
        letter = RegisteredLetter.objects.select_related("verification").get(verification=verification)
        assert letter.state == LetterState.NOTIFIED
        assert letter.verification.confirmed_at is not None
        assert verify(verification.file) == []
        assert Journal.objects.filter(chain=verification.file, event="identification_begun").count() == 1
