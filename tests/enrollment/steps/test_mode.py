import pytest
from pytest_django.asserts import assertContains, assertRedirects

from tests.enrollment.factories import EnrollmentFactory, make_proving_enrollment
from tests.enrollment.helpers import page_after, stands_at, url_of

pytestmark = pytest.mark.django_db
PAGE = url_of("mode")


def test_the_online_way_is_offered_and_the_other_one_honestly_is_not(login):
    enrollment = EnrollmentFactory(confirmed=True)
    browser = login(enrollment.account)
    assertContains(browser.get(PAGE), "n’est pas encore proposée par ce service")
    assertRedirects(browser.post(PAGE, {"mode": "online"}), page_after("mode"))


@pytest.mark.parametrize("answer", [{}, {"mode": "face_to_face"}, {"mode": "x"}])
def test_no_other_mode_is_taken(login, answer):
    enrollment = EnrollmentFactory(confirmed=True)
    assert login(enrollment.account).post(PAGE, answer).status_code == 200
    assert stands_at(enrollment) == "mode"


def test_the_mode_can_be_changed_until_one_has_begun(login):
    enrollment = EnrollmentFactory(with_mode=True)
    browser = login(enrollment.account)
    assertContains(browser.get(url_of("ar24-terms")), "Changer de mode de vérification")
    assert browser.get(PAGE).status_code == 200
    begun = make_proving_enrollment()
    for method in ("get", "post"):
        assertRedirects(getattr(login(begun.account), method)(PAGE), url_of("letter-sent"))
