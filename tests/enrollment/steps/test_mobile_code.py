import pytest
from django.conf import settings as project
from pytest_django.asserts import assertContains, assertRedirects

from tests.enrollment.factories import EnrollmentFactory
from tests.enrollment.helpers import last_code, page_after, sent_to, stands_at, url_of

pytestmark = pytest.mark.django_db
MOBILE, CODE = url_of("mobile"), url_of("mobile-code")
NUMBER = "+33639980051"
TRIES = project.SMS_CODE_MAX_ATTEMPTS
SENDS, _WINDOW = project.QUOTAS["sms_code_send"]


@pytest.fixture
def enrollment():
    return EnrollmentFactory()


@pytest.fixture
def browser(login, enrollment):
    browser = login(enrollment.account)
    browser.post(MOBILE, {"prefix_code": "+33", "number": "0639980051"})
    return browser


def wrong() -> str:
    return f"{(int(last_code(NUMBER)) + 1) % 1_000_000:06d}"


@pytest.mark.parametrize("shape", ["{0}{1}", "{0}-{1}", " {0} {1} ", "{0}\u00a0{1}"])
def test_the_right_code_proves_the_number(browser, enrollment, shape):
    code = last_code(NUMBER)
    assertRedirects(browser.post(CODE, {"code": shape.format(code[:3], code[3:])}), page_after("mobile-code"))
    enrollment.refresh_from_db()
    assert enrollment.mobile_verified_at is not None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_what_is_no_code_costs_no_try(browser, typed):
    page = browser.post(CODE, {"code": typed})
    assert page.context["form"].errors["code"]
    assert page.context["code"].tries_left == TRIES


def test_the_page_counts_the_tries_and_then_wants_a_new_code(browser, enrollment, clock):
    code, bad = last_code(NUMBER), wrong()
    for left in range(TRIES - 1, 1, -1):
        assertContains(browser.post(CODE, {"code": bad}), f"Il vous reste {left} essais.")
    assertContains(browser.post(CODE, {"code": bad}), "Il vous reste 1 essai.")
    assertContains(browser.post(CODE, {"code": bad}), "Trop d’essais")
    assertContains(browser.post(CODE, {"code": code}), "Trop d’essais")
    assert stands_at(enrollment) == "mobile-code"
    clock.pass_(seconds=61)
    browser.post(CODE, {"resend": "1"})
    assertRedirects(browser.post(CODE, {"code": last_code(NUMBER)}), page_after("mobile-code"))


def test_a_code_ends_after_its_life(browser, enrollment, clock):
    code = last_code(NUMBER)
    clock.pass_(seconds=project.SMS_CODE_LIFETIME_SECONDS)
    assertContains(browser.post(CODE, {"code": code}), "n’est plus valable")
    assert stands_at(enrollment) == "mobile-code"


def test_a_new_code_leaves_after_a_minute_counted_on_the_server(browser, clock):
    browser.post(CODE, {"resend": "1"})
    assert len(sent_to(NUMBER)) == 1
    page = browser.get(CODE)
    assertContains(page, "Nouvel envoi possible")
    clock.pass_(seconds=61)
    browser.post(CODE, {"resend": "1"})
    assert len(sent_to(NUMBER)) == 2


def test_the_code_before_no_longer_counts(browser, enrollment, clock):
    old = last_code(NUMBER)
    clock.pass_(seconds=61)
    browser.post(CODE, {"resend": "1"})
    if old != last_code(NUMBER):
        browser.post(CODE, {"code": old})
        assert stands_at(enrollment) == "mobile-code"


def test_after_as_many_codes_as_allowed_the_page_shows_until_when(login, browser, enrollment, clock):
    for _send in range(SENDS + 2):
        clock.pass_(seconds=61)
        browser.post(CODE, {"resend": "1"})
    assert len(sent_to(NUMBER)) == SENDS
    assertContains(browser.get(CODE), "Trop de codes demandés pour ce numéro")
    clock.pass_(hours=1)
    login(enrollment.account).post(CODE, {"resend": "1"})
    assert len(sent_to(NUMBER)) == SENDS + 1


def test_the_number_is_shown_and_can_be_changed(browser):
    page = browser.get(CODE)
    assertContains(page, "+33\u00a06\u00a039\u00a098\u00a000\u00a051")
    assertContains(page, f'href="{MOBILE}"')


def test_a_code_typed_in_two_tabs_proves_once_and_breaks_nothing(login, browser, enrollment):
    code = last_code(NUMBER)
    for tab in (browser, login(enrollment.account)):
        assertRedirects(tab.post(CODE, {"code": code}), page_after("mobile-code"))
