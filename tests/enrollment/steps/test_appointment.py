import pytest
from django.urls import reverse
from icalendar import Calendar
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from enrollment.models import EnrollmentState
from enrollment.services import appointment as bookings
from tests.enrollment.factories import EnrollmentFactory, make_booked_enrollment, make_proving_enrollment
from tests.enrollment.helpers import last_code, sent_to, stands_at, url_of
from tests.verification.face_to_face.factories import OfficeFactory
from tests.verification.face_to_face.helpers import MONDAY
from verification.face_to_face import appointments
from verification.face_to_face.models import Appointment, AppointmentState
from verification.models import VerificationState

pytestmark = pytest.mark.django_db
PAGE = url_of("appointment")
SHEET, CALENDAR, CANCEL = (reverse(f"enrollment:appointment-{name}") for name in ("sheet", "calendar", "cancel"))


@pytest.fixture(autouse=True)
def _monday(clock):
    clock.stop(MONDAY)


@pytest.fixture
def enrollment():
    return make_booked_enrollment()


@pytest.fixture
def browser(login, enrollment):
    return login(enrollment.account)


def test_the_page_says_where_when_and_what_to_bring(browser, enrollment):
    page = browser.get(PAGE)
    for text in (
        "Mardi 24 novembre 2026, matin", "entre 8\u00a0h et 13\u00a0h", "12 rue des Lilas<br>Bâtiment B<br>29000 Quimper",
        "jusqu’au mardi 8 décembre 2026 inclus", str(Appointment.objects.get()), "Votre carte d’identité, en original",
        "code de vérification du rendez-vous", "Choix du rendez-vous", "Changer de date",
    ):  # fmt: skip
        assertContains(page, text)
    assertNotContains(page, "Scan de la pièce")
    code = last_code(enrollment.mobile)
    assertNotContains(page, f"{code[:3]}-{code[3:]}")
    assertRedirects(browser.get(reverse("enrollment:resume")), PAGE)


def test_of_an_office_it_shows_the_hours_and_that_any_will_do(login):
    enrollment = EnrollmentFactory(at_office=True)
    bookings.book(enrollment, office=OfficeFactory(name="Rennes Palais", hours={0: "09:00-12:00 14:00-17:00"}))
    page = login(enrollment.account).get(PAGE)
    assertContains(page, "Rennes Palais")
    assertContains(page, "Ouvert jusqu’à 12\u00a0h")
    assertContains(page, "Tout autre bureau participant convient aussi.")
    assertContains(page, "Changer de bureau")


def test_a_new_code_leaves_on_request_and_not_at_once(browser, enrollment, clock):
    first = last_code(enrollment.mobile)
    browser.post(PAGE, {"resend": "1"})
    assert sent_to(enrollment.mobile) == ["appointment_code_sent"]
    clock.pass_(seconds=61)
    assertContains(browser.post(PAGE, {"resend": "1"}, follow=True), "Un nouveau code vient d’être envoyé")
    assert sent_to(enrollment.mobile) == ["appointment_code_sent"] * 2
    assert last_code(enrollment.mobile) != first


def test_the_calendar_file_opens_in_a_calendar(browser):
    answer = browser.get(CALENDAR)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert event["DTSTART"].dt.isoformat() == "2026-11-24T08:00:00+01:00"
    assert "12 rue des Lilas" in event["LOCATION"]


def test_the_sheet_has_no_menu_and_no_code(browser, enrollment):
    page = browser.get(SHEET)
    assertContains(page, "Maëlys Gaëlle Marie Martin")
    assertContains(page, "Mardi 24 novembre 2026, matin")
    assertNotContains(page, "<nav")
    code = last_code(enrollment.mobile)
    assertNotContains(page, f"{code[:3]}-{code[3:]}")


def test_cancelling_is_asked_once_more_and_leads_back_to_the_mode(browser, enrollment):
    assertContains(browser.get(CANCEL), "Le facteur ne passera pas le mardi 24 novembre 2026, matin.")
    assert Appointment.objects.get().state == AppointmentState.BOOKED
    page = browser.post(CANCEL, follow=True)
    assertRedirects(page, url_of("mode"))
    assertContains(page, "Votre rendez-vous est annulé")
    assert Appointment.objects.get().state == AppointmentState.CANCELLED
    enrollment.refresh_from_db()
    assert (enrollment.verification, enrollment.address_street) == (None, "12 rue des Lilas")
    assertRedirects(browser.post(url_of("mode"), {"mode": "face_to_face"}), url_of("slot"))
    assertRedirects(browser.post(url_of("mode"), {"mode": "online"}), url_of("ar24-terms"))


def test_a_missed_appointment_says_so_and_offers_another_date(browser, enrollment):
    appointments.miss(Appointment.objects.get(), label="test")
    page = browser.get(PAGE)
    assertContains(page, "Votre rendez-vous n’a pas eu lieu")
    assertContains(page, "Choisir une autre date")
    assertContains(browser.get(url_of("slot")), "Il était prévu le mardi 24 novembre 2026")
    assertRedirects(browser.post(url_of("slot"), {"slot": "2026-11-26 afternoon"}), PAGE)
    assert Appointment.objects.get().state == AppointmentState.BOOKED


def test_once_the_meeting_took_place_nothing_can_be_changed(browser, enrollment):
    verification = enrollment.verification
    type(verification).objects.filter(pk=verification.pk).update(state=VerificationState.SUBMITTED)
    type(enrollment).objects.filter(pk=enrollment.pk).update(state=EnrollmentState.UNDER_REVIEW)
    for address in (PAGE, SHEET, CALENDAR, CANCEL, *map(url_of, ("address", "place", "slot"))):
        assertRedirects(browser.get(address), url_of("status"), fetch_redirect_response=False)
    browser.post(CANCEL)
    browser.post(PAGE, {"resend": "1"})
    assert Appointment.objects.get().state == AppointmentState.BOOKED
    assert sent_to(enrollment.mobile) == ["appointment_code_sent"]


@pytest.mark.parametrize("make", [lambda: EnrollmentFactory(at_home=True), make_proving_enrollment])
@pytest.mark.parametrize("address", [PAGE, SHEET, CALENDAR, CANCEL])
def test_without_an_appointment_there_is_no_page_of_one(login, make, address):
    enrollment = make()
    browser = login(enrollment.account)
    for answer in (browser.get(address), browser.post(address)):
        assert answer.status_code in (302, 405)
        if answer.status_code == 302:
            assert answer.url == url_of(stands_at(enrollment))


@pytest.mark.parametrize("address", [PAGE, SHEET, CALENDAR, CANCEL])
def test_a_stranger_sees_nobodys_appointment(client, login, enrollment, address):
    assertRedirects(client.get(address), f"{reverse('login')}?next={address}")
    other = login(EnrollmentFactory(at_home=True).account)
    assertRedirects(other.get(address), url_of("slot"))
