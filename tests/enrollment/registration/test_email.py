import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from enrollment.models import Registration
from identite.quotas import Quota
from notifications.models import Message
from tests.enrollment.factories import AccountFactory, RegistrationFactory
from tests.enrollment.helpers import sent_to

pytestmark = pytest.mark.django_db
EMAIL = reverse("registration:email")
CODE = reverse("registration:email-code")


def test_an_address_gets_its_code_and_the_page_goes_on(visitor):
    registration = RegistrationFactory(support_chosen=True)
    assertRedirects(visitor(registration).post(EMAIL, {"email": " Ada.L@Example.ORG "}), CODE)
    registration.refresh_from_db()
    assert registration.email == "ada.l@example.org"
    assert sent_to("ada.l@example.org") == ["email_code_sent"]


@pytest.mark.parametrize("typed", ["", "ada", "ada@", "ada@example", "a b@example.org", "x" * 250 + "@example.org"])
def test_what_is_no_address_is_refused_with_the_reason(visitor, typed):
    response = visitor(RegistrationFactory(support_chosen=True)).post(EMAIL, {"email": typed})
    assert response.context["form"].errors["email"]
    assert not Message.objects.exists()


def test_a_known_address_gets_another_mail(visitor):
    account = AccountFactory()
    assertRedirects(visitor(RegistrationFactory(support_chosen=True)).post(EMAIL, {"email": account.email}), CODE)
    assert sent_to(account.email) == ["email_already_known"]
    message = Message.objects.get()
    assert reverse("login") in message.text
    assert reverse("password-forgotten") in message.text
    assert message.recipient == account


def masked(html: bytes, address: str) -> str:
    """The page without what differs between any two visits: the forgery token and the address itself."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html.decode().replace("<wbr>", ""))
    return re.sub(r'data-countdown="\d+"', "", text).replace(address, "ADDRESS")


def test_no_page_tells_a_known_address_from_an_unknown_one(visitor):
    known = AccountFactory(email="known@example.org").email
    pages: dict[str, list[str]] = {}
    for address in (known, "unknown@example.org"):
        browser = visitor(RegistrationFactory(support_chosen=True))
        answers = [browser.post(EMAIL, {"email": address}), browser.get(CODE)]
        answers += [browser.post(CODE, {"code": "000000"}) for _try in range(5)]
        answers += [browser.get(CODE), browser.post(CODE, {"resend": "1"}, follow=True), browser.get(EMAIL)]
        pages[address] = [f"{a.status_code} {a.headers.get('Location')} {masked(a.content, address)}" for a in answers]
    assert pages[known] == pages["unknown@example.org"]


def test_a_known_address_costs_the_queries_of_an_unknown_one(visitor):
    counts = []
    for address in (AccountFactory().email, "unknown@example.org"):
        browser = visitor(RegistrationFactory(support_chosen=True))
        with CaptureQueriesContext(connection) as queries:
            browser.post(EMAIL, {"email": address})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_another_address_ends_the_code_of_the_first_one_and_what_was_checked_against_it(visitor, last_message):
    registration = RegistrationFactory(password_set=True)
    browser = visitor(registration)
    assertRedirects(browser.post(EMAIL, {"email": "other@example.org"}), CODE)
    registration.refresh_from_db()
    assert registration.email_verified_at is None
    assert registration.password == ""
    assert registration.support == "web"


def test_the_same_address_again_keeps_everything(visitor):
    registration = RegistrationFactory(password_set=True)
    browser = visitor(registration)
    assertRedirects(browser.post(EMAIL, {"email": registration.email.upper()}), reverse("registration:phone"))
    assert not Message.objects.exists()


def test_the_same_address_within_the_delay_sends_no_second_code(visitor):
    browser = visitor(RegistrationFactory(support_chosen=True))
    for _again in range(3):
        assertRedirects(browser.post(EMAIL, {"email": "ada@example.org"}), CODE)
    assert sent_to("ada@example.org") == ["email_code_sent"]


def test_a_slip_in_the_address_is_mended_without_waiting(visitor):
    browser = visitor(RegistrationFactory(support_chosen=True))
    browser.post(EMAIL, {"email": "aad@example.org"})
    browser.post(EMAIL, {"email": "ada@example.org"})
    assert sent_to("ada@example.org") == ["email_code_sent"]


def test_five_codes_an_hour_then_a_lock_with_its_hour_for_every_visitor(visitor, clock):
    for _send in range(5):
        assertRedirects(
            visitor(RegistrationFactory(support_chosen=True)).post(EMAIL, {"email": "ada@example.org"}), CODE
        )
    registration = RegistrationFactory(support_chosen=True)
    response = visitor(registration).post(EMAIL, {"email": "ADA@example.org"})
    assertContains(response, "Vous pourrez réessayer", status_code=429)
    until = Quota.objects.get(kind="email_code_send").window_started_at + timedelta(hours=1)
    assert response.context["locked_until"] == until
    assert len(sent_to("ada@example.org")) == 5
    registration.refresh_from_db()
    assert registration.email == ""
    clock.pass_(minutes=61)
    assertRedirects(visitor(registration).post(EMAIL, {"email": "ada@example.org"}), CODE)


def test_one_client_asks_for_a_limited_number_of_codes(visitor, settings):
    settings.QUOTAS = settings.QUOTAS | {"ip_code": (2, 3600)}
    for name in ("ada", "bob"):
        visitor(RegistrationFactory(support_chosen=True)).post(EMAIL, {"email": f"{name}@example.org"})
    response = visitor(RegistrationFactory(support_chosen=True)).post(EMAIL, {"email": "eve@example.org"})
    assert response.status_code == 429
    assert response.context["until"] > timezone.now()
    assert sent_to("eve@example.org") == []


def test_the_forgery_token_is_wanted(visitor):
    registration = RegistrationFactory(support_chosen=True)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = visitor(registration).cookies
    assert strict.post(EMAIL, {"email": "ada@example.org"}).status_code == 403
    assert Registration.objects.get().email == ""
