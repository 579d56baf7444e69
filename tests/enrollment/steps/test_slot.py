import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from enrollment.services import appointment as bookings
from tests.enrollment.factories import make_booked_enrollment, standing_at
from tests.enrollment.helpers import stands_at, url_of
from tests.verification.face_to_face.helpers import MONDAY, TUESDAY
from verification.face_to_face.models import Appointment, AppointmentState, Round

pytestmark = pytest.mark.django_db
PAGE = url_of("slot")
MORNING, AFTERNOON = f"{TUESDAY} morning", f"{TUESDAY} afternoon"


@pytest.fixture(autouse=True)
def _monday(clock):
    clock.stop(MONDAY)


@pytest.fixture
def enrollment():
    return standing_at("slot")


@pytest.fixture
def browser(login, enrollment):
    return login(enrollment.account)


def fill(half_day: str, day=TUESDAY):
    """Others take every place of a half-day."""
    capacity = Round.objects.get(weekday=day.weekday(), half_day=half_day).capacity
    for _place in range(capacity):
        bookings.book(standing_at("slot"), day=day, half_day=half_day)


def test_days_and_half_days_are_shown_with_their_places_and_one_is_booked(browser, enrollment):
    page = browser.get(PAGE)
    assertContains(page, "Mardi 24 novembre 2026")
    assertContains(page, "Matin, entre 8\u00a0h et 13\u00a0h")
    assertContains(page, "(4 places)")
    assertContains(page, "12 rue des Lilas, Bâtiment B, 29000 Quimper")
    assertNotContains(page, "Dimanche")
    assertNotContains(page, "9 décembre")  # the sixteenth day
    assertRedirects(browser.post(PAGE, {"slot": MORNING}), url_of("appointment"))
    appointment = Appointment.objects.select_related("slot").get()
    assert (appointment.slot.day, appointment.slot.half_day) == (TUESDAY, "morning")
    assert appointment.address_street == "12 rue des Lilas"


def test_a_full_half_day_is_not_offered(browser):
    fill("morning")
    page = browser.get(PAGE)
    assertNotContains(page, f'value="{MORNING}"')
    assertContains(page, f'value="{AFTERNOON}"')


def test_a_place_that_was_taken_meanwhile_is_told_and_everything_is_kept(browser, enrollment):
    browser.get(PAGE)
    fill("morning")
    page = browser.post(PAGE, {"slot": MORNING})
    assertContains(page, "vient d’être prise")
    assertNotContains(page, f'value="{MORNING}"')
    assertContains(page, f'value="{AFTERNOON}"')
    assert stands_at(enrollment) == "slot"
    enrollment.refresh_from_db()
    assert enrollment.address_street == "12 rue des Lilas"
    assertRedirects(browser.post(PAGE, {"slot": AFTERNOON}), url_of("appointment"))


def test_a_place_that_is_taken_between_form_and_booking_is_told_with_a_fresh_list(browser, monkeypatch):
    view = browser.get(PAGE).context["view"]
    days = view.open_days()
    fill("morning")
    lists = iter([days])
    fresh = type(view).open_days
    monkeypatch.setattr(type(view), "open_days", lambda self: next(lists, None) or fresh(self))
    page = browser.post(PAGE, {"slot": MORNING})
    assertContains(page, "vient d’être prise")
    assertNotContains(page, f'value="{MORNING}"')


@pytest.mark.parametrize("answer", [{}, {"slot": ""}, {"slot": "2026-11-22 morning"}, {"slot": "x"}])
def test_what_is_no_open_half_day_books_nothing(browser, enrollment, answer):
    assert browser.post(PAGE, answer).context["form"].errors["slot"]
    assert stands_at(enrollment) == "slot"


def test_without_a_place_left_the_office_is_proposed(browser):
    Round.objects.all().delete()
    page = browser.get(PAGE)
    assertContains(page, "Le facteur n’a plus de place à Quimper d’ici le mardi 8 décembre 2026")
    assertContains(page, "Choisir un bureau de poste")


def test_another_half_day_takes_the_place_of_the_first(login):
    enrollment = make_booked_enrollment()
    browser = login(enrollment.account)
    assertContains(browser.get(PAGE), "Chez vous, mardi 24 novembre 2026, matin.")
    assertRedirects(browser.post(PAGE, {"slot": AFTERNOON}), url_of("appointment"))
    appointment = Appointment.objects.select_related("slot").get()
    assert (appointment.slot.half_day, appointment.state) == ("afternoon", AppointmentState.BOOKED)


def test_a_new_address_in_the_same_commune_brings_the_appointment_along(login):
    enrollment = make_booked_enrollment()
    browser = login(enrollment.account)
    typed = {"street": "3 quai de l'Odet", "complement": "", "postal_code": "29000"}
    assertRedirects(browser.post(url_of("address"), typed), url_of("appointment"))
    appointment = Appointment.objects.select_related("slot").get()
    assert (appointment.address_street, appointment.slot.day) == ("3 quai de l'Odet", TUESDAY)


def test_a_new_address_elsewhere_asks_for_a_half_day_there_or_keeps_the_old_one(login):
    enrollment = make_booked_enrollment()
    browser = login(enrollment.account)
    typed = {"street": "1 rue Nationale", "complement": "", "postal_code": "35000"}
    assertRedirects(browser.post(url_of("address"), typed), PAGE)
    assertContains(browser.get(PAGE), "Il reste prévu tant que")
    assertRedirects(browser.post(PAGE, {"stay": "1"}), url_of("appointment"))
    enrollment.refresh_from_db()
    assert enrollment.address_commune == "29232"
    browser.post(url_of("address"), typed)
    assertRedirects(browser.post(PAGE, {"slot": MORNING}), url_of("appointment"))
    assert Appointment.objects.select_related("slot").get().slot.commune_code == "35238"
