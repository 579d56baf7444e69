import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from enrollment.models import Registration
from enrollment.registration import codes
from identite.codes.one_time import CodeResult, OneTimeCode
from identite.fields import for_update
from notifications.models import Message
from tests.enrollment.factories import AccountFactory, RegistrationFactory

pytestmark = pytest.mark.django_db
EMAIL = reverse("registration:email")
CODE = reverse("registration:email-code")
PASSWORD = reverse("registration:password")


@pytest.fixture
def browser(visitor):
    """Has asked for a code at ada@example.org."""
    browser = visitor(RegistrationFactory(support_chosen=True))
    browser.post(EMAIL, {"email": "ada@example.org"})
    return browser


def mailed_code() -> str:
    found = re.search(r"\b\d{3}-\d{3}\b", Message.objects.order_by("-created_at")[0].text)
    assert found
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code.replace('-', '')) + 1) % 10**6:06d}"


def error(response) -> str:
    return str(response.context["form"].errors["code"][0])


@pytest.mark.parametrize("write", ["{0}{1}", "{0}-{1}", "{0} {1}", " {0}\u00a0{1} "])
def test_the_right_code_opens_the_next_page_however_it_is_spaced(browser, write):
    assertRedirects(browser.post(CODE, {"code": write.format(*mailed_code().split("-"))}), PASSWORD)


def test_the_mail_says_the_code_twice_and_the_subject_never(browser):
    message = Message.objects.get()
    assert mailed_code() in message.text
    assert mailed_code() in message.html
    assert mailed_code() not in message.subject


def test_the_code_is_kept_as_a_digest(browser):
    stored = OneTimeCode.objects.get()
    assert mailed_code().replace("-", "") not in stored.digest


@pytest.mark.parametrize("typed", ["12345", "1234567", "abcdef", "12345a", "", "١٢٣٤٥٦"])
def test_what_has_not_six_digits_uses_no_try(browser, typed):
    response = browser.post(CODE, {"code": typed})
    assert "6 chiffres" in error(response)
    assert OneTimeCode.objects.get().wrong_tries == 0


def test_five_wrong_tries_end_the_code_even_for_who_then_has_the_right_one(browser):
    right = mailed_code()
    for left in (4, 3, 2, 1):
        response = browser.post(CODE, {"code": wrong(right)})
        assert f"Il vous reste {left} essai" in error(response)
        assertContains(browser.get(CODE), f"Il vous reste {left} essai")
    assert "Trop d’essais" in error(browser.post(CODE, {"code": wrong(right)}))
    assertContains(browser.get(CODE), "trop d’essais")
    assert "Trop d’essais" in error(browser.post(CODE, {"code": right}))


def test_a_code_dies_after_ten_minutes(browser, clock):
    right = mailed_code()
    clock.pass_(minutes=9.9)
    assertContains(browser.get(CODE), "Valable jusqu’à")
    clock.pass_(minutes=0.2)
    assertContains(browser.get(CODE), "n’est plus valable depuis")
    assert "trop longtemps" in error(browser.post(CODE, {"code": right}))


def test_a_new_code_waits_a_minute_counted_on_the_server(browser, clock):
    page = browser.get(CODE)
    assert 50 < (page.context["code"].waits_until - timezone.now()).total_seconds() <= 60
    assertContains(page, "data-countdown=")
    browser.post(CODE, {"resend": "1"})
    assert Message.objects.count() == 1
    clock.pass_(minutes=0.5)
    assert 20 < (browser.get(CODE).context["code"].waits_until - timezone.now()).total_seconds() <= 30
    clock.pass_(minutes=0.6)
    assert browser.get(CODE).context["code"].waits_until is None
    assertContains(browser.post(CODE, {"resend": "1"}, follow=True), "Un nouveau code vient d’être envoyé")
    assert Message.objects.count() == 2


