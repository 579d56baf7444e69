import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.enrollment.factories import EnrollmentFactory
from tests.enrollment.helpers import stands_at, url_of

pytestmark = pytest.mark.django_db
PAGE = url_of("french-document")
SENTENCE = "n’est disponible que pour les personnes ayant une pièce d’identité française en cours de validité."


def test_yes_goes_on(login):
    enrollment = EnrollmentFactory(with_mobile=True)
    browser = login(enrollment.account)
    assertNotContains(browser.get(PAGE), SENTENCE)
    assertRedirects(browser.post(PAGE, {"french_document": "yes"}), url_of("document"))


def test_no_explains_and_leaves_a_way_back(login):
    enrollment = EnrollmentFactory(with_mobile=True)
    browser = login(enrollment.account)
    assertRedirects(browser.post(PAGE, {"french_document": "no"}), PAGE)
    assertContains(browser.get(PAGE), SENTENCE)
    assertRedirects(browser.post(PAGE, {"french_document": "yes"}), url_of("document"))


@pytest.mark.parametrize("answer", [{}, {"french_document": "maybe"}])
def test_no_answer_is_no_answer(login, answer):
    enrollment = EnrollmentFactory(with_mobile=True)
    assertContains(login(enrollment.account).post(PAGE, answer), "Répondez par oui ou par non.")
    assert stands_at(enrollment) == "french-document"
