import re
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from enrollment.models import Account
from enrollment.registration import cookie
from identite import tokens
from identite.journal import Journal
from identite.quotas import Quota
from identite.sessions import Session
from tests.enrollment.factories import PASSWORD, AccountFactory, RegistrationFactory
from tests.enrollment.helpers import enter, fail_until_locked

pytestmark = pytest.mark.django_db
LOGIN = reverse("login")
LOGOUT = reverse("logout")


def test_address_and_password_lead_to_the_file(client):
    account = AccountFactory()
    assertRedirects(
        enter(client, f" {account.email.upper()} "), reverse("enrollment:resume"), fetch_redirect_response=False
    )
    assert client.session["_auth_user_id"] == str(account.pk)
    assert Journal.objects.get(chain=account.pk).event == "logged_in"


def test_a_login_begins_a_new_session(client):
    account = AccountFactory()
    enter(client, account.email)
    first = client.cookies["session"].value
    client.post(LOGOUT)
    enter(client, account.email)
    assert client.cookies["session"].value != first
    assert not Session.objects.filter(pk=first).exists()


def test_a_wrong_password_an_unknown_address_and_a_closed_account_get_one_answer():
    AccountFactory(email="known@example.org")
    AccountFactory(email="closed@example.org", is_active=False)
    answers = set()
    for email, password in (
        ("known@example.org", "Mauvais00"),
        ("unknown@example.org", "Mauvais00"),
        ("closed@example.org", PASSWORD),
    ):
        response = enter(Client(), email, password)
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode()).replace(email, "")
        answers.add((response.status_code, text))
    assert len(answers) == 1
    assert "9 essais avant un blocage" in answers.pop()[1]


def test_an_unknown_address_costs_the_work_of_a_known_one(django_assert_num_queries, monkeypatch):
    """The hash is what takes time: it runs once in both cases."""
    from django.contrib.auth import hashers

    runs: list[str] = []
    encode = hashers.get_hasher().__class__.encode
    monkeypatch.setattr(
        hashers.get_hasher().__class__, "encode", lambda *args, **kwargs: runs.append("run") or encode(*args, **kwargs)
    )
    AccountFactory(email="known@example.org")
    counts = []
    for email in ("known@example.org", "unknown@example.org"):
        runs.clear()
        enter(Client(), email, "Mauvais00")
        counts.append(len(runs))
    assert counts == [1, 1]


@pytest.mark.parametrize("known", [True, False])
def test_ten_wrong_passwords_lock_with_the_hour_and_the_right_one_waits_too(client, known, clock):
    email = AccountFactory().email if known else "unknown@example.org"
    assert fail_until_locked(client, email, clock) == [200] * 4 + [429] * 6
    response = enter(client, email)
    assertContains(response, "Connexion bloquée", status_code=429)
    assertContains(response, reverse("password-forgotten"), status_code=429)
    until = Quota.objects.get(kind="password_try").window_started_at + timedelta(seconds=3600)
    assert response.context["pause"].until == until
    clock.pass_(seconds=3601)
    assert enter(client, email).status_code == (302 if known else 200)


def test_from_the_fifth_wrong_password_each_try_waits_longer(client, clock):
    email = AccountFactory().email
    for _wrong in range(4):
        assert enter(client, email, "Mauvais00").status_code == 200
    waits = []
    for _wrong in range(5):
        response = enter(client, email, "Mauvais00")
        waits.append(round((response.context["pause"].until - timezone.now()).total_seconds()))
        assert enter(client, email).status_code == 429  # the right one, too early: not looked at, not counted
        clock.pass_(seconds=waits[-1] + 1)
    assert waits == list(project.PASSWORD_PAUSES_SECONDS.values())
    assert enter(client, email).status_code == 302


def test_a_success_forgets_the_wrong_tries(client):
    email = AccountFactory().email
    for _wrong in range(4):
        enter(client, email, "Mauvais00")
    assert enter(client, email).status_code == 302
    assert "9 essais" in enter(Client(), email, "Mauvais00").content.decode()


def test_a_locked_page_does_not_announce_the_account_that_was_created(client, clock):
    registration = RegistrationFactory(account=AccountFactory())
    client.cookies[cookie.COOKIE] = tokens.issue(cookie.PURPOSE, registration, seconds=3600)
    assertContains(client.get(LOGIN), "Votre compte est créé")
    fail_until_locked(client, registration.account.email, clock)
    page = enter(client, registration.account.email)
    assertContains(page, "La connexion à votre compte est bloquée", status_code=429)
    assertNotContains(page, "Votre compte est créé", status_code=429)


def test_one_address_locks_itself_alone(client, clock):
    locked, other = AccountFactory(), AccountFactory()
    fail_until_locked(client, locked.email, clock)
    assert enter(client, other.email).status_code == 302