def test_a_new_code_ends_the_one_before_and_gives_new_tries(browser, clock):
    first = mailed_code()
    for _try in range(5):
        browser.post(CODE, {"code": wrong(first)})
    clock.pass_(minutes=1.1)
    browser.post(CODE, {"resend": "1"})
    assertContains(browser.get(CODE), "Il vous reste 5 essais")
    if mailed_code() != first:
        assert "Il vous reste 4" in error(browser.post(CODE, {"code": first}))
    assertRedirects(browser.post(CODE, {"code": mailed_code()}), PASSWORD)


def test_after_five_codes_the_page_shows_until_when_no_other_leaves(browser, clock):
    for _send in range(4):
        clock.pass_(minutes=1.1)
        browser.post(CODE, {"resend": "1"})
    assert Message.objects.count() == 5
    page = browser.get(CODE)
    assertContains(page, "Trop de codes demandés")
    assertNotContains(page, 'name="resend"')
    assert page.context["locked_until"] > timezone.now() + timedelta(minutes=50)
    clock.pass_(minutes=1.1)
    browser.post(CODE, {"resend": "1"})
    assert Message.objects.count() == 5
    assertRedirects(browser.post(CODE, {"code": mailed_code()}), PASSWORD)


def test_the_code_of_an_address_does_not_prove_the_one_that_another_tab_has_just_typed(browser):
    """The page was let in with the first address; the second one waits for its own code."""
    read_before = Registration.objects.get()
    code = mailed_code()
    Registration.objects.update(**for_update(read_before, email="victime@example.org"))
    assert codes.check_code(read_before, code, client="192.0.2.1") != CodeResult.RIGHT
    assert Registration.objects.get().email_verified_at is None


def test_a_code_for_one_address_does_not_open_another(browser):
    first = mailed_code()
    browser.post(EMAIL, {"email": "eve@example.org"})
    if mailed_code() != first:
        assert "n’est pas le bon" in error(browser.post(CODE, {"code": first}))
    assertRedirects(browser.post(CODE, {"code": mailed_code()}), PASSWORD)


def test_a_code_of_one_registration_does_not_open_another(visitor, browser):
    code = mailed_code()
    other = visitor(RegistrationFactory(support_chosen=True))
    other.post(EMAIL, {"email": "ada@example.org"})
    if mailed_code() != code:
        assert "n’est pas le bon" in error(other.post(CODE, {"code": code}))


def test_no_code_is_right_for_an_address_that_has_an_account(visitor, settings):
    settings.CODE_DIGITS = 1  # so few that every one can be tried
    settings.EMAIL_CODE_MAX_ATTEMPTS = 100
    browser = visitor(RegistrationFactory(support_chosen=True))
    browser.post(EMAIL, {"email": AccountFactory().email})
    for digit in range(10):
        assert browser.post(CODE, {"code": str(digit)}).status_code == 200
    browser.post(EMAIL, {"email": "unknown@example.org"})
    assert 302 in {browser.post(CODE, {"code": str(digit)}).status_code for digit in range(10)}


def test_the_page_names_the_address_the_spam_folder_and_the_way_back(browser):
    page = browser.get(CODE)
    assertContains(page, "ada@example.org")
    assertContains(page, "indésirables")
    assertContains(page, EMAIL)
    assertContains(page, reverse("page:help"))


def test_a_second_press_after_the_right_code_goes_on(browser):
    code = mailed_code()
    browser.post(CODE, {"code": code})
    assertRedirects(browser.post(CODE, {"code": code}), PASSWORD)


def test_tries_are_limited_for_one_client(browser, settings):
    settings.QUOTAS = settings.QUOTAS | {"ip_code": (2, 3600)}
    code = wrong(mailed_code())
    assert [browser.post(CODE, {"code": code}).status_code for _try in range(2)] == [200, 429]
    assert OneTimeCode.objects.get().wrong_tries == 1


def test_a_confirmed_address_asks_for_no_code_again(visitor):
    browser = visitor(RegistrationFactory(email_verified=True))
    page = browser.get(CODE)
    assertContains(page, "Cette adresse est confirmée")
    assertNotContains(page, 'name="code"')
    assertNotContains(page, 'name="resend"')
    assertRedirects(browser.post(CODE, {}), PASSWORD)
    assertRedirects(browser.post(CODE, {"resend": "1"}), PASSWORD)
    assert not Message.objects.exists()
