"""The whole online way on a narrow phone whose browser runs no scripts: captures as files, the commune by the search form."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.e2e.citizen import Citizen
from tests.e2e.pages import Desk, Funnel, Look, asked_of_a_file, run_axe
from tests.e2e.sandbox_client import CHECK_SECONDS, Person, Sandbox

NARROW = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "locale": "fr-FR"}


class PlainLook(Look):
    """axe is a script: it reads what this browser was sent in another one, where that stands as it stood here."""

    def __init__(self, page: Page, name: str, reader: Page) -> None:
        super().__init__(page, name)
        self.reader = reader

    def axe(self) -> list[dict[str, Any]]:
        shown = re.sub(r"<script\b.*?</script>", "", self.page.content(), flags=re.DOTALL)
        shown = re.sub(r"<(/?)noscript\b", r"<\1div", shown)
        self.reader.route(
            self.page.url, lambda route: route.fulfill(body=shown, content_type="text/html; charset=utf-8")
        )
        self.reader.goto(self.page.url)
        self.reader.unroute(self.page.url)
        return run_axe(self.reader)


class PlainFunnel(Funnel):
    """What a page offers instead of its scripts."""

    def pick_commune(self, name: str) -> None:
        """Typed, searched for with the button, picked from the list that comes back with everything else still there."""
        self.page.get_by_label(re.compile("^Commune ou ville de naissance")).fill(name)
        self.page.locator("[data-birth-place]").get_by_role("button", name="Rechercher").click()
        self.look.at("Saisissez les informations de la pièce d’identité")
        found = self.page.get_by_role("group", name="Choisissez dans la liste")
        written = re.escape(name).replace("'", "['’]")  # the list writes L’Haÿ as books do
        found.get_by_role("radio", name=re.compile(f"^{written} ")).first.check()
        expect(self.page.get_by_label("Nom de naissance")).to_have_value(self.citizen.typed["birth_name"])

    def send_photo(self, heading: str, photo: bytes) -> None:
        self.look.at(heading)
        field = self.page.get_by_label("Votre photo")
        field.set_input_files(FilePayload(name="photo.jpg", mimeType="image/jpeg", buffer=photo))
        self.go_on("Ajouter une photo")
        expect(self.page.get_by_role("heading", name="Vérifiez votre photo")).to_be_visible()
        self.look.at(heading)
        with self.page.expect_navigation():
            self.go_on("Confirmer")

    def follow(self) -> None:
        """Read the page that waits for a check again, until it waits no longer."""
        waiting, until = self.page.get_by_text(re.compile("^Contrôle de votre")), time.monotonic() + CHECK_SECONDS
        while waiting.is_visible():
            assert time.monotonic() < until
            expect(self.page.get_by_text("actualisez cette page")).to_be_visible()
            self.page.wait_for_timeout(500)
            with self.page.expect_navigation():  # between two pages nothing is visible
                self.page.get_by_role("link", name="Actualiser", exact=True).click()

    def send_photos(self) -> None:
        self.send_photo("Face avant", self.sandbox.file(self.citizen.photos["front"]))
        self.go_on_once_accepted("Face arrière")
        self.send_photo("Face arrière", self.sandbox.file(self.citizen.photos["back"]))
        self.go_on_once_accepted("Votre pièce d’identité est conforme")

    def go_on_once_accepted(self, heading: str) -> None:
        self.follow()
        accepted = self.page.get_by_text("Cette photo est acceptée.")
        ahead = self.page.get_by_role("heading", level=1, name=re.compile("^" + heading))
        expect(accepted.or_(ahead)).to_be_visible()
        if accepted.is_visible():
            self.page.get_by_role("link", name="Continuer", exact=True).click()

    def send_video_file(self) -> None:
        """Digits and gesture on request; the video as a file, looked at, sent."""
        self.look.at("Confirmez votre identité en vidéo")
        self.page.get_by_role("button", name=re.compile("^Je n’ai pas de caméra")).click()
        self.look.at("Vérification vidéo")
        video = self.sandbox.video(self.citizen, **asked_of_a_file(self.page))
        field = self.page.get_by_label("Votre vidéo", exact=True)
        field.set_input_files(FilePayload(name="video.mp4", mimeType="video/mp4", buffer=video))
        self.go_on("Ajouter la vidéo")
        expect(self.page.get_by_role("heading", name="Regardez votre vidéo")).to_be_visible()
        self.look.at("Vérification vidéo")
        self.go_on("Envoyer cette vidéo")

    def expect_under_review(self) -> None:
        self.follow()
        onward = self.page.get_by_role("link", name="Continuer", exact=True)
        tracking = self.page.get_by_role("heading", level=1, name="Identification en cours de traitement")
        expect(onward.or_(tracking)).to_be_visible()
        if onward.is_visible():
            onward.click()
        self.see_that_an_agent_examines()


@pytest.fixture
def browser(chromium: Browser, base_url: str) -> Iterator[Callable[..., PlainFunnel]]:
    """A narrow browser without scripts for a person of the sandbox; what its pages got wrong is told at the end."""
    funnels: list[PlainFunnel] = []

    def of(sandbox: Sandbox, person: Person, name: str) -> PlainFunnel:
        like = {"base_url": base_url, "extra_http_headers": {"X-Test-Run": sandbox.run}, **NARROW}
        plain = chromium.new_context(java_script_enabled=False, **like)
        reader = chromium.new_context(**like).new_page()
        funnels.append(PlainFunnel(plain, sandbox, person, name))
        funnels[-1].look = PlainLook(funnels[-1].page, name, reader)
        return funnels[-1]

    yield of
    for funnel in funnels:
        assert funnel.look.complaints == []


def decided(chromium: Browser, base_url: str, funnel: PlainFunnel) -> None:
    """An agent accepts, in a browser of her own, with scripts."""
    context = chromium.new_context(base_url=base_url, locale="fr-FR", viewport={"width": 1280, "height": 900})
    desk = Desk(context, f"{funnel.look.name}-agent")
    desk.log_in()
    desk.open_case(funnel.sandbox.state(funnel.citizen.email)["case"]["reference"])
    desk.approve()
    context.close()


def test_from_the_landing_page_to_the_accepted_letter_without_javascript(chromium, browser, base_url):
    with closing(Sandbox(base_url)) as sandbox:
        funnel = browser(sandbox, sandbox.person(), "plain")
        for path, heading in (("validite", "Vérifier la validité"), ("pays-eligibles", "Pays et Outre-mer")):
            funnel.page.goto(f"/{path}/")
            funnel.look.at(heading)
        funnel.enrol()
        funnel.show_document()
        funnel.send_video_file()
        funnel.expect_under_review()
        assert sandbox.findings(funnel.citizen.email, "video")["video.uploaded"] == "refer"
        decided(chromium, base_url, funnel)
        funnel.accept_letter()
        funnel.look.at("Vous avez accusé réception de votre courrier")
        code = sandbox.code(funnel.citizen.mobile, "activation_code")
        assert code not in re.sub(r"\D", "", funnel.page.get_by_role("main").inner_text())  # the telephone alone has it


def test_a_refusal_and_a_new_try_without_javascript(browser, base_url):
    with closing(Citizen(base_url)) as citizen:
        citizen.enrol_until("letter-sent")
        citizen.open_letter()
        citizen.identify_until("tracking")
        funnel = browser(citizen.sandbox, citizen.who, "plain-refused")
        citizen.hand_over(funnel.context)
        citizen.decide("refuse", "face_not_visible")
        funnel.page.goto("/courrier/tracking/")
        funnel.look.at("Votre identification n’a pas été acceptée")
        expect(funnel.page.get_by_role("main")).to_contain_text("Votre visage n’est pas assez visible")
        funnel.page.get_by_role("link", name="Faire un nouvel essai").click()
        funnel.look.at("Votre identification n’a pas été acceptée")
        funnel.go_on("Réessayer avec les mêmes informations")
        funnel.open_letter()
        funnel.choose_means()
        funnel.look.at("Ce que vous allez devoir faire")


def test_a_lapsed_letter_and_a_new_one_without_javascript(browser, base_url):
    with closing(Citizen(base_url)) as citizen:
        citizen.enrol_until("letter-sent")
        link = citizen.letter_link()
        citizen.sandbox.pass_hours(citizen.email, 18 * 24)
        citizen.sandbox.message(citizen.email, "letter_lapsed")
        funnel = browser(citizen.sandbox, citizen.who, "plain-lapsed")
        funnel.look.wanted = 410
        funnel.page.goto(link)
        funnel.look.at("Le courrier n°")
        citizen.login()
        citizen.hand_over(funnel.context)
        funnel.page.goto("/dossier/")
        funnel.look.at("Votre courrier n’a pas été ouvert à temps")
        funnel.go_on("Recevoir une nouvelle lettre")
        funnel.open_letter()
        funnel.look.at("Choisissez un moyen d’identification")
