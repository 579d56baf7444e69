import pytest
from pytest_django.asserts import assertContains, assertRedirects

from tests.enrollment.factories import standing_at
from tests.enrollment.helpers import DETAILS, page_after, url_of
from verification.checks.kinds import DocumentKind

pytestmark = pytest.mark.django_db
PAGE = url_of("document")


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_each_document_is_a_card_and_opens_its_details(login, kind):
    enrollment = standing_at("document")
    browser = login(enrollment.account)
    assertContains(browser.get(PAGE), f'value="{kind}"')
    assertRedirects(browser.post(PAGE, {"document_kind": kind}), page_after("document"))
    enrollment.refresh_from_db()
    assert enrollment.document_kind == kind


@pytest.mark.parametrize("answer", [{}, {"document_kind": "driving"}])
def test_nothing_else_is_a_document(login, answer):
    enrollment = standing_at("document")
    assertContains(login(enrollment.account).post(PAGE, answer), "Choisissez une pièce d’identité.")


def test_details_typed_for_the_document_chosen_before_are_not_taken_for_the_new_one(login):
    enrollment = standing_at("details")
    stale, current = login(enrollment.account), login(enrollment.account)
    current.post(PAGE, {"document_kind": "passport"})
    page = stale.post(url_of("details"), DETAILS | {"document_number": "12AA34567"})
    assertContains(page, "Vous avez choisi une autre pièce entre-temps.")
    enrollment.refresh_from_db()
    assert enrollment.document_number == ""
    again = DETAILS | {"kind": page.context["enrollment"].document_kind, "document_number": "12AA34567"}
    assertRedirects(stale.post(url_of("details"), again), page_after("details"))
