import pytest
from pytest_django.asserts import assertContains, assertRedirects

from enrollment.models import EnrollmentState
from identite import journal
from tests.enrollment.factories import EXPIRED, EnrollmentFactory
from tests.enrollment.helpers import DETAILS, page_after, stands_at, url_of

pytestmark = pytest.mark.django_db
PAGE = url_of("confirmation")


@pytest.fixture
def enrollment():
    return EnrollmentFactory(with_details=True, use_name="Durand", birth_date="1990-00-00", nationality="FRA")


def test_everything_is_read_back_with_a_warning(login, enrollment):
    page = login(enrollment.account).get(PAGE)
    for text in (
        "Madame",
        "Maëlys Gaëlle Marie",
        "Martin",
        "Durand",
        "00/00/1990",
        "Française",
        "X4RTBPFW4",
        "11 février 2032",
    ):
        assertContains(page, text)
    assertContains(page, "ces informations ne pourront plus être modifiées")


def test_an_expired_document_is_said_to_lead_face_to_face_before_anything_is_confirmed(login):
    enrollment = EnrollmentFactory(with_details=True, **EXPIRED)
    browser = login(enrollment.account)
    page = browser.get(PAGE)
    assertContains(page, "Votre pièce était valable jusqu’au 1er septembre 2025")
    assertContains(page, "J’ai une autre pièce, encore valable")
    assertRedirects(browser.post(PAGE, {"seen": page.context["seen"]}), url_of("mode"))


def test_confirming_closes_the_answers_and_is_journalled(login, enrollment):
    browser = login(enrollment.account)
    seen = browser.get(PAGE).context["seen"]
    assertRedirects(browser.post(PAGE, {"seen": seen}), page_after("confirmation"))
    enrollment.refresh_from_db()
    assert enrollment.state == EnrollmentState.PROVING
    assert enrollment.confirmed_at is not None
    assert journal.Journal.objects.filter(chain=enrollment.pk, event="confirm").count() == 1


def test_a_second_click_changes_nothing(login, enrollment):
    first, second = login(enrollment.account), login(enrollment.account)
    seen = first.get(PAGE).context["seen"]
    for browser in (first, second):
        assertRedirects(browser.post(PAGE, {"seen": seen}), page_after("confirmation"))
    assert journal.Journal.objects.filter(chain=enrollment.pk, event="confirm").count() == 1


def test_what_another_tab_changed_is_read_again_before_it_is_confirmed(login, enrollment):
    here, there = login(enrollment.account), login(enrollment.account)
    seen = here.get(PAGE).context["seen"]
    there.post(url_of("details"), DETAILS | {"birth_name": "Bernard"})
    page = here.post(PAGE, {"seen": seen})
    assertContains(page, "Ces informations ont changé entre-temps")
    assertContains(page, "Bernard")
    assert stands_at(enrollment) == "confirmation"
    assertRedirects(here.post(PAGE, {"seen": page.context["seen"]}), page_after("confirmation"))


def test_a_tab_that_was_left_open_cannot_change_what_was_confirmed(login, enrollment):
    here, there = login(enrollment.account), login(enrollment.account)
    there.post(PAGE, {"seen": there.get(PAGE).context["seen"]})
    assertRedirects(here.post(url_of("details"), DETAILS | {"birth_name": "Bernard"}), page_after("confirmation"))
    enrollment.refresh_from_db()
    assert enrollment.birth_name == "Martin"
