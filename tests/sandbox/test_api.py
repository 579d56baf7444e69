"""The sandbox's JSON and its pages say the same."""

import pytest
from django.urls import reverse
from django.utils import timezone

from enrollment.models import Account
from identite.checks import sandbox_stays_out_of_production
from sandbox.views import PAGES
from tests.verification.factories import make_verification
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


def test_a_mail_is_shown_in_a_frame_that_runs_nothing(client, jeanne):
    message = client.get(reverse("sandbox:inbox-json")).json()["messages"][0]
    assert client.get(reverse("sandbox:message", args=[message["id"]])).status_code == 200
    frame = client.get(reverse("sandbox:message-html", args=[message["id"]]))
    assert "default-src 'none'" in frame["Content-Security-Policy"]
    assert frame.content.decode() == message["html"]


def test_a_case_is_decided_as_the_findings_say(client, jeanne):
    submit(jeanne.verifications.get())
    answer = client.post(reverse("sandbox:review-json"), {"email": jeanne.email}, content_type="application/json")
    assert answer.json()["state"] == "approved"
    again = client.post(reverse("sandbox:review-json"), {"email": jeanne.email}, content_type="application/json")
    assert again.status_code == 400
    assert Case.objects.get().decision.actor_label == "simulated reviewer"


def test_a_refusal_wants_a_reason(client, jeanne):
    submit(jeanne.verifications.get())
    url = reverse("sandbox:review-json")
    body = {"email": jeanne.email, "verdict": "refuse"}
    assert client.post(url, body, content_type="application/json").status_code == 400
    assert Case.objects.get().state == CaseState.WAITING
    body["reasons"] = ["face_differs"]
    assert client.post(url, body, content_type="application/json").json()["reasons"] == ["face_differs"]


def test_the_simulated_reviewer_waits_for_the_target(client, jeanne):
    submit(jeanne.verifications.get())
    url = reverse("sandbox:time-json")
    client.post(url, {"email": jeanne.email, "hours": 1}, content_type="application/json")
    assert Case.objects.get().state == CaseState.WAITING
    late = Case.objects.get().due_at - timezone.now()
    hours = late.total_seconds() / 3600 + 0.1
    client.post(url, {"email": jeanne.email, "hours": hours}, content_type="application/json")
    assert Case.objects.get().state == CaseState.APPROVED


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
    answer = client.post(reverse(f"sandbox:{what}"), {"email": "nobody@example.org", "hours": "1", "form": "spoken"})
    assert "Personne n’a cette adresse ici." in answer.content.decode()


def test_the_state_names_every_part(client, jeanne):
    state = client.get(reverse("sandbox:state-json"), {"email": jeanne.email}).json()
    assert state["verification"]["letter"]["state"] == "notified"


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
