"""The postman of the sandbox: a meeting takes place by the services that the agents' pages call."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from enrollment.models import Account, Enrollment
from notifications.models import Message
from sandbox import drawn, postman, reviewer
from sandbox.passing import pass_time
from sandbox.people import Person
from tests.verification.capture.helpers import PASS, answer, photo
from tests.verification.face_to_face.helpers import MONDAY, book_home, book_office, code_of, make_in_person
from verification.capture.models import Capture
from verification.capture.results import Result
from verification.checks.finding import Finding as Found
from verification.checks.finding import Outcome
from verification.face_to_face.models import Appointment, Meeting, PostalAgent
from verification.models import Case

pytestmark = pytest.mark.django_db

Post = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def at_home(clock) -> Appointment:
    """It is the Tuesday on which the postman comes."""
    clock.stop(MONDAY)
    appointment = book_home()
    clock.stop(MONDAY + timedelta(days=1))
    return appointment


@pytest.fixture
def post(client, at_home) -> Post:
    """Send a meeting's JSON for the person at home. → status, answer."""

    def send(**body: Any) -> tuple[int, dict[str, Any]]:
        asked = {"email": at_home.verification.email} | body
        sent = client.post(reverse("sandbox:meeting-json"), asked, content_type="application/json")
        return sent.status_code, sent.json()

    return send


@pytest.fixture
def specimens(monkeypatch) -> None:
    """Drawn already."""
    monkeypatch.setattr(postman, "ask", lambda specimen, _client: photo(len(specimen.options["side"])))


SPECIMEN = {"seed": 7, "kind": "cnie"}


def state(appointment: Appointment) -> tuple[str, str]:
    """Of the appointment, of the file."""
    row = Appointment.objects.select_related("verification").get(pk=appointment.pk)
    return row.state, Enrollment.objects.get(verification=row.verification).state


def sent(event: str) -> bool:
    return Message.objects.filter(event=event).exists()


def test_an_accepted_identity_is_proven_once_its_photos_are_checked(post, at_home, specimens):
    status, told = post(outcome="accept", **SPECIMEN)
    assert (status, told["meeting"], told["appointment"], told["verification"]) == (200, "accepted", "held", "open")
    assert [row.kind for row in Capture.objects.order_by("uploaded_at")] == ["front", "back"]
    for capture in Capture.objects.all():
        answer(capture, PASS)
    assert state(at_home) == ("held", "proven")
    assert sent("activation_code")


def test_without_photos_the_desk_looks_again(client, post, at_home):
    assert post(outcome="accept")[1]["verification"] == "submitted"
    body = {"email": at_home.verification.email, "verdict": "approve"}
    client.post(reverse("sandbox:review-json"), body, content_type="application/json")
    assert state(at_home) == ("held", "proven")


def test_a_second_reading_can_be_asked_for_and_is_never_drawn(post, at_home, specimens, settings):
    settings.SECOND_READING_PERCENT = 100
    post(outcome="accept", second_reading=True, **SPECIMEN)
    assert Meeting.objects.get().sampled
    for capture in Capture.objects.all():
        answer(capture, PASS)
    assert state(at_home) == ("held", "under_review")


def test_without_being_asked_for_there_is_no_second_reading(post, at_home, specimens, settings):
    settings.SECOND_READING_PERCENT = 100
    post(outcome="accept", **SPECIMEN)
    for capture in Capture.objects.all():
        answer(capture, PASS)
    assert state(at_home) == ("held", "proven")


def test_a_refusal_has_its_reasons_told(post, at_home):
    status, told = post(outcome="refuse", reasons=["counter_damaged"])
    assert (status, told["meeting"], told["reasons"]) == (200, "refused", ["counter_damaged"])
    assert state(at_home) == ("held", "refused")
    assert sent("meeting_refused")


def test_who_is_absent_missed_it(post, at_home):
    assert post(outcome="absent")[1]["meeting"] == "absent"
    assert state(at_home) == ("missed", "proving")
    assert sent("appointment_missed")


def test_at_an_office_the_meeting_takes_place_on_any_day_and_nobody_is_absent(post, clock):
    email = book_office().verification.email
    status, told = post(email=email, outcome="absent")
    assert (status, "nobody is awaited" in told["error"]) == (400, True)
    clock.pass_(days=9)
    assert post(email=email, outcome="accept")[1]["meeting"] == "accepted"


# --- When there is none ---


def test_on_another_day_the_postman_says_how_long_to_wait(client, clock):
    clock.stop(MONDAY)
    email = book_home().verification.email
    body = {"email": email, "outcome": "accept"}
    answered = client.post(reverse("sandbox:meeting-json"), body, content_type="application/json")
    assert answered.status_code == 400
    assert "comes on 2026-11-24 in the morning: let 24 hours pass" in answered.json()["error"]
    pass_time(Person(email), 24)
    answered = client.post(reverse("sandbox:meeting-json"), body, content_type="application/json")
    assert answered.json()["meeting"] == "accepted"
    again = client.post(reverse("sandbox:meeting-json"), body, content_type="application/json")
    assert again.status_code == 400
    assert "waits for nobody: it is held" in again.json()["error"]


