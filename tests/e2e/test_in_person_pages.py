"""The citizen's pages of a proof in person, in a browser: on a phone with and without scripts, on a desk. Every page is looked at."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.e2e.in_person import ADDRESS, InPerson
from tests.e2e.pages import PAGE_MS, Look
from tests.e2e.test_without_javascript import NARROW, PlainLook

WIDE = {"viewport": {"width": 1280, "height": 900}, "locale": "fr-FR"}
PHONE_DARK = NARROW | {"color_scheme": "dark"}


class Pages:
    """One citizen's browser, from the choice of the mode on."""

    def __init__(self, context: BrowserContext, look: Look) -> None:
        self.page, self.look, self.context = look.page, look, context
        self.page.set_default_timeout(PAGE_MS)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def choose_face_to_face(self) -> None:
        self.page.goto("/dossier/")
        self.look.at("Choisissez le mode de vérification")
        self.page.locator("input[name=mode][value=face_to_face]").check()
        self.press("Continuer")

    def give_address(self) -> None:
        self.look.at("Indiquez votre adresse postale")
        self.press("Valider")
        self.look.examine("Adresse oubliée")
        self.page.get_by_label("Numéro et rue").fill(ADDRESS["street"])
        self.page.get_by_label("Code postal").fill(ADDRESS["postal_code"])
        self.press("Valider")

    def choose_place(self, place: str) -> None:
        self.look.at("Choisissez le lieu de la vérification")
        self.page.locator(f"input[name=place][value={place}]").check()
        self.press("Continuer")

    def choose_office(self) -> None:
        self.look.at("Choisissez un bureau")
        self.page.locator("input[name=office]").first.check()
        self.press("Choisir ce bureau")
        self.look.at("Allez dans un bureau de poste")

    def choose_half_day(self) -> None:
        self.look.at("Choisissez le passage du facteur")
        self.page.locator("input[name=slot]").first.check()
        self.press("Réserver")
        self.look.at("Votre rendez-vous est confirmé")

    def print_sheet(self) -> None:
        self.page.get_by_role("link", name="Fiche à imprimer").click()
        self.look.examine("Fiche à imprimer")
        self.page.go_back()

    def change_to_an_office(self) -> None:
        self.page.get_by_role("link", name="Changer de lieu", exact=True).click()
        self.choose_place("office")
        self.choose_office()

    def cancel(self) -> None:
        self.page.get_by_role("link", name="Annuler, ou passer en ligne").click()
        self.look.at("Annuler le rendez-vous")
        self.press("Annuler le rendez-vous")
        self.look.at("Choisissez le mode de vérification")

    def choose_online(self) -> None:
        self.page.locator("input[name=mode][value=online]").check()
        self.press("Continuer")
        self.look.at("Conditions générales")


@pytest.fixture
def citizen(base_url: str) -> Iterator[InPerson]:
    """Somebody who has confirmed what she typed."""
    with closing(InPerson(base_url)) as someone:
        someone.enrol_until("mode")
        yield someone


def context_of(chromium: Browser, citizen: InPerson, **options: Any) -> BrowserContext:
    """A browser that is logged in as she is."""
    context = chromium.new_context(base_url=str(citizen.http.base_url), **options)
    context.add_cookies(
        [
            {"name": one.name, "value": str(one.value), "url": str(citizen.http.base_url)}
            for one in citizen.http.cookies.jar
        ]
    )
    return context


@pytest.mark.parametrize("options", [WIDE, PHONE_DARK], ids=["wide", "phone-dark"])
def test_booked_at_home_changed_to_an_office_cancelled_and_online_after_all(
    chromium: Browser, citizen: InPerson, options: dict[str, Any], request: pytest.FixtureRequest
):
    context = context_of(chromium, citizen, **options)
    pages = Pages(context, Look(context.new_page(), f"in-person-{request.node.callspec.id}"))
    pages.choose_face_to_face()
    pages.give_address()
    pages.choose_place("home")
    pages.choose_half_day()
    pages.print_sheet()
    pages.change_to_an_office()
    pages.cancel()
    pages.choose_online()
    assert pages.look.complaints == []
    context.close()


def test_without_scripts_at_a_post_office(chromium: Browser, citizen: InPerson):
    context = context_of(chromium, citizen, java_script_enabled=False, **NARROW)
    reader = chromium.new_context(base_url=str(citizen.http.base_url), **NARROW)
    pages = Pages(context, PlainLook(context.new_page(), "in-person-plain", reader.new_page()))
    pages.choose_face_to_face()
    pages.give_address()
    pages.choose_place("office")
    pages.choose_office()
    expect(pages.page.get_by_role("main")).to_contain_text(citizen.appointment()["reference"])
    assert pages.look.complaints == []
    context.close()
    reader.close()
