from datetime import timedelta

import pytest
from django.conf import settings as project
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from enrollment.mailboxes import mailbox
from identite.sessions import Session
from tests.enrollment.factories import make_proving_enrollment
from tests.enrollment.helpers import sent_to, url_of
from verification import transitions as verification_transitions
from verification.letter import answers

pytestmark = pytest.mark.django_db
PAGE, STATE = url_of("letter-sent"), reverse("enrollment:state")
RESENDS, _WINDOW = project.QUOTAS["letter_resend"]


@pytest.fixture
def enrollment(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return make_proving_enrollment(account__email="ada@orange.fr")


@pytest.fixture
def browser(login, enrollment):
    return login(enrollment.account)


def test_the_page_says_what_comes_and_until_when(browser, enrollment):
    enrollment.verification.letter.refresh_from_db()
    page = browser.get(PAGE)
    assertContains(page, "Vous allez recevoir un e-mail d’AR24")
    assertContains(page, "ada<wbr>@orange.fr")
    assertContains(page, enrollment.verification.letter.number)
    assertContains(page, "Ce qu’il vous reste à faire")


@pytest.mark.parametrize(
    ("email", "name"),
    [("a@gmail.com", "Gmail"), ("a@WANADOO.fr", "Orange"), ("a@laposte.net", "La Poste"), ("a@example.org", None)],
)
def test_the_mailbox_of_a_known_provider_is_one_click_away(email, name):
    found = mailbox(email)
    assert (found.name if found else None) == name
    assert found is None or found.url.startswith("https://")


def test_the_mail_is_sent_again_after_a_minute_and_so_often_an_hour(login, browser, enrollment, clock):
    address = enrollment.account.email
    browser.post(PAGE)
    assert sent_to(address) == ["letter_notified"]
    assertContains(browser.get(PAGE), "Nouvel envoi possible")
    for _time in range(RESENDS + 1):
        clock.pass_(seconds=61)
        browser.post(PAGE)
    assert len(sent_to(address)) == 1 + RESENDS
    assertContains(browser.get(PAGE), "Trop d’e-mails demandés")
    clock.pass_(hours=1)
    login(enrollment.account).post(PAGE)
    assert len(sent_to(address)) == 2 + RESENDS
    assert enrollment.account.verifications.count() == 1


def test_the_page_follows_what_happens_to_the_letter(browser, enrollment):
    before = browser.get(STATE).json()
    assert before["state"] == browser.get(PAGE).context["poll_state"]
    answers.confirm_identity(enrollment.verification.letter)
    assert browser.get(STATE).json() != before
    assertContains(browser.get(PAGE), "Continuer l’identification")
    verification_transitions.move(enrollment.verification, "submit")
    assertRedirects(browser.get(PAGE), url_of("status"))


def test_once_submitted_no_mail_is_sent_again(browser, enrollment, clock):
    assertNotContains(browser.get(PAGE), "Continuer l’identification")
    verification_transitions.move(enrollment.verification, "submit")
    clock.pass_(seconds=61)
    assertRedirects(browser.post(PAGE), url_of("status"))
    assert sent_to(enrollment.account.email) == ["letter_notified", "verification_submitted"]


def test_asking_for_the_state_tells_strangers_nothing(client):
    assert client.get(STATE).status_code == 403


def test_a_page_that_asks_by_itself_keeps_no_session_alive(browser):
    near = timezone.now() + timedelta(seconds=200)
    Session.objects.update(expire_date=near)
    browser.get(STATE, headers={"X-Requested-With": "fetch"})
    assert Session.objects.get().expire_date == near
    browser.get(PAGE)
    assert Session.objects.get().expire_date > near
