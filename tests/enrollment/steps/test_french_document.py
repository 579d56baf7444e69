import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.enrollment.factories import standing_at
from tests.enrollment.helpers import page_after, stands_at, url_of

pytestmark = pytest.mark.django_db
PAGE = url_of("french-document")
SENTENCE = "n’est disponible que pour les personnes ayant une pièce d’identité française en cours de validité."


def test_yes_goes_on(login):
    enrollment = standing_at("french-document")
    browser = login(enrollment.account)
    assertNotContains(browser.get(PAGE), SENTENCE)
    assertRedirects(browser.post(PAGE, {"french_document": "yes"}), page_after("french-document"))


def test_no_explains_and_leaves_a_way_back(login):
    enrollment = standing_at("french-document")
    browser = login(enrollment.account)
    assertRedirects(browser.post(PAGE, {"french_document": "no"}), PAGE)
    assertContains(browser.get(PAGE), SENTENCE)
    assertRedirects(browser.post(PAGE, {"french_document": "yes"}), page_after("french-document"))


@pytest.mark.parametrize("answer", [{}, {"french_document": "maybe"}])
def test_no_answer_is_no_answer(login, answer):
    enrollment = standing_at("french-document")
    assertContains(login(enrollment.account).post(PAGE, answer), "Répondez par oui ou par non.")
    assert stands_at(enrollment) == "french-document"
