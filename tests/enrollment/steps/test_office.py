import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from enrollment.services import appointment as bookings
from tests.enrollment.factories import standing_at
from tests.enrollment.helpers import sent_to, stands_at, url_of
from tests.verification.face_to_face.factories import OfficeFactory
from verification.face_to_face.models import Appointment, AppointmentState, Place

pytestmark = pytest.mark.django_db
PAGE = url_of("office")
QUIMPER = {"latitude": 47.99, "longitude": -4.09, "postal_code": "29000", "city": "Quimper", "commune_code": "29232"}


@pytest.fixture
def enrollment():
    return standing_at("office")


@pytest.fixture
def browser(login, enrollment):
    return login(enrollment.account)


@pytest.fixture
def office():
    return OfficeFactory(name="Quimper Locmaria", **QUIMPER)


def test_the_nearest_offices_are_listed_and_one_is_chosen(browser, enrollment, office):
    far = OfficeFactory(name="Rennes Palais")
    page = browser.get(PAGE)
    shown = page.content.decode()
    assert shown.index("Quimper Locmaria") < shown.index("Rennes Palais")
    assertContains(page, "Sans rendez-vous")
    assertContains(page, "N’importe quel bureau participant")
    assertRedirects(browser.post(PAGE, {"office": far.identifier}), url_of("appointment"))
    appointment = Appointment.objects.get()
    assert (appointment.place, appointment.office) == (Place.OFFICE, far)
    assert sent_to(enrollment.account.email) == ["appointment_booked"]
    assert sent_to(enrollment.mobile) == ["appointment_code_sent"]


@pytest.mark.parametrize("answer", [{}, {"office": ""}, {"office": "nowhere"}])
def test_no_office_is_no_answer(browser, enrollment, office, answer):
    assert browser.post(PAGE, answer).context["form"].errors["office"]
    assert stands_at(enrollment) == "office"


@pytest.mark.parametrize("gone", [{"participates": False}, {"closed_at": "2026-11-01T00:00Z"}])
def test_an_office_that_takes_part_no_longer_is_said_so_and_the_list_is_fresh(browser, enrollment, office, gone):
    other = OfficeFactory(**QUIMPER)
    type(office).objects.filter(pk=office.pk).update(**gone)
    page = browser.post(PAGE, {"office": office.identifier})
    assertContains(page, "ne participe plus")
    assertNotContains(page, office.name)
    assertContains(page, other.identifier)
    assert stands_at(enrollment) == "office"


def test_another_commune_can_be_searched_without_javascript(browser, office):
    there = OfficeFactory(name="Rennes Palais")
    searched = browser.post(PAGE, {"search": "1", "place": "35000"})
    assert searched.url.endswith("?commune=35238#bureaux")
    page = browser.get(searched.url)
    assertContains(page, "Bureaux participants près de Rennes (35000)")
    assertRedirects(browser.post(searched.url, {"office": there.identifier}), url_of("appointment"))


def test_a_search_that_finds_several_or_nothing_goes_on(browser, office):
    assertContains(browser.post(PAGE, {"search": "1", "place": "49330"}), "?commune=49132#bureaux")
    page = browser.post(PAGE, {"search": "1", "place": "xyzzy"})
    assertContains(page, "aucune commune")
    assertContains(page, office.name)


def test_without_any_office_the_postman_is_proposed(browser):
    assertContains(browser.get(PAGE), "la visite du facteur")


def test_another_office_takes_the_place_of_the_first(browser, enrollment, office):
    bookings.book(enrollment, office=OfficeFactory(name="Rennes Palais"))
    page = browser.get(PAGE)
    assertContains(page, "Au bureau de poste Rennes Palais.")
    assertRedirects(browser.post(PAGE, {"office": office.identifier}), url_of("appointment"))
    appointment = Appointment.objects.get()
    assert (appointment.office, appointment.state, appointment.changes) == (office, AppointmentState.BOOKED, 1)


def test_who_looks_at_another_place_may_keep_what_is_booked(browser, enrollment, office):
    bookings.book(enrollment, office=office)
    assertRedirects(browser.post(url_of("place"), {"place": "home"}), url_of("slot"))
    assertContains(browser.get(url_of("slot")), "Il reste prévu tant que")
    assertRedirects(browser.post(url_of("slot"), {"stay": "1"}), url_of("appointment"))
    assert Appointment.objects.get().changes == 0
