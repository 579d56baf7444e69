"""The order of screens 2 to 10, whatever the visitor does."""

from datetime import timedelta
from operator import attrgetter

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from enrollment.models import Registration
from enrollment.registration import REGISTRATION, cookie
from tests.enrollment.factories import REGISTERED, AccountFactory, RegistrationFactory

pytestmark = pytest.mark.django_db
SLUGS = [step.slug for step in REGISTRATION.steps]
by_slug = attrgetter("slug")


def url(slug: str) -> str:
    return reverse(f"registration:{slug}")


def standing_at(slug: str) -> Registration:
    return RegistrationFactory(**REGISTERED[slug])


def test_the_way_in_leads_to_the_first_page_and_writes_nothing(client):
    assertRedirects(client.get(reverse("registration:start")), url(SLUGS[0]))
    assert not Registration.objects.exists()
    assert set(client.cookies) <= {"csrftoken"}


@pytest.mark.parametrize("step", REGISTRATION.steps[1:], ids=by_slug)
def test_a_visitor_without_registration_is_led_to_the_beginning(client, step):
    assertRedirects(client.get(REGISTRATION.url(step)), reverse("registration:start"), fetch_redirect_response=False)


@pytest.mark.parametrize("step", REGISTRATION.steps[1:], ids=by_slug)
def test_each_page_opens_when_all_before_it_is_answered(visitor, step):
    response = visitor(standing_at(step.slug)).get(REGISTRATION.url(step))
    assert response.status_code == 200


@pytest.mark.parametrize("step", REGISTRATION.steps[2:], ids=by_slug)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_skips_ahead(visitor, step, method):
    registration = standing_at("support")
    response = getattr(visitor(registration), method)(
        REGISTRATION.url(step), {"password": "Tournesol7", "phone": "0612345678"}
    )
    assertRedirects(response, url("support"))
    registration.refresh_from_db()
    assert (registration.password, registration.phone) == ("", "")


@pytest.mark.parametrize("step", REGISTRATION.steps, ids=by_slug)
def test_every_answered_page_opens_again(visitor, step):
    response = visitor(standing_at("names")).get(REGISTRATION.url(step))
    assert response.status_code == 200


@pytest.mark.parametrize("step", REGISTRATION.steps[1:], ids=by_slug)
def test_back_leads_to_the_page_before(visitor, step):
    response = visitor(standing_at("names")).get(REGISTRATION.url(step))
    assert response.context["back_url"] == url(SLUGS[SLUGS.index(step.slug) - 1])


@pytest.mark.parametrize("step", REGISTRATION.steps[1:], ids=by_slug)
def test_the_way_in_resumes_where_the_registration_stands(visitor, step):
    assertRedirects(visitor(standing_at(step.slug)).get(reverse("registration:start")), REGISTRATION.url(step))


@pytest.mark.parametrize("step", REGISTRATION.steps[1:], ids=by_slug)
def test_an_empty_form_is_refused_and_moves_nothing(visitor, step):
    registration = standing_at(step.slug)
    response = visitor(registration).post(REGISTRATION.url(step), {})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert REGISTRATION.first_open(Registration.objects.get(pk=registration.pk)) == step


@pytest.mark.parametrize("step", REGISTRATION.steps, ids=by_slug)
def test_a_page_costs_at_most_four_queries(visitor, step, django_assert_max_num_queries):
    browser = visitor(standing_at("names"))
    with django_assert_max_num_queries(4):
        browser.get(REGISTRATION.url(step))


@pytest.mark.parametrize("step", REGISTRATION.steps, ids=by_slug)
def test_opening_a_page_writes_nothing(visitor, step):
    browser = visitor(standing_at("names"))
    with CaptureQueriesContext(connection) as queries:
        browser.get(REGISTRATION.url(step))
    assert queries.captured_queries
    assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)


def test_two_browsers_see_one_truth(visitor):
    registration = standing_at("phone")
    computer, phone = visitor(registration), visitor(registration)
    computer.post(url("phone"), {"phone": "06 39 98 00 02"})
    assertContains(phone.get(url("phone")), "98\u00a000\u00a002")
    assertRedirects(phone.get(reverse("registration:start")), url("names"))


def test_a_form_left_open_in_another_tab_still_works(visitor):
    browser = visitor(standing_at("phone"))
    browser.get(url("phone"))
    browser.post(url("phone"), {"phone": "06 39 98 00 02"})
    assertRedirects(browser.post(url("phone"), {"phone": "06 39 98 00 03"}), url("names"))
    assert Registration.objects.get().phone == "+33639980003"


def test_the_cookie_is_out_of_reach_of_scripts_and_holds_no_name(client):
    client.post(url("prerequisites"), {"of_age": "on", "has_document": "on"})
    morsel = client.cookies[cookie.COOKIE]
    assert morsel["httponly"]
    assert morsel["samesite"] == "Lax"
    assert morsel["max-age"] <= settings.REGISTRATION_LIFETIME_DAYS * 86400
    assert str(Registration.objects.get().pk) not in morsel.value


def test_an_invented_cookie_opens_nothing(client):
    standing_at("names")
    client.cookies[cookie.COOKIE] = "x" * 43
    assertRedirects(client.get(url("names")), reverse("registration:start"), fetch_redirect_response=False)


def test_a_registration_past_its_end_begins_anew(visitor):
    registration = RegistrationFactory(phone_given=True, expires_at=timezone.now() - timedelta(seconds=1))
    assertRedirects(
        visitor(registration).get(url("names")), reverse("registration:start"), fetch_redirect_response=False
    )


def test_who_is_logged_in_goes_on_with_the_file(client):
    client.force_login(AccountFactory())
    for slug in ("prerequisites", "email"):
        assertRedirects(client.get(url(slug)), reverse("enrollment:resume"), fetch_redirect_response=False)


def test_the_next_person_at_the_same_computer_begins_anew(visitor):
    registration = standing_at("names")
    browser = visitor(registration)
    assertContains(browser.get(url("names")), registration.email)
    browser.post(reverse("registration:restart"))
    assertRedirects(browser.get(reverse("registration:start")), url("prerequisites"))
    assert Registration.objects.get().email == registration.email


def test_a_full_window_of_registrations_from_one_client_shows_its_end(client, settings):
    settings.QUOTAS = settings.QUOTAS | {"ip_registration": (1, 3600)}
    answers = {"of_age": "on", "has_document": "on"}
    assert client.post(url("prerequisites"), answers).status_code == 302
    stranger = Client()
    assert stranger.post(url("prerequisites"), answers).status_code == 429
    assert Client(headers={"X-Test-Run": "another"}).post(url("prerequisites"), answers).status_code == 302
    assert Registration.objects.count() == 2
