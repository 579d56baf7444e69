from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.enrollment.factories import EXPIRED, EnrollmentFactory, make_proving_enrollment
from tests.enrollment.helpers import page_after, stands_at, url_of
from verification.models import Mode

pytestmark = pytest.mark.django_db
PAGE = url_of("mode")


@pytest.mark.parametrize(("mode", "opened"), [("online", "ar24-terms"), ("face_to_face", "address")])
def test_both_ways_are_offered_and_neither_is_chosen_beforehand(login, mode, opened):
    enrollment = EnrollmentFactory(confirmed=True)
    browser = login(enrollment.account)
    page = browser.get(PAGE)
    assertContains(page, "En ligne")
    assertContains(page, "En face à face")
    assertContains(page, "aucune machine ne compare votre visage")
    assertNotContains(page, "checked")
    assertRedirects(browser.post(PAGE, {"mode": mode}), url_of(opened))


@pytest.mark.parametrize("answer", [{}, {"mode": "x"}])
def test_no_other_mode_is_taken(login, answer):
    enrollment = EnrollmentFactory(confirmed=True)
    assert login(enrollment.account).post(PAGE, answer).status_code == 200
    assert stands_at(enrollment) == "mode"


def test_the_mode_can_be_changed_until_one_has_begun(login):
    enrollment = EnrollmentFactory(with_mode=True)
    browser = login(enrollment.account)
    assertContains(browser.get(url_of("ar24-terms")), "Changer de mode de vérification")
    assertRedirects(browser.post(PAGE, {"mode": "face_to_face"}), url_of("address"))
    assertContains(browser.get(url_of("address")), "Changer de mode de vérification")
    assertRedirects(browser.post(PAGE, {"mode": "online"}), page_after("mode"))
    begun = make_proving_enrollment()
    for method in ("get", "post"):
        assertRedirects(getattr(login(begun.account), method)(PAGE), url_of("letter-sent"))


def test_an_address_outlives_a_change_of_mode(login):
    enrollment = EnrollmentFactory(with_address=True)
    browser = login(enrollment.account)
    browser.post(PAGE, {"mode": "online"})
    assertRedirects(browser.post(PAGE, {"mode": "face_to_face"}), url_of("place"))


def test_an_expired_document_closes_the_online_way_and_the_page_says_why(login):
    enrollment = EnrollmentFactory(confirmed=True, **EXPIRED)
    browser = login(enrollment.account)
    page = browser.get(PAGE)
    assertContains(page, "votre pièce était valable jusqu’au 1er septembre 2025", count=1)
    assert page.context["form"]["mode"].value() == Mode.FACE_TO_FACE
    assertContains(browser.post(PAGE, {"mode": "online"}), "une pièce périmée ne se vérifie")
    assert stands_at(enrollment) == "mode"
    assertRedirects(browser.post(PAGE, {"mode": "face_to_face"}), url_of("address"))


def test_a_document_that_expires_before_the_letter_left_opens_the_page_again():
    yesterday = timezone.localdate() - timedelta(days=1)
    assert stands_at(EnrollmentFactory(with_mode=True, expiry_date=yesterday)) == "mode"
    assert stands_at(make_proving_enrollment(expiry_date=yesterday)) == "letter-sent"
