"""Things sent at once, each over a connection of its own: PostgreSQL answers here, SQLite in memory has one connection."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from enrollment.accounts import create_account
from enrollment.models import Account, Registration
from enrollment.registration import cookie
from enrollment.registration.support import QR_PURPOSE
from identite import tokens
from identite.codes.one_time import OneTimeCode
from identite.quotas import Quota
from notifications.models import Message
from tests.enrollment.factories import AccountFactory, RegistrationFactory

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
AT_ONCE = 8


@pytest.fixture(autouse=True)
def on_postgresql(transactional_db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.fail("DATABASE_URL names no PostgreSQL: run `make test-services`.")


def at_once(act: Callable[[int], object]) -> list[object]:
    """Call `act` in AT_ONCE threads that start together; what they returned."""
    gate = Barrier(AT_ONCE)

    def run(number: int) -> object:
        try:
            gate.wait(timeout=20)
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_tries_sent_at_once_are_all_counted():
    email = AccountFactory().email
    answers = []
    for _round in range(2):
        answers += at_once(
            lambda _number: Client().post(reverse("login"), {"email": email, "password": "Mauvais00"}).status_code
        )
    assert Quota.objects.get(kind="password_try").used <= 10
    assert set(answers) <= {200, 429}
    assert answers.count(200) <= 10


def test_an_account_is_made_once():
    registration = RegistrationFactory(phone_given=True)
    accounts = at_once(lambda _number: create_account(Registration.objects.get(pk=registration.pk)).pk)
    assert len(set(accounts)) == Account.objects.count() == Message.objects.count() == 1


def test_a_link_takes_one_phone():
    registration = RegistrationFactory(prerequisites_read=True)
    address = reverse("registration:phone-link", args=[tokens.issue(QR_PURPOSE, registration, seconds=900)])
    assert sorted(at_once(lambda _number: Client().post(address).status_code)) == [302] + [410] * (AT_ONCE - 1)


def test_a_double_press_sends_one_code():
    registration = RegistrationFactory(support_chosen=True)
    token = tokens.issue(cookie.PURPOSE, registration, seconds=900)

    def ask(_number: int) -> int:
        browser = Client()
        browser.cookies[cookie.COOKIE] = token
        return browser.post(reverse("registration:email"), {"email": "ada@example.org"}).status_code

    assert at_once(ask) == [302] * AT_ONCE
    assert OneTimeCode.objects.count() == Message.objects.count() == 1


def test_a_code_never_has_more_than_its_tries():
    registration = RegistrationFactory(support_chosen=True)
    token = tokens.issue(cookie.PURPOSE, registration, seconds=900)
    first = Client()
    first.cookies[cookie.COOKIE] = token
    first.post(reverse("registration:email"), {"email": "ada@example.org"})

    def guess(number: int) -> int:
        browser = Client()
        browser.cookies[cookie.COOKIE] = token
        return browser.post(reverse("registration:email-code"), {"code": f"{number:06d}"}).status_code

    at_once(guess)
    assert OneTimeCode.objects.get().wrong_tries <= 5