def test_who_missed_the_postman_is_told_to_choose_another_day(post, at_home, clock):
    clock.pass_(days=1)
    assert "another day is to be chosen" in post(outcome="accept")[1]["error"]


def test_who_has_no_appointment_is_met_by_nobody(post):
    status, told = post(email=make_in_person().account.email, outcome="accept")
    assert (status, told["error"]) == (400, "this person has no appointment")
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"outcome": "perhaps"}, "accept, refuse, absent"),
        ({}, "outcome is missing"),
        ({"outcome": "refuse"}, "counter_damaged"),
        ({"outcome": "refuse", "reasons": ["face_differs"]}, "counter_damaged"),
        ({"outcome": "refuse", "reasons": [{}]}, "list of codes"),
        ({"outcome": "refuse", "reasons": 5}, "list of codes"),
        ({"outcome": "accept", "reasons": ["counter_damaged"]}, "a refusal, and nothing else"),
        ({"outcome": "accept", "seed": "x", "kind": "cnie"}, "seed"),
        ({"outcome": "accept", "seed": 7, "kind": "driving licence"}, "kind"),
        ({"outcome": "accept", "code": 123456}, "code"),
    ],
)
def test_what_cannot_be_done_is_said_and_begins_nothing(post, body, said):
    status, told = post(**body)
    assert status == 400
    assert said in told["error"]
    assert not Meeting.objects.exists()


# --- The code ---


def test_wrong_codes_are_counted_and_the_meeting_goes_on_with_the_right_one(post, at_home):
    code = code_of(at_home)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    status, told = post(outcome="accept", code=wrong)
    assert status == 400
    assert "the code is wrong; tries that are left: 4" in told["error"]
    assert post(outcome="accept", code=code)[1]["meeting"] == "accepted"
    assert Meeting.objects.count() == 1


def test_a_code_that_is_used_up_by_wrong_tries_opens_nothing(post, at_home):
    code = code_of(at_home)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    errors = [post(outcome="accept", code=wrong)[1]["error"] for _try in range(5)]
    assert "asks for another one" in errors[-1]
    assert "asks for another one" in post(outcome="accept")[1]["error"]
    assert state(at_home) == ("booked", "proving")


# --- Photos ---


@pytest.mark.parametrize("error", [None, drawn.TooMany()])
def test_while_the_photos_are_drawn_the_meeting_is_to_be_asked_for_again(post, monkeypatch, error):
    def ask(_specimen: object, _client: str) -> None:
        if error is not None:
            raise error

    monkeypatch.setattr(postman, "ask", ask)
    assert post(outcome="accept", **SPECIMEN) == (202, {"state": "waiting"})
    assert not Meeting.objects.exists()


def test_a_document_of_which_there_is_no_such_side_is_refused(post, monkeypatch):
    def ask(_specimen: object, _client: str) -> None:
        raise drawn.Refused("a passport has no back")

    monkeypatch.setattr(postman, "ask", ask)
    assert post(outcome="accept", **SPECIMEN) == (400, {"error": "a passport has no back"})


# --- The page, the agent ---


def test_the_page_does_the_same(client, at_home):
    data = {"email": at_home.verification.email, "outcome": "refuse", "reason": "counter_damaged"}
    page = client.post(reverse("sandbox:meeting"), data)
    assert "refused" in page.content.decode()
    assert state(at_home) == ("held", "refused")


def test_the_page_says_that_photos_are_being_drawn(client, at_home, monkeypatch):
    monkeypatch.setattr(postman, "ask", lambda _specimen, _client: None)
    data = {"email": at_home.verification.email, "outcome": "accept"} | SPECIMEN
    assert "Les photos se dessinent" in client.post(reverse("sandbox:meeting"), data).content.decode()


def test_the_agent_of_the_sandbox_is_one_and_has_no_password(post, at_home):
    post(outcome="refuse", reasons=["counter_damaged"])
    post(email=book_office().verification.email, outcome="accept")
    agent = PostalAgent.objects.select_related("account").get()
    assert not agent.account.has_usable_password()
    assert not Account.objects.filter(pk=agent.account_id, is_staff=True).exists()


@pytest.mark.parametrize(
    ("code", "reasons"),
    [
        ("document.sharpness", []),
        ("document.expired", []),
        ("capture.error", []),
        ("document.copy.flat", ["counter_not_original"]),
        ("compare.birth_name", ["counter_data_differ"]),
    ],
)
def test_the_simulated_reviewer_trusts_the_agent_who_had_the_document_in_her_hand(post, specimens, code, reasons):
    post(outcome="accept", second_reading=True, **SPECIMEN)
    for capture in Capture.objects.all():
        answer(capture, Result(findings=[Found(code, Outcome.REFER)]))
    decided = reviewer.review(Case.objects.select_related("verification").get())
    assert decided.state == ("refused" if reasons else "approved")
    assert decided.last_decision.reasons == reasons
