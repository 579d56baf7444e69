import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from enrollment.models import Account
from identite.journal import Journal
from identite.quotas import Quota
from identite.sessions import Session
from identite.tokens import Token
from notifications.models import Message
from notifications.services import address_digest
from tests.enrollment.factories import PASSWORD, AccountFactory
from tests.enrollment.helpers import enter, fail_until_locked

pytestmark = pytest.mark.django_db
FORGOTTEN = reverse("password-forgotten")
SENT = reverse("password-sent")
LOGIN = reverse("login")
NEW = "Coquelicot8"


def mailed_link(address: str) -> str:
    message = Message.objects.filter(address_digest=address_digest(address), event="password_reset_asked").first()
    assert message
    found = re.search(r"/connexion/nouveau-mot-de-passe/[\w-]+/", message.text)
    assert found
    return found[0]


@pytest.fixture
def account(client) -> Account:
    """Has asked for a link."""
    account = AccountFactory()
    client.post(FORGOTTEN, {"email": account.email.upper()})
    return account


def test_the_mailed_link_changes_the_password(client, account):
    link = mailed_link(account.email)
    assertContains(client.get(link), "nouveau mot de passe")
    assertRedirects(client.post(link, {"password": NEW}), LOGIN)
    assert enter(client, account.email, PASSWORD).status_code == 200
    assert enter(client, account.email, NEW).status_code == 302
    assert "password_changed" in [entry.event for entry in Journal.objects.filter(chain=account.pk)]
    assert Message.objects.filter(event="password_changed", recipient=account).count() == 1


def test_no_page_tells_whether_an_address_has_an_account():
    answers = {}
    for address in (AccountFactory().email, "unknown@example.org"):
        client = Client()
        statuses = [client.post(FORGOTTEN, {"email": address}).status_code for _ask in range(6)]
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", client.get(SENT).content.decode())
        answers[address] = (statuses, page)
    assert len({str(answer) for answer in answers.values()}) == 1
    assert next(iter(answers.values()))[0] == [302] * 5 + [429]
    assert {m.event for m in Message.objects.filter(address_digest=address_digest("unknown@example.org"))} == {
        "password_reset_unknown"
    }


def test_a_closed_account_gets_no_link(client):
    account = AccountFactory(is_active=False)
    client.post(FORGOTTEN, {"email": account.email})
    assert Message.objects.get().event == "password_reset_unknown"
    assert "nouveau-mot-de-passe" not in Message.objects.get().text
    assert Token.objects.get().subject_pk != str(account.pk)


def test_an_unknown_address_costs_the_queries_of_a_known_one(client):
    counts = []
    for address in (AccountFactory().email, "unknown@example.org"):
        with CaptureQueriesContext(connection) as queries:
            client.post(FORGOTTEN, {"email": address})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_opening_the_link_uses_nothing_up_and_a_refused_password_neither(client, account):
    link = mailed_link(account.email)
    for _scanner in range(3):
        assert Client().get(link).status_code == 200
    assert client.post(link, {"password": "court"}).context["form"].errors["password"]
    assertRedirects(client.post(link, {"password": NEW}), LOGIN)


def test_the_link_is_good_once(client, account):
    link = mailed_link(account.email)
    client.post(link, {"password": NEW})
    assert client.get(link).status_code == 410
    assertContains(client.post(link, {"password": "Jonquille9"}), "ne peut plus servir", status_code=410)
    assert enter(client, account.email, NEW).status_code == 302


def test_the_link_dies_after_half_an_hour(client, account, clock):
    clock.stop(Token.objects.get().created_at + timedelta(minutes=30, microseconds=-1))
    assert client.get(mailed_link(account.email)).status_code == 200
    clock.pass_(microseconds=1)
    assert client.get(mailed_link(account.email)).status_code == 410


def test_a_newer_link_ends_the_one_before(client, account):
    first = mailed_link(account.email)
    client.post(FORGOTTEN, {"email": account.email})
    assert client.get(first).status_code == 410
    assert client.get(mailed_link(account.email)).status_code == 200


def test_a_link_that_was_invented_leads_nowhere(client):
    assert client.get(reverse("password-reset", args=["x" * 43])).status_code == 410


def test_the_new_password_keeps_the_rules_and_differs_from_the_name(client, account):
    errors = client.post(mailed_link(account.email), {"password": "Martin2024"}).context["form"].errors
    assert errors["password"]


def test_the_change_ends_every_session_of_the_account(client, account):
    elsewhere, stranger = Client(), Client()
    enter(elsewhere, account.email)
    enter(stranger, AccountFactory().email)
    client.post(mailed_link(account.email), {"password": NEW})
    assert [str(session.account_id) for session in Session.objects.all()] == [stranger.session["_auth_user_id"]]
    assert elsewhere.get(reverse("enrollment:resume")).headers["Location"].startswith(LOGIN)


def test_the_change_lifts_the_lock(client, account, clock):
    fail_until_locked(client, account.email, clock)
    assert enter(client, account.email).status_code == 429
    client.post(mailed_link(account.email), {"password": NEW})
    assert enter(client, account.email, NEW).status_code == 302


def test_five_links_an_hour_then_the_page_says_until_when(client, account):
    for _ask in range(4):
        client.post(FORGOTTEN, {"email": account.email})
    response = client.post(FORGOTTEN, {"email": account.email})
    assertContains(response, "Trop de demandes", status_code=429)
    until = Quota.objects.get(kind="password_reset_send").window_started_at + timedelta(hours=1)
    assert response.context["locked_until"] == until


def test_the_link_is_no_part_of_a_subject_and_its_token_is_stored_as_a_digest(account):
    link = mailed_link(account.email)
    assert link not in Message.objects.get().subject
    assert link.split("/")[-2] not in Token.objects.get().digest
