"""Whose file a browser shows, when several people use it one after the other."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from enrollment.accounts import change_password
from identite.tokens import Token
from tests.enrollment.factories import PASSWORD, AccountFactory
from tests.verification.factories import make_verification
from verification import access
from verification.letter import mails
from verification.models import Verification, VerificationState

pytestmark = pytest.mark.django_db
MEANS = reverse("verification:means")


@pytest.fixture
def verification() -> Verification:
    return make_verification()


@pytest.fixture
def browser(client, verification) -> Client:
    """On a shared computer: her letter was opened from its mail."""
    client.post(mails.link(verification.letter))
    assert client.get(MEANS).status_code == 200
    return client


def shows_a_file(browser: Client) -> bool:
    return browser.get(MEANS).status_code == 200


def log_in(browser: Client, email: str) -> None:
    assert browser.post(reverse("login"), {"email": email, "password": PASSWORD}).status_code == 302


def test_a_pass_is_good_for_half_a_day_here_and_in_the_browser(browser, clock):
    cookie = browser.cookies[access.COOKIE]
    assert cookie["max-age"] == 12 * 3600
    begun = Token.objects.get(purpose=access.LETTER).created_at
    clock.stop(begun + timedelta(hours=12, microseconds=-1))
    assert shows_a_file(browser)
    clock.stop(begun + timedelta(hours=12))
    assert not shows_a_file(browser)


def test_a_logout_ends_the_letters_pass_too(browser):
    browser.post(reverse("logout"))
    assert not shows_a_file(browser)


def test_who_logs_in_next_does_not_see_the_letter_of_who_was_there_before(browser):
    log_in(browser, AccountFactory().email)
    assert not shows_a_file(browser)


def test_who_logs_in_to_her_own_account_goes_on_with_her_letter(browser, verification):
    verification.applicant.set_password(PASSWORD)
    verification.applicant.save()
    log_in(browser, verification.applicant.email)
    assert shows_a_file(browser)


def test_a_letter_opened_in_somebody_elses_browser_ends_that_session(client, verification):
    client.force_login(AccountFactory())
    client.post(mails.link(verification.letter))
    assert "_auth_user_id" not in client.session
    assert shows_a_file(client)


def test_a_pass_that_was_copied_dies_with_the_logout(browser):
    copied = browser.cookies[access.COOKIE].value
    browser.post(reverse("logout"))
    thief = Client()
    thief.cookies[access.COOKIE] = copied
    assert not shows_a_file(thief)


def test_a_new_password_ends_the_passes_of_every_device(browser, verification):
    change_password(verification.applicant, "Nouveau-secret-42")
    assert not shows_a_file(browser)


def test_the_scan_of_the_document_is_not_called_complete_before_it_is_taken(browser, verification):
    assert browser.get(MEANS).context["stage"] == 1
    Verification.objects.filter(pk=verification.pk).update(state=VerificationState.LAPSED)
    assert browser.get(reverse("verification:tracking")).context["stage"] == 2
