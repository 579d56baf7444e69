"""An appointment at an office, its agent, and a worker that is away: what is queued waits for the test to answer."""

import pytest
from django.test import Client

from tests.clock import Clock
from tests.verification.face_to_face.helpers import MONDAY, book_office, make_agent, make_office
from verification.capture.tasks import check_capture
from verification.face_to_face import meetings
from verification.face_to_face.models import Appointment, Meeting, Office, PostalAgent


@pytest.fixture
def monday(clock: Clock, db: None) -> Clock:
    clock.stop(MONDAY)
    return clock


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    queued: list[str] = []
    monkeypatch.setattr(check_capture, "apply_async", lambda *, kwargs: queued.append(kwargs["capture_id"]))
    return queued


@pytest.fixture
def office(monday: Clock) -> Office:
    return make_office()


@pytest.fixture
def appointment(office: Office) -> Appointment:
    return book_office(office=office)


@pytest.fixture
def agent(office: Office, settings) -> PostalAgent:
    settings.SECOND_READING_PERCENT = 0
    return make_agent(office)


@pytest.fixture
def meeting(appointment: Appointment, agent: PostalAgent, unchecked: list[str]) -> Meeting:
    return meetings.open_meeting(appointment, agent, device="d" * 64)


@pytest.fixture
def browser(agent: PostalAgent) -> Client:
    client = Client()
    client.force_login(agent.account)
    return client
