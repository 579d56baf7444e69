import pytest
from pytest_django.asserts import assertContains, assertRedirects

from tests.enrollment.factories import standing_at
from tests.enrollment.helpers import page_after, stands_at, url_of

pytestmark = pytest.mark.django_db
PAGE = url_of("address")
TYPED = {"street": "12 bis, rue de l’Étang", "complement": "", "postal_code": "29000"}


@pytest.fixture
def enrollment():
    return standing_at("address")


@pytest.fixture
def browser(login, enrollment):
    return login(enrollment.account)


def saved(enrollment):
    enrollment.refresh_from_db()
    return tuple(getattr(enrollment, f"address_{name}") for name in ("street", "complement", "postal_code", "commune"))


@pytest.mark.parametrize(
    ("code", "commune"),
    [
        ("29000", "29232"), ("29 000", "29232"), ("75014", "75114"), ("20000", "2A004"), ("97133", "97701"),
        ("98800", "98818"), ("98600", "98613"),
    ],
)  # fmt: skip
def test_the_postal_code_says_the_commune_overseas_included(browser, enrollment, code, commune):
    assertRedirects(browser.post(PAGE, TYPED | {"postal_code": code}), page_after("address"))
    assert saved(enrollment) == ("12 bis, rue de l'Étang", "", code.replace(" ", ""), commune)


def test_where_a_postal_code_has_several_communes_one_is_chosen(browser, enrollment):
    page = browser.post(PAGE, TYPED | {"postal_code": "49330"})
    assertContains(page, "choisissez la vôtre")
    assertContains(page, "Étriché")
    assertContains(page, "12 bis, rue de l’Étang")
    assert stands_at(enrollment) == "address"
    assertContains(browser.post(PAGE, TYPED | {"postal_code": "49330", "commune": "29232"}), "choisissez la vôtre")
    assertRedirects(browser.post(PAGE, TYPED | {"postal_code": "49330", "commune": "49132"}), page_after("address"))
    assert saved(enrollment)[2:] == ("49330", "49132")


def test_the_commune_of_a_code_that_was_changed_is_asked_anew(browser, enrollment):
    browser.post(PAGE, TYPED | {"postal_code": "49330"})
    assertRedirects(browser.post(PAGE, TYPED | {"commune": "49132"}), page_after("address"))
    assert saved(enrollment)[2:] == ("29000", "29232")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"street": ""}, "street"), ({"street": "12"}, "street"), ({"street": "12 rue <b>"}, "street"),
        ({"street": "12 rue " + "x" * 40}, "street"), ({"complement": "Bât. \u202e"}, "complement"),
        ({"postal_code": ""}, "postal_code"), ({"postal_code": "2900"}, "postal_code"),
        ({"postal_code": "00100"}, "postal_code"), ({"postal_code": "٢٩٠٠٠"}, "postal_code"),
        ({"postal_code": "98000"}, "postal_code"),
    ],
)  # fmt: skip
def test_what_is_no_address_is_said_at_its_field_and_kept(browser, enrollment, typed, field):
    page = browser.post(PAGE, TYPED | typed)
    assert list(page.context["form"].errors) == [field]
    assert stands_at(enrollment) == "address"
    assert browser.get(PAGE).context["form"]["street"].value() == (TYPED | typed)["street"]


def test_an_address_can_be_changed(login):
    enrollment = standing_at("place")
    browser = login(enrollment.account)
    assertContains(browser.get(url_of("place")), "Quimper")
    assertContains(browser.get(PAGE), "12 rue des Lilas")
    browser.post(PAGE, TYPED | {"postal_code": "75014"})
    assertContains(browser.get(url_of("place")), "Paris 14e Arrondissement")