def test_one_client_tries_a_limited_number_of_times(client, settings):
    settings.QUOTAS = settings.QUOTAS | {"ip_login": (2, 3600)}
    account = AccountFactory()
    for number in range(2):
        enter(client, f"someone{number}@example.org")
    response = enter(client, account.email)
    assert response.status_code == 429
    assert response.context["until"] > timezone.now()


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/aide/", "/aide/"),
        ("https://evil.example/", None),
        ("//evil.example/", None),
        ("javascript:alert(1)", None),
        ("/\\evil.example", None),
        ("", None),
    ],
)
def test_the_login_goes_on_to_our_own_pages_only(client, wanted, reached):
    response = enter(client, AccountFactory().email, next=wanted)
    assert response.headers["Location"] == (reached or reverse("enrollment:resume"))
    again = client.get(LOGIN, {"next": wanted})
    assert again.headers["Location"] == (reached or reverse("enrollment:resume"))


def test_the_page_that_asked_for_a_login_survives_a_wrong_password(client):
    page = client.post(f"{LOGIN}?next=/aide/", {"email": "a@example.org", "password": "x", "next": "/aide/"})
    assertContains(page, '<input type="hidden" name="next" value="/aide/">')


def test_a_field_said_twice_counts_once_and_one_in_the_address_not_at_all(client):
    account = AccountFactory()
    twice = {"email": [account.email, "unknown@example.org"], "password": PASSWORD}
    address = f"{LOGIN}?email={account.email}"
    assert client.post(address, twice).status_code == 200
    assert client.post(address, {"password": PASSWORD}).status_code == 200
    assert "_auth_user_id" not in client.session


def test_logging_out_is_a_post_and_ends_the_session(client):
    enter(client, AccountFactory().email)
    client.get(LOGOUT)
    assert Session.objects.count() == 1
    assertRedirects(client.post(LOGOUT), reverse("page:landing"))
    assert not Session.objects.exists()


def test_after_an_idle_quarter_of_an_hour_the_login_page_says_so_and_the_file_waits(client, clock):
    enter(client, AccountFactory().email)
    clock.pass_(seconds=project.SESSION_IDLE_SECONDS + 1)
    page = client.get(reverse("enrollment:resume"), follow=True)
    assert page.redirect_chain[-1][0].startswith(LOGIN)
    assertContains(page, "Votre session a pris fin")
    assertContains(page, "conservées")
    enter(client, Account.objects.get().email)
    client.post(LOGOUT)
    assert "Votre session a pris fin" not in client.get(LOGIN).content.decode()


def test_the_reason_is_told_even_if_a_script_noticed_first(client, clock):
    enter(client, AccountFactory().email)
    clock.pass_(seconds=project.SESSION_IDLE_SECONDS + 1)
    assert client.post(reverse("session-ping")).status_code == 401
    assertContains(client.get(LOGIN), "Votre session a pris fin")


def test_an_idle_session_is_moved_on_by_staying_connected(client, clock):
    enter(client, AccountFactory().email)
    clock.pass_(seconds=project.SESSION_IDLE_SECONDS - 100)
    assert client.post(reverse("session-ping")).status_code == 200
    left = (Session.objects.get().expire_date - timezone.now()).total_seconds()
    assert project.SESSION_IDLE_SECONDS - 5 < left <= project.SESSION_IDLE_SECONDS


def test_the_absolute_limit_ends_a_session_in_use(client):
    enter(client, AccountFactory().email)
    Session.objects.update(began_at=timezone.now() - timedelta(seconds=project.SESSION_ABSOLUTE_SECONDS))
    assert client.post(reverse("session-ping")).status_code == 401
    assertContains(client.get(LOGIN), "Votre session a pris fin")


def test_a_first_visit_is_told_of_no_session(client):
    assert "Votre session a pris fin" not in client.get(LOGIN).content.decode()


@pytest.mark.parametrize("password", ["Lovelace1", "Ada-Lovelace9"])
def test_the_first_login_asks_for_another_password_when_it_is_ones_own_name(client, password):
    account = AccountFactory(first_name="Ada", last_name="Lovelace")
    account.set_password(password)
    account.save()
    page = client.post(LOGIN, {"email": account.email, "password": password}, follow=True)
    assertContains(page, "ressemble trop à votre nom")
    assert "_auth_user_id" not in client.session
    address = page.redirect_chain[-1][0]
    assert client.post(address, {"password": password}).context["form"].errors["password"]
    assertRedirects(client.post(address, {"password": "Tournesol7"}), LOGIN)
    assert enter(client, account.email, "Tournesol7").status_code == 302


@pytest.mark.parametrize("name", ["login", "password-forgotten", "password-sent"])
def test_a_page_costs_at_most_five_queries(client, name, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        assert client.get(reverse(name)).status_code == 200


def test_a_password_with_a_null_character_is_refused(client):
    assert enter(client, AccountFactory().email, "a\x00b").status_code == 200
