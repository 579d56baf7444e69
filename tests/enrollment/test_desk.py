"""The agents' door: one lock with the citizens', staff through this one only, a password changed like theirs."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from enrollment.models import Account
from identite.crypto import digest
from identite.journal import Journal
from identite.quotas import Quota
from identite.sessions import Session
from tests.enrollment.factories import PASSWORD, AccountFactory
from tests.enrollment.helpers import enter, fail_until_locked, sent_to

pytestmark = pytest.mark.django_db
DOOR = reverse("admin:login")
CHANGE = reverse("admin:password_change")
NEW = "Coquelicot8"


def come(client: Client, email: str, password: str = PASSWORD, **extra: str):
    """An agent at her door."""
    return client.post(DOOR, {"username": email, "password": password}, **extra)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def agent() -> Account:
    return AccountFactory(is_staff=True)


def test_an_agent_comes_in_however_her_address_is_written(client, agent):
    come(client, f" {agent.email.upper()} ")
    assert client.get(reverse("admin:index")).status_code == 200
    assert Journal.objects.filter(chain=agent.pk, event="logged_in", actor=agent).count() == 1


def test_wrong_passwords_at_one_door_lock_both(client, agent, clock):
    fail_until_locked(client, agent.email, clock)  # at the citizens' door
    assertContains(come(client, agent.email), "la connexion est bloquée jusqu’à")
    assert not is_in(client)
    assertContains(enter(client, agent.email), "Connexion bloquée", status_code=429)


@pytest.mark.parametrize("door", [come, enter])
@pytest.mark.parametrize("known", [True, False])
def test_a_password_that_opens_nothing_is_a_line_in_the_log_without_the_address(client, agent, caplog, door, known):
    email = agent.email if known else "unknown@example.org"
    tries = project.QUOTAS["password_try"][0]
    for _wrong in range(5):
        door(client, email, "Mauvais00")
    door(client, email)  # the right one, too early
    whose = (agent.email_digest if known else digest("email", email))[:16]
    lines = [record.getMessage() for record in caplog.records if record.name == "enrollment.accounts"]
    assert lines == [
        *(f"wrong password for account {whose}, {tries - wrong} tries left" for wrong in range(1, 6)),
        f"password of account {whose} not looked at: delayed",
    ]


def test_the_lock_counts_an_account_over_all_addresses(client, agent, clock):
    for number in range(project.QUOTAS["password_try"][0]):
        written = agent.email.upper() if number % 2 else f" {agent.email}"
        come(Client(), written, "Mauvais00", REMOTE_ADDR=f"192.0.2.{number}")
        clock.pass_(seconds=max(project.PASSWORD_PAUSES_SECONDS.values()))
    come(client, agent.email, REMOTE_ADDR="192.0.2.99")
    assert not is_in(client)
    assert [quota.used for quota in Quota.objects.filter(kind="password_try")] == [10]
    clock.pass_(seconds=3601)
    come(client, agent.email, REMOTE_ADDR="192.0.2.99")
    assert is_in(client)


def test_a_client_tries_a_limited_number_of_times_at_both_doors_together(client, agent, settings):
    settings.QUOTAS = settings.QUOTAS | {"ip_login": (2, 3600)}
    enter(client, "someone@example.org")
    come(client, "another@example.org")
    assertContains(come(client, agent.email), "Trop d’essais depuis votre connexion")
    assert enter(client, agent.email).status_code == 429


def test_each_wrong_password_waits_longer_here_too(client, agent):
    for _wrong in range(4):
        assertContains(come(client, agent.email, "Mauvais00"), "compte autorisé")
    assertContains(come(client, agent.email, "Mauvais00"), "est incorrect. Prochain essai possible à")
    right = come(client, agent.email)
    assertContains(right, "Cet essai n’a pas été examiné : trop de mots de passe incorrects.")
    assert re.search(r"possible à \d+\xa0h\xa0\d\d\xa0min\xa0\d\d\xa0s\.", right.text)
    assertNotContains(right, "est incorrect")
    assert not is_in(client)


def test_at_her_door_a_citizen_and_nobody_get_one_answer():
    citizen = AccountFactory()
    answers = set()
    for email, password in ((citizen.email, PASSWORD), (citizen.email, "Mauvais00"), ("nobody@example.org", "x")):
        client = Client()
        page = come(client, email, password)
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.content.decode()).replace(email, "")
        answers.add((page.status_code, text))
        assert not is_in(client)
    assert len(answers) == 1
    assert Quota.objects.filter(kind="password_try", used=2).exists()  # a right one was no success here


def test_at_the_citizens_door_only_who_knows_the_password_learns_that_it_is_an_agents(client, agent):
    right = enter(client, agent.email)
    assertContains(right, f"Ce compte est celui d’un agent : connectez-vous à l’adresse {DOOR}.")
    assert not is_in(client)
    citizen = AccountFactory()
    answers = {
        re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", enter(Client(), email, "Mauvais00").text).replace(
            email, ""
        )
        for email in (agent.email, citizen.email)
    }
    assert len(answers) == 1


def test_no_address_is_too_long_for_the_agents_door(client):
    assert come(client, f"{'a' * 4000}@x.example", "Mauvais00").status_code == 200


def test_the_door_shows_the_way_out_and_to_a_new_password(client):
    page = client.get(DOOR)
    for name in ("page:landing", "password-forgotten"):
        assertContains(page, f'href="{reverse(name)}"')


# --- Her password ---


def change(client: Client, old: str, new: str = NEW):
    return client.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": new})


def test_a_changed_password_is_mailed_journalled_and_ends_the_other_sessions(client, agent):
    other = Client()
    come(other, agent.email), come(client, agent.email)
    assertContains(client.get(CHANGE), "Ancien mot de passe")
    assertRedirects(change(client, PASSWORD), reverse("admin:password_change_done"))
    assert sent_to(agent.email) == ["password_changed"]
    assert Journal.objects.filter(chain=agent.pk, event="password_changed", actor=agent).count() == 1
    assert [row.session_key for row in Session.objects.filter(account=agent)] == [client.session.session_key]
    assert other.get(reverse("admin:index")).status_code == 302
    assert client.get(reverse("admin:index")).status_code == 200
    come(other, agent.email, NEW)
    assert is_in(other)


def test_who_finds_a_session_open_guesses_no_password(client, agent, clock):
    come(client, agent.email)
    for wrong in range(1, 11):
        assert change(client, "Mauvais00").status_code == 200
        clock.pass_(seconds=project.PASSWORD_PAUSES_SECONDS.get(wrong, 0))
    assertContains(change(client, PASSWORD), "la connexion est bloquée jusqu’à")
    agent.refresh_from_db()
    assert agent.check_password(PASSWORD)
    assert sent_to(agent.email) == []
    stranger = Client()
    come(stranger, agent.email)
    assert not is_in(stranger)


@pytest.mark.parametrize("new", ["court1", "lettresseulement", PASSWORD.upper()])
def test_a_new_password_keeps_the_rules(client, agent, new):
    come(client, agent.email)
    assert change(client, PASSWORD, new).status_code == 200
    agent.refresh_from_db()
    assert agent.check_password(PASSWORD)


def test_a_stranger_and_a_citizen_change_nothing_here(client):
    assert client.get(CHANGE).status_code == 302
    client.force_login(AccountFactory())
    assert change(client, PASSWORD).status_code == 302
    assert Account.objects.get().check_password(PASSWORD)


def test_a_forgotten_password_leads_back_to_the_agents_door(client, agent):
    from identite import tokens

    token = tokens.issue("password-reset", agent, seconds=timedelta(minutes=30).seconds)
    assertRedirects(client.post(reverse("password-reset", args=[token]), {"password": NEW}), DOOR)
    assert sent_to(agent.email) == ["password_changed"]
