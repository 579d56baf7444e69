import pytest
from pytest_django.asserts import assertContains, assertRedirects

from enrollment.services import place
from enrollment.services.answers import AnswersFrozen
from tests.enrollment.factories import EnrollmentFactory, make_proving_enrollment, standing_at
from tests.enrollment.helpers import stands_at, url_of

pytestmark = pytest.mark.django_db
PAGE = url_of("place")


def test_a_place_is_chosen_from_two(login):
    enrollment = standing_at("place")
    browser = login(enrollment.account)
    assertContains(browser.get(PAGE), "Sans rendez-vous")
    for answer in ({}, {"place": "x"}):
        assertContains(browser.post(PAGE, answer), "Choisissez un lieu.")
    assert stands_at(enrollment) == "place"


@pytest.mark.parametrize("make", [lambda: EnrollmentFactory(with_mode=True), make_proving_enrollment])
def test_who_proves_online_has_no_meeting(login, make):
    enrollment = make()
    with pytest.raises(AnswersFrozen):
        place.choose_place(enrollment, "home")
    for slug in ("address", "place"):
        assertRedirects(login(enrollment.account).get(url_of(slug)), url_of(stands_at(enrollment)))
