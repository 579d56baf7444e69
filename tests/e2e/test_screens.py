"""Every citizen's page on three screens, empty and with its errors, for somebody with a very long name: nothing is cut or covered.

Also what only a browser can show: typing that survives a link, the camera's picture beside its button.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.citizen import Citizen
from tests.e2e.layout import FAULTS
from tests.e2e.stack import Launch

WIDTHS = (320, 360, 1280)
SCREENSHOTS = os.environ.get("E2E_SCREENSHOTS")
LONG = {
    "first_names": "Marie-Antoinette Bérengère Anne-Élisabeth Maximilienne",
    "birth_name": "Wolfeschlegelsteinhausenbergerdorff-Montmorency",
}


class Screens:
    """Looks at the page that stands, on each width. faults: by page and width."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: dict[str, list[str]] = {}

    def look(self, name: str) -> None:
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 740})
            self.page.wait_for_timeout(100)  # a transition of colours, a focus that scrolls
            if SCREENSHOTS:
                Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
                self.page.screenshot(path=Path(SCREENSHOTS) / f"{name}-{width}.png", full_page=True)
            if found := self.page.evaluate(FAULTS):
                self.faults[f"{name} at {width} px"] = found

    def visit(self, address: str) -> None:
        """The page as it opens, then with the errors of an empty form where it has a form of its own."""
        answer = self.page.goto(address)
        assert answer is not None, address
        assert answer.status == 200, address
        name = re.sub(r"\W+", "-", address).strip("-") or "landing"
        self.look(name)
        forms = self.page.locator("main form:has(button.primary):has(input:not([type=hidden]), select)")
        if forms.locator("button.primary:visible").count():
            self.page.evaluate(
                """(form) => {
                    for (const field of form.querySelectorAll("input:not([type=hidden])"))
                        if (field.type === "radio" || field.type === "checkbox") field.checked = false;
                        else if (field.type !== "file") field.value = "";
                    for (const field of form.querySelectorAll("[hidden]")) field.hidden = false;
                }""",
                forms.first.element_handle(),
            )
            forms.first.locator("button.primary:visible").last.click()
            self.page.wait_for_load_state()
            self.look(f"{name}-errors")


@pytest.fixture
def page(chromium: Browser, base_url: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=base_url, locale="fr-FR", viewport={"width": 320, "height": 740})
    yield context.new_page()
    context.close()


@pytest.fixture
def citizen(base_url: str) -> Iterator[Citizen]:
    somebody = Citizen(base_url, kind="cnie")
    somebody.typed |= LONG
    yield somebody
    somebody.close()


def going_on(page: Page, citizen: Citizen) -> Page:
    """The real browser, where she stands now."""
    page.context.clear_cookies()
    citizen.hand_over(page.context)
    page.context.set_extra_http_headers({"X-Test-Run": citizen.sandbox.run})
    return page


def test_no_page_of_the_registration_is_cut_or_covered(page, citizen):
    screens = Screens(page)
    screens.visit("/inscription/")
    for address in ("/connexion/", "/connexion/mot-de-passe-oublie/", "/validite/"):
        screens.visit(address)
    citizen.begin()
    going_on(page, citizen)
    for step in ("support", "email", "email-code"):
        screens.visit(f"/inscription/{step}/")
    citizen.open("/inscription/email-code/")
    citizen.fill(code=citizen.sandbox.code(citizen.email, "email_code_sent"))
    screens.visit("/inscription/password/")
    citizen.open("/inscription/password/")
    citizen.fill(password=citizen.who.password)
    screens.visit("/inscription/phone/")
    citizen.open("/inscription/phone/")
    citizen.fill(phone=citizen.who.mobile)
    screens.visit("/inscription/names/")
    assert screens.faults == {}


def test_no_page_of_the_file_is_cut_or_covered(page, citizen):
    screens = Screens(page)
    for step in citizen.acts_of_the_file():
        citizen.enrol_until(step)
        going_on(page, citizen)
        screens.visit(f"/dossier/{step}/")
    assert screens.faults == {}


def test_no_page_of_the_letter_and_the_capture_is_cut_or_covered(page, citizen):
    citizen.enrol_until("letter-sent")
    screens = Screens(going_on(page, citizen))
    screens.visit("/dossier/letter-sent/")
    page.goto(citizen.letter_link())
    screens.look("courrier-ouvrir")
    citizen.open_letter_again()
    for step in ("means", "overview", "document", "front"):
        citizen.identify_until(step)
        going_on(page, citizen)
        screens.visit(f"/courrier/{step}/")
    citizen.confirm_photo("front", citizen.photo("front", "blur"))
    citizen.after_check("front")
    screens.visit("/courrier/front/")
    for step in ("back", "document-ok", "video-intro", "video"):
        citizen.identify_until(step)
        screens.visit(f"/courrier/{step}/")
    for address in ("/courrier/essai/", "/courrier/telephone/"):
        screens.visit(address)
    citizen.identify_until("tracking")
    for address in ("/courrier/tracking/", "/dossier/status/"):
        screens.visit(address)
    assert screens.faults == {}


