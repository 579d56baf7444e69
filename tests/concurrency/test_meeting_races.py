"""Two agents and one person, one agent who sends twice, at the same instant. On PostgreSQL: SQLite lets one writer in at a time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from identite.journal import Journal
from identite.journal_check import faults_of
from notifications.models import Message
from tests.verification.face_to_face.helpers import again, book_office, held, make_agent, make_office
from verification.capture.tasks import check_capture
from verification.face_to_face import meetings
from verification.face_to_face.models import Meeting, MeetingState
from verification.models import Verification, VerificationState

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
TIMES = 5


@pytest.fixture(autouse=True)
def _on_postgresql(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    assert connection.vendor == "postgresql", "run with DATABASE_URL=postgres://…"
    monkeypatch.setattr(check_capture, "apply_async", lambda **_queued: None)
    settings.SECOND_READING_PERCENT = 0


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act gives, or what it raised, all at one instant."""
    barrier = Barrier(len(acts))

    def do(act: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return act()
        except Exception as raised:  # noqa: BLE001  (what it raised is what is asked for)
            return raised
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def test_of_two_agents_one_has_the_person_and_the_other_is_told():
    for _time in range(TIMES):
        office = make_office()
        appointment = book_office(office=office)
        agents = [make_agent(office) for _agent in range(2)]
        found = at_once(*(partial(meetings.open_meeting, appointment, agent) for agent in agents))
        assert sorted(type(one).__name__ for one in found) == ["Meeting", "Taken"]
        assert Meeting.objects.filter(appointment=appointment, state=MeetingState.OPEN).count() == 1
        assert faults_of(appointment.journal_chain) == []


def test_a_decision_sent_twice_is_one():
    for _time in range(TIMES):
        office = make_office()
        meeting = held(meetings.open_meeting(book_office(office=office), make_agent(office)))
        twins = [again(meeting) for _time in range(4)]
        found = at_once(*(partial(meetings.accept, row) for row in twins))
        assert {type(one) for one in found} == {Meeting}, found
        verification = Verification.objects.get(pk=meeting.appointment.verification.pk)
        assert verification.state == VerificationState.PROVEN
        assert Journal.objects.filter(chain=verification.file, event="accept_meeting").count() == 1
        codes = Message.objects.filter(event="activation_code", recipient=verification.applicant)
        assert codes.count() == 1


def test_accepted_and_refused_at_once_it_is_one_of_the_two():
    for _time in range(TIMES):
        office = make_office()
        meeting = held(meetings.open_meeting(book_office(office=office), make_agent(office)))
        one, other = again(meeting), again(meeting)
        at_once(partial(meetings.accept, one), partial(meetings.refuse, other, ["counter_other"]))
        state = Verification.objects.get(pk=meeting.appointment.verification.pk).state
        expected = {VerificationState.PROVEN: MeetingState.ACCEPTED, VerificationState.REFUSED: MeetingState.REFUSED}
        assert again(meeting).state == expected[state]


def test_a_step_sent_twice_is_written_once():
    for _time in range(TIMES):
        office = make_office()
        meeting = held(meetings.open_meeting(book_office(office=office), make_agent(office)), until="document")
        typed = meeting.appointment.verification
        sent = {"kind": typed.document_kind, "number": typed.document_number, "expiry": typed.expiry_date}
        at_once(*(partial(meetings.note_document, again(meeting), **sent) for _twin in range(3)))
        assert again(meeting).typings == 1
        assert Journal.objects.filter(chain=meeting.journal_chain, event="meeting_document_typed").count() == 1
