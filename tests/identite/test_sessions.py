"""Idle and absolute limits of a session, counted in its row; headers of every answer."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from enrollment.models import Account
from identite.sessions import Session, SessionStore, owner_of_ended
from tests.enrollment.factories import AccountFactory

pytestmark = pytest.mark.django_db
PAGE = "/gestion/"


@pytest.fixture
def agent(client):
    client.force_login(AccountFactory(agent=True))
    return client


def test_a_used_session_goes_on_and_an_idle_one_ends(agent, settings, clock):
    for _ in range(3):
        clock.pass_(seconds=settings.SESSION_IDLE_SECONDS - 30)
        assert agent.get(PAGE).status_code == 200
    clock.pass_(seconds=settings.SESSION_IDLE_SECONDS + 1)
    assert agent.get(PAGE).status_code == 302


def test_no_use_makes_a_session_live_for_ever(agent, settings):
    hours = settings.SESSION_ABSOLUTE_SECONDS / 3600
    Session.objects.update(began_at=timezone.now() - timedelta(hours=hours, minutes=-5))
    assert agent.get(PAGE).status_code == 200
    Session.objects.update(began_at=timezone.now() - timedelta(hours=hours))
    assert agent.get(PAGE).status_code == 302
    assert not Session.objects.filter(account__isnull=False).exists()


def test_a_session_is_moved_on_at_most_once_a_minute(agent):
    agent.get(PAGE)
    moved = Session.objects.get().expire_date
    agent.get(PAGE)
    assert Session.objects.get().expire_date == moved


def test_a_login_gives_a_new_key_and_a_new_beginning(client, settings):
    account = AccountFactory(agent=True)
    client.force_login(account)
    first = client.session.session_key
    Session.objects.update(began_at=timezone.now() - timedelta(hours=3))
    client.logout()
    client.force_login(account)
    assert client.session.session_key != first
    assert Session.objects.get().began_at > timezone.now() - timedelta(minutes=1)
    assert Session.objects.get().account == account


# --- Whose session it is ---


def who_is(client):
    """The account that a page with a footer sees."""
    return client.get(reverse("page:help")).context["user"]


def test_a_session_comes_with_its_account_in_one_query(client, django_assert_num_queries):
    account = AccountFactory()
    client.force_login(account)
    who_is(client)
    with django_assert_num_queries(1):
        assert who_is(client) == account


def test_a_disabled_account_is_a_stranger(client):
    account = AccountFactory()
    client.force_login(account)
    Account.objects.update(is_active=False)
    assert who_is(client).is_anonymous


def test_another_password_ends_a_session_that_was_open(client):
    account = AccountFactory()
    client.force_login(account)
    account.set_password("another")
    account.save()
    assert who_is(client).is_anonymous
    assert not Session.objects.filter(account=account).exists()


def test_a_rotated_key_keeps_people_logged_in(client, settings):
    account = AccountFactory()
    client.force_login(account)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the next one", [settings.SECRET_KEY]
    assert who_is(client) == account
    settings.SECRET_KEY_FALLBACKS = []
    assert who_is(client) == account  # its session is sealed with the new key by now


def test_a_way_of_logging_in_that_was_closed_opens_nothing(client, settings):
    client.force_login(AccountFactory(), backend="django.contrib.auth.backends.ModelBackend")
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.AllowAllUsersModelBackend"]
    assert who_is(client).is_anonymous


def test_every_answer_carries_the_policy(client):
    answer = client.get(reverse("page:landing"), headers={"Origin": "https://elsewhere.example"})
    assert not [name for name in answer.headers if name.startswith("Access-Control-")]
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("method", ["ANNE", "TRACE"])
@pytest.mark.parametrize("address", ["/", "/health/live"])
def test_a_method_that_nobody_knows_is_refused_everywhere(client, method, address):
    answer = client.generic(method, address)
    assert answer.status_code == 405
    assert "POST" in answer["Allow"]
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_health_says_what_is_missing(client):
    assert client.get("/health/live").json() == {"live": True}
    ready = client.get("/health/ready")
    assert ready.json()["database"] is True


@pytest.mark.parametrize("key", ["a" * 16 + "\x00b", "é" * 32, "a b" * 9, ""])
def test_what_cannot_be_a_key_is_not_looked_for(key, django_assert_num_queries):
    """PostgreSQL refuses to look for a NUL."""
    assert SessionStore(key).session_key is None
    with django_assert_num_queries(0):
        assert owner_of_ended(key) is None


def test_a_cookie_with_a_nul_is_a_stranger(client):
    assert (
        client.post(reverse("session-ping"), headers={"Cookie": 'session="aaaaaaaaaaaaaaaa\\000b"'}).status_code == 401
    )
