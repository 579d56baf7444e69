"""The sandbox's JSON and its pages say the same."""

import os
import subprocess
import sys

import pytest
from django.urls import reverse
from django.utils import timezone

from enrollment.models import Account
from identite.checks import sandbox_stays_out_of_production
from identite.sweep import everybody
from identite.transitions import TransitionNotAllowed
from notifications.models import Message
from sandbox import inbox, reviewer, waiting
from sandbox.views import PAGES
from tests.sealed import spoil
from tests.verification.face_to_face.helpers import MONDAY, book_home, book_office
from tests.verification.factories import make_verification
from verification.capture.models import Capture, CaptureKind, CaptureState
from verification.models import Case
from verification.review.models import CaseState
from verification.services import submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def jeanne(django_capture_on_commit_callbacks) -> Account:
    with django_capture_on_commit_callbacks(execute=True):
        account = Account.objects.create_user("jeanne@example.org")
        make_verification(account)
    return account


def test_the_inbox_finds_by_recipient_and_gives_links(client, jeanne):
    make_verification()  # somebody else's letter
    found = client.get(reverse("sandbox:inbox-json"), {"to": "JEANNE@example.org"}).json()["messages"]
    assert [message["event"] for message in found] == ["letter_notified"]
    assert found[0]["status"] == "sent"
    assert any("/courrier/ouvrir/" in link for link in found[0]["links"])
    assert found[0]["code"] is None  # a letter's number is no code
    assert client.get(reverse("sandbox:inbox-json"), {"to": "jeanne@example.org", "after": found[0]["id"]}).json() == {
        "messages": []
    }


def test_waiting_ends_with_nothing_when_nothing_comes(client):
    assert client.get(reverse("sandbox:inbox-json"), {"to": "x@example.org", "wait": "0.2"}).json() == {"messages": []}


@pytest.fixture
def waits(client, monkeypatch, settings):
    """Ask the inbox for what never comes, as `run`, while as many others wait as `WEB_THREADS` lets. → waited, Retry-After."""
    asked = []
    monkeypatch.setattr(inbox, "wait", lambda seconds, **criteria: asked.append(seconds) or [])

    def ask(run):
        asked.clear()
        answer = client.get(
            reverse("sandbox:inbox-json"), {"to": "x@example.org", "wait": "9"}, headers={"X-Test-Run": run}
        )
        assert answer.json() == {"messages": []}
        return max(asked), answer.get("Retry-After")

    return ask


def test_one_request_of_a_run_waits_and_the_next_is_told_to_come_back(waits, settings):
    settings.WEB_THREADS = 8
    with waiting.place("127.0.0.1#one") as may:
        assert may
        assert waits("one") == (0, "1")
        assert waits("two") == (9, None)
    assert waits("one") == (9, None)


def test_a_quarter_of_the_threads_wait_and_no_more(waits, settings):
    settings.WEB_THREADS = 8
    with waiting.place("first"), waiting.place("second") as may:
        assert may
        assert waits("third") == (0, "1")
    assert waits("third") == (9, None)


OTHER_PROCESS = """
import django, sys; django.setup()
from sandbox import waiting
with waiting.place("elsewhere") as may: print(may, flush=True); sys.stdin.read()
"""


