"""The postal agent on a phone, and the citizen beside her: what one does the other sees. Every page is looked at."""

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests.e2e.in_person import InPerson
from tests.e2e.pages import PAGE_MS, Look

AGENT = ("guichet@demo.example", "Demo-Identite-2026")
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "locale": "fr-FR"}


class Counter:
    """The agent's phone."""

    def __init__(self, chromium: Browser, citizen: InPerson, name: str, scheme: str = "light") -> None:
        self.context = chromium.new_context(base_url=str(citizen.http.base_url), color_scheme=scheme, **PHONE)
        self.citizen = citizen
        self.page = self.context.new_page()
        self.page.set_default_timeout(PAGE_MS)
        self.look = Look(self.page, name)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def log_in(self) -> None:
        self.page.goto("/guichet/")
        self.look.at("Connexion des agents postaux")
        self.page.get_by_label("Adresse e-mail").fill(AGENT[0])
        self.page.get_by_label("Mot de passe", exact=True).fill(AGENT[1])
        self.press("Se connecter")
        self.look.at("Aujourd’hui")

    def find_by_reference(self) -> None:
        self.page.goto("/guichet/recherche/")
        self.look.at("Rechercher un rendez-vous")
        reference = self.citizen.appointment()["reference"]
        self.page.get_by_label("Référence du rendez-vous").fill(reference)
        self.press("Rechercher")
        self.begin()

    def begin(self) -> None:
        self.look.at(f"Rendez-vous {self.citizen.appointment()['reference']}")
        self.press("Commencer l’entretien")

    def find_by_person(self) -> None:
        self.page.goto("/guichet/recherche/")
        self.page.get_by_text("La personne n’a plus le message").click()
        typed = self.citizen.typed
        self.page.get_by_label("Nom de naissance").fill(typed["birth_name"])
        year, month, day = typed["birth_date"].split("-")
        for name, part in (("birth_day", day), ("birth_month", month), ("birth_year", year)):
            self.page.locator(f"[name={name}]").fill(part)
        self.page.get_by_label("Numéro de la pièce d’identité présentée").fill(typed["document_number"])
        self.look.examine("Rechercher un rendez-vous, par la personne")
        self.press("Rechercher et commencer l’entretien")

    def type_code(self, code: str) -> None:
        self.page.locator("[name=code]").fill(code)
        self.press("Valider")

    def read_identity(self) -> None:
        self.look.at("Relisez l’identité avec la personne")
        expect(self.page.get_by_role("main")).to_contain_text(self.citizen.typed["birth_name"])
        self.press("La personne confirme")

    def type_document(self) -> None:
        self.look.at("Saisissez la pièce présentée")
        typed = self.citizen.typed
        self.page.locator(f"[name=kind][value={typed['document_kind']}]").check()
        self.page.get_by_label("Numéro de la pièce").fill(typed["document_number"])
        year, month, day = typed["expiry_date"].split("-")
        for name, part in (("expiry_day", day), ("expiry_month", month), ("expiry_year", year)):
            self.page.locator(f"[name={name}]").fill(part)
        self.press("Valider et comparer")

    def compare(self) -> None:
        self.look.at("Comparez")
        expect(self.page.get_by_text("Tout correspond.")).to_be_visible()
        self.press("Continuer")

    def answer_checklist(self) -> None:
        self.page.wait_for_url("**/checklist/")
        self.look.examine("Contrôlez la pièce")
        for yes in self.page.locator("input[type=radio][value=yes]").all():
            yes.check()
        self.press("Continuer")

    def take_photo(self) -> None:
        """Of the one side of a passport."""
        self.look.at("Photographiez la pièce")
        photo = FilePayload(name="photo.jpg", mimeType="image/jpeg", buffer=self.citizen.photo("front"))
        self.page.locator("#camera-front").set_input_files(photo)
        self.press("Envoyer cette photo")
        go_on = self.page.get_by_role("button", name="Continuer", exact=True)
        expect(go_on).to_be_visible()
        self.look.at("Photographiez la pièce")
        go_on.click()

    def decide(self, decision: str, *reasons: str) -> None:
        self.look.at("Décidez")
        self.page.get_by_role("radio", name=decision).check()
        for reason in reasons:
            self.page.get_by_label(reason, exact=True).check()
        self.page.get_by_label("Votre mot de passe").fill(AGENT[1])
        self.press("Confirmer ma décision")


@pytest.fixture
def citizen(base_url: str) -> Iterator[InPerson]:
    """Somebody new."""
    with closing(InPerson(base_url)) as someone:
        yield someone


def test_at_the_door_a_wrong_code_then_the_right_one_and_the_identity_is_proven(chromium: Browser, citizen: InPerson):
    citizen.book("home")
    code = citizen.sandbox.code(citizen.who.mobile, "appointment_code_sent")
    citizen.wait_for_the_postman()
    counter = Counter(chromium, citizen, "counter-home")
    counter.log_in()
    counter.page.get_by_role("link", name=citizen.appointment()["reference"]).click()
    counter.begin()
    counter.type_code(f"{(int(code) + 1) % 1_000_000:06d}")
    expect(counter.page.get_by_text("Il vous reste 4 essais").last).to_be_visible()
    counter.look.examine("Un code faux")
    counter.type_code(code)
    counter.read_identity()
    counter.type_document()
    counter.compare()
    counter.answer_checklist()
    counter.take_photo()
    counter.decide("J’accepte l’identité")
    counter.look.at("Identité acceptée")
    citizen.wait_for("the photo is checked", lambda: citizen.state()["verification"]["state"] != "open")
    if citizen.state()["verification"]["state"] == "submitted":
        citizen.decide("approve")
    citizen.activate()
    assert citizen.state()["enrollment"]["state"] == "activated"
    assert counter.look.complaints == []
    counter.context.close()


def test_at_an_office_the_message_is_lost_and_the_document_is_refused_with_its_reason(chromium, citizen):
    citizen.book("office")
    counter = Counter(chromium, citizen, "counter-lost", "dark")
    counter.log_in()
    counter.find_by_person()
    counter.read_identity()
    counter.type_document()
    counter.compare()
    counter.page.wait_for_url(re.compile("/checklist/$"))
    counter.page.get_by_role("link", name="Refuser, ou personne absente").click()
    counter.decide("Je refuse l’identité", "Pièce abîmée ou illisible")
    counter.look.at("Identité refusée")
    assert "trop abîmée" in citizen.open("/dossier/").text
    assert counter.look.complaints == []
    counter.context.close()