def test_on_a_narrow_phone_header_and_dates_keep_to_one_line(page, citizen):
    citizen.enrol_until("details")
    going_on(page, citizen)
    for width in (320, 360):
        page.set_viewport_size({"width": width, "height": 568})
        page.goto("/dossier/details/")
        rows = (page.get_by_role("banner").get_by_role("link"), page.locator("[name^=birth_][inputmode]"))
        for row in rows:
            middles = [box["y"] + box["height"] / 2 for box in (one.bounding_box() for one in row.all()) if box]
            assert len(middles) >= 3
            assert max(middles) - min(middles) < 3, (width, middles)


# --- The camera ---

PHONES = ({"width": 320, "height": 568}, {"width": 360, "height": 640})


@pytest.mark.parametrize("size", PHONES, ids=lambda size: f"{size['width']}x{size['height']}")
def test_the_oval_is_seen_whole_with_its_button_and_no_words_lie_over_it(launch: Launch, base_url, citizen, size):
    citizen.enrol_until("letter-sent")
    citizen.open_letter()
    browser = launch("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    context = browser.new_context(base_url=base_url, viewport=size, is_mobile=True, has_touch=True, locale="fr-FR")
    page = going_on(context.new_page(), citizen)
    page.goto("/courrier/essai/")
    page.get_by_role("button", name="Activer la caméra et le microphone").click()
    record = page.get_by_role("button", name="Lancer l’enregistrement")
    oval, prompt = page.locator(".oval"), page.locator("[data-prompt]")
    expect(prompt).to_have_text(re.compile("^Placez votre visage"))
    for part in (record, oval, prompt):
        expect(part).to_be_in_viewport(ratio=1)
    record.click()
    expect(prompt).to_have_text("Regardez la caméra")
    stop = page.get_by_role("button", name="Arrêter")
    for part in (stop, oval, prompt):
        expect(part).to_be_in_viewport(ratio=1)
    above, below = prompt.bounding_box(), oval.bounding_box()
    assert above["y"] + above["height"] <= below["y"]
    stop.click()
    expect(record).to_be_in_viewport(ratio=1)
    browser.close()


def test_the_error_of_a_photo_has_a_french_name_and_leads_to_something_seen(page, citizen):
    citizen.enrol_until("letter-sent")
    citizen.open_letter()
    citizen.identify_until("front")
    going_on(page, citizen)
    page.goto("/courrier/front/")
    page.evaluate("document.querySelector('[data-photo]').submit()")
    link = page.get_by_role("alert").get_by_role("link", name=re.compile("^Votre photo"))
    link.click()
    expect(page.get_by_role("button", name="Choisir un fichier")).to_be_focused()


# --- Nothing typed is lost ---


def test_what_is_typed_survives_a_link_a_reload_and_the_end_of_the_session(page, citizen):
    citizen.enrol_until("details")
    going_on(page, citizen)
    page.goto("/dossier/details/")
    first, born = page.get_by_label("Tous vos prénoms"), page.get_by_label("Nom de naissance")
    first.fill("Zoé Anaïs")
    page.get_by_role("link", name="Besoin d’aide").first.click()  # at once: before any pause
    expect(page).to_have_url(re.compile("/aide/$"))
    page.go_back()
    expect(first).to_have_value("Zoé Anaïs")
    expect(page.get_by_role("status").filter(has_text="Voici ce que vous y aviez saisi")).to_be_visible()
    with page.expect_response(lambda answer: answer.request.method == "POST") as kept:
        born.fill("Lefèvre")
    assert kept.value.status == 204
    page.reload()
    expect(born).to_have_value("Lefèvre")
    citizen.sandbox.pass_hours(citizen.email, 0.5)
    page.get_by_label("Numéro du document").fill("X4RTBPFW4")
    page.locator("form").get_by_role("button", name="Valider", exact=True).click()
    page.get_by_label("Adresse e-mail").fill(citizen.email)
    page.get_by_label("Mot de passe", exact=True).fill(citizen.who.password)
    page.get_by_role("button", name="Se connecter").click()
    expect(page).to_have_url(re.compile("/dossier/details/$"))
    for field, value in ((first, "Zoé Anaïs"), (born, "Lefèvre")):
        expect(field).to_have_value(value)
    expect(page.get_by_label("Numéro du document")).to_have_value("X4RTBPFW4")


def test_without_javascript_the_ways_out_of_the_page_keep_what_was_typed(chromium: Browser, base_url, citizen):
    citizen.enrol_until("details")
    context = chromium.new_context(base_url=base_url, java_script_enabled=False, locale="fr-FR")
    page = going_on(context.new_page(), citizen)
    for way in ("Retour", "Utiliser une autre pièce"):
        page.goto("/dossier/details/")
        page.get_by_label("Tous vos prénoms").fill(f"Zoé {way.split()[0]}")
        page.get_by_role("button", name=way).click()
        expect(page.get_by_role("heading", level=1, name="Sélectionnez votre pièce d’identité")).to_be_visible()
        page.goto("/dossier/details/")
        expect(page.get_by_label("Tous vos prénoms")).to_have_value(f"Zoé {way.split()[0]}")
    context.close()