def test_a_run_that_waits_in_another_process_does_not_wait_in_this_one(settings):
    settings.WEB_THREADS = 8
    environment = os.environ | {"VAR_DIR": str(settings.VAR_DIR), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", OTHER_PROCESS]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, **pipes) as other:  # noqa: S603
        assert other.stdout.readline() == b"True\n"
        with waiting.place("elsewhere") as may, waiting.place("here") as another:
            assert (may, another) == (False, True)
        other.kill()
    with waiting.place("elsewhere") as may:
        assert may


def test_a_mail_is_shown_in_a_frame_that_runs_nothing(client, jeanne):
    message = client.get(reverse("sandbox:inbox-json")).json()["messages"][0]
    assert client.get(reverse("sandbox:message", args=[message["id"]])).status_code == 200
    frame = client.get(reverse("sandbox:message-html", args=[message["id"]]))
    assert "default-src 'none'" in frame["Content-Security-Policy"]
    assert frame.content.decode() == message["html"]


@pytest.mark.parametrize("names", [("address",), ("subject", "text"), ("address", "subject", "text", "html")])
def test_one_message_that_does_not_open_hides_no_other(client, jeanne, names, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make_verification()
    broken, good = Message.objects.all()
    spoil(broken, *names)
    shown = {one["id"]: one for one in client.get(reverse("sandbox:inbox-json")).json()["messages"]}
    assert shown[str(good.pk)]["text"] == good.text
    marked = {name for name, value in shown[str(broken.pk)].items() if value == inbox.UNREADABLE}
    assert marked == {"to" if name == "address" else name for name in names}
    page = client.get(reverse("sandbox:inbox")).content.decode()
    assert good.address in page
    assert inbox.UNREADABLE in page
    for name in ("message", "message-html"):
        assert client.get(reverse(f"sandbox:{name}", args=[broken.pk])).status_code == 200


def test_a_case_is_decided_as_the_findings_say(client, jeanne):
    submit(jeanne.verifications.get())
    answer = client.post(reverse("sandbox:review-json"), {"email": jeanne.email}, content_type="application/json")
    assert answer.json()["state"] == "approved"
    again = client.post(reverse("sandbox:review-json"), {"email": jeanne.email}, content_type="application/json")
    assert again.status_code == 400
    assert Case.objects.get().last_decision.actor_label == "simulated reviewer"


def test_a_refusal_wants_a_reason(client, jeanne):
    submit(jeanne.verifications.get())
    url = reverse("sandbox:review-json")
    body = {"email": jeanne.email, "verdict": "refuse"}
    for wrong, told in (
        ({}, "face_differs"),
        ({"reasons": ["zz"]}, "face_differs"),
        ({"verdict": "zz"}, "approve, refuse"),
    ):
        answer = client.post(url, body | wrong, content_type="application/json")
        assert answer.status_code == 400
        assert told in answer.json()["error"]
    assert Case.objects.get().state == CaseState.WAITING
    body["reasons"] = ["face_differs"]
    assert client.post(url, body, content_type="application/json").json()["reasons"] == ["face_differs"]


def test_while_a_check_runs_the_decision_is_to_be_asked_for_again(client, jeanne):
    url, body = reverse("sandbox:review-json"), {"email": jeanne.email}
    assert "no case" in client.post(url, body, content_type="application/json").json()["error"]
    Capture.objects.create(
        verification=jeanne.verifications.get(), kind=CaptureKind.VIDEO, state=CaptureState.QUEUED,
        content_type="video/webm", size=9, sha256="0" * 64,
    )  # fmt: skip
    answer = client.post(url, body, content_type="application/json")
    assert answer.status_code == 400
    assert "still being checked, ask again" in answer.json()["error"]


def test_the_simulated_reviewer_waits_for_the_target(client, jeanne):
    submit(jeanne.verifications.get())
    url = reverse("sandbox:time-json")
    client.post(url, {"email": jeanne.email, "hours": 1}, content_type="application/json")
    assert Case.objects.get().state == CaseState.WAITING
    late = Case.objects.get().due_at - timezone.now()
    hours = late.total_seconds() / 3600 + 0.1
    client.post(url, {"email": jeanne.email, "hours": hours}, content_type="application/json")
    assert Case.objects.get().state == CaseState.APPROVED


def test_one_case_that_does_not_open_keeps_the_simulated_reviewer_from_no_other(jeanne, clock):
    broken, good = jeanne.verifications.get(), make_verification()
    for verification in (broken, good):
        submit(verification)
    spoil(broken, "email")
    clock.stop(Case.objects.latest("due_at").due_at)
    assert reviewer.review_due(everybody) == 1
    assert Case.objects.get(state=CaseState.APPROVED).verification_id == good.pk


def test_the_challenge_is_announced_and_kept_for_the_recording(client, jeanne):
    url = reverse("sandbox:challenge-json")
    first = client.post(url, {"email": jeanne.email}, content_type="application/json").json()
    second = client.post(url, {"email": jeanne.email}, content_type="application/json").json()
    assert len(first["digits"]) == 3
    assert (first["digits"], first["gesture"], first["schedule"]) == (
        second["digits"], second["gesture"], second["schedule"],
    )  # fmt: skip


def test_another_sites_form_can_do_nothing_here(client, jeanne):
    answer = client.post(reverse("sandbox:time-json"), {"email": jeanne.email, "hours": "3"})
    assert answer.status_code == 400


@pytest.mark.parametrize("what", PAGES)
def test_each_tool_has_a_page(client, jeanne, what):
    assert client.get(reverse(f"sandbox:{what}")).status_code == 200
    fields = {"email": "nobody@example.org", "hours": "1", "form": "spoken", "outcome": "accept"}
    answer = client.post(reverse(f"sandbox:{what}"), fields)
    assert "Personne n’a cette adresse ici." in answer.content.decode()


def test_the_state_names_every_part(client, jeanne):
    state = client.get(reverse("sandbox:state-json"), {"email": jeanne.email}).json()
    assert state["verification"]["letter"]["state"] == "notified"
    assert state["verification"]["appointment"] is None


def test_the_state_of_whoever_is_met_in_person_names_her_appointment(client, clock):
    clock.stop(MONDAY)
    at_home, at_office = book_home(), book_office()
    told = {
        row.place: client.get(reverse("sandbox:state-json"), {"email": row.verification.email}).json()["verification"]
        for row in (at_home, at_office)
    }
    assert told["home"]["mode"] == "face_to_face"
    assert told["home"]["letter"] is None
    assert told["home"]["appointment"] == {
        "reference": str(at_home),
        "state": "booked",
        "place": "home",
        "day": "2026-11-24",
        "half_day": "morning",
        "office": None,
        "due_at": at_home.due_at.isoformat(),
        "meeting": None,
    }
    office = {"identifier": at_office.office.identifier, "name": at_office.office.name}
    assert told["office"]["appointment"]["office"] == office
    assert told["office"]["appointment"]["day"] is None


def test_specimens_are_the_same_for_the_same_number(client):
    url = reverse("sandbox:specimens-json")
    first = client.get(url, {"seed": 7, "kind": "passport"}).json()
    assert first == client.get(url, {"seed": 7, "kind": "passport"}).json()
    assert list(first["photos"]) == ["front"]
    picture = client.get(first["photos"]["front"])
    assert picture.content[:2] == b"\xff\xd8"
    assert client.get(url, {"seed": 7, "kind": "driving licence"}).status_code == 400
    assert client.get(reverse("sandbox:specimens"), {"seed": 7, "kind": "cnie"}).status_code == 200


def test_the_sandbox_does_not_start_in_production(settings):
    settings.PRODUCTION = True
    assert "identite.E001" in [error.id for error in sandbox_stays_out_of_production(None)]
    settings.SANDBOX = False
    assert "identite.E001" not in [error.id for error in sandbox_stays_out_of_production(None)]


# --- What cannot be used ---


def refused(answer) -> bool:
    """400, and a sentence."""
    return answer.status_code == 400 and len(answer.json()["error"]) > 10


@pytest.mark.parametrize("wait", ["nan", "inf", "-inf", "1e999", "soon", "9" * 5000])
def test_a_wait_that_is_no_number_is_refused(client, wait):
    assert refused(client.get(reverse("sandbox:inbox-json"), {"wait": wait}))


@pytest.mark.parametrize("seconds", [float("nan"), -1.0, 0.0])
def test_what_is_no_time_is_not_waited(db, seconds):
    assert list(inbox.wait(seconds, to="nobody@example.org")) == []


@pytest.mark.parametrize("channel", ["\x00", "email\x00"])
def test_a_page_and_a_script_that_ask_for_a_nul_get_nothing(client, jeanne, channel):
    assert not inbox.find(channel=channel).exists()
    assert client.get(reverse("sandbox:inbox"), {"channel": channel}).status_code == 200
    assert refused(client.get(reverse("sandbox:inbox-json"), {"channel": channel}))


@pytest.mark.parametrize(
    "body",
    [
        '{"email": "jeanne@example.org", "hours": 1' + "0" * 400 + "}",
        '{"email": "jeanne@example.org", "hours": 1' + "0" * 5000 + "}",
        '{"email": "jeanne@example.org", "hours": NaN}',
        '{"email": "jeanne@example.org", "hours": 1e999}',
        '{"email": "jeanne@example.org", "hours": -1}',
        '{"email": "jeanne@example.org", "hours": 9601}',
        '{"email": "jeanne@example.org", "hours": ' + "[" * 800 + "]" * 800 + "}",
        '{"email": "jeanne@example.org", "hours": ' + "[" * 10_000 + "]" * 10_000 + "}",
        '{"email": "jeanne@example.org"}',
        '{"email": "jeanne@example.org\\u0000", "hours": 1}',
        '{"email": "\\ud800", "hours": 1}',
        '{"email": ["jeanne@example.org"], "hours": 1}',
        b'{"email": "\xff\xfe"}',
        "[]",
        "{",
    ],
    ids=range(15),
)
def test_a_body_that_cannot_be_used_is_refused(client, jeanne, body):
    assert refused(client.post(reverse("sandbox:time-json"), body, content_type="application/json"))


@pytest.mark.parametrize("reasons", [[{}], [[]], [None], {"code": 1}, "face_differs", None, ["unknown"]])
@pytest.mark.parametrize("verdict", ["", "refuse"])
def test_reasons_that_are_no_codes_are_refused(client, jeanne, reasons, verdict):
    submit(jeanne.verifications.get())
    body = {"email": jeanne.email, "verdict": verdict, "reasons": reasons}
    answer = client.post(reverse("sandbox:review-json"), body, content_type="application/json")
    assert refused(answer) or (reasons == ["unknown"] and not verdict)


def test_a_challenge_asked_for_too_often_says_when_the_next_one_is_possible(client, jeanne, settings):
    settings.QUOTAS = settings.QUOTAS | {"challenge_draw": (0, 3600)}
    answer = client.post(reverse("sandbox:challenge-json"), {"email": jeanne.email}, content_type="application/json")
    assert refused(answer)
    assert f"at {timezone.now():%Y}-" in answer.json()["error"]
    page = client.post(reverse("sandbox:challenge"), {"email": jeanne.email, "form": "spoken"})
    assert page.status_code == 200


def test_a_challenge_for_a_verification_that_ended_meanwhile_is_refused(client, jeanne, monkeypatch):
    def ended(*_arguments: object, **_more: object) -> None:
        raise TransitionNotAllowed("announce: no longer open")

    monkeypatch.setattr("sandbox.actions.challenges.announce", ended)
    url = reverse("sandbox:challenge-json")
    assert refused(client.post(url, {"email": jeanne.email}, content_type="application/json"))
