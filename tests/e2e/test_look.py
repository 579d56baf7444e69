"""The look in a real browser: every page of the footer and all parts on one page, in both modes and from 320 px on."""

import json
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e.layout import FAULTS

LOOK = "/sandbox/look/"
ADDRESSES = (
    "/",
    "/aide/",
    "/mentions-legales/",
    "/conditions-generales/",
    "/conditions-generales-compte/",
    "/conditions-generales-ar24/",
    "/contact/",
    "/donnees-personnelles/",
    "/cookies/",
    "/accessibilite/",
    "/entreprises/",
    "/sans-smartphone/",
    "/pays-eligibles/",
    "/a-propos/",
    "/nulle-part/",
    LOOK,
    f"{LOOK}?errors=1",
    f"{LOOK}?frame=ar24",
)
WIDTHS = (320, 360, 1440)
SMALL_TARGETS = """() => [...document.querySelectorAll('main :is(.button, .control, .card, summary), .site-nav a')]
    .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 44)
    .map((element) => element.outerHTML)"""


@pytest.fixture
def page(chromium: Browser, base_url: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=base_url, viewport={"width": 1280, "height": 900}, locale="fr-FR")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_clean_for_axe_and_never_wider_than_the_screen(page, address, scheme):
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None)
    page.emulate_media(color_scheme=scheme)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        assert page.evaluate(FAULTS) == [], width
        assert page.evaluate(SMALL_TARGETS) == [], width
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == [], width
    assert complaints == []


@pytest.mark.parametrize("address", [LOOK, "/donnees-personnelles/"])
def test_paper_is_white_even_from_a_dark_screen(page, address):
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(address)
    colours = page.evaluate(
        "['html', 'h1', 'main p'].map((name) => getComputedStyle(document.querySelector(name)).color)"
    )
    assert max(int(part) for colour in colours for part in re.findall(r"\d+", colour)) < 0x90
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    expect(page.get_by_role("navigation", name="Pied de page")).to_be_hidden()


def test_a_first_visit_weighs_at_most_60_kb_and_asks_no_other_host(page, base_url):
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.update({answer.url: answer.request.sizes()["responseBodySize"]}))
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert all(url.startswith(base_url) for url in sizes)
    assert 0 < sum(sizes.values()) <= 60_000
    assert 0 < sum(size for url, size in sizes.items() if ".js" in url) <= 15_000


def test_the_keyboard_reaches_the_content_in_one_step(page):
    page.goto("/aide/")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Aller au contenu")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_error_summary_has_the_focus_and_leads_to_the_field(page):
    page.goto(f"{LOOK}?errors=1")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name=re.compile("^Adresse e-mail")).click()
    expect(page.get_by_label("Adresse e-mail")).to_be_focused()
    expect(page.get_by_label("Adresse e-mail")).to_have_accessible_description(re.compile("Erreur"))


@pytest.mark.parametrize("pasted", ["123-456", "123 456", "Votre code : 123456", "1234567"])
def test_a_pasted_code_is_reduced_to_its_digits(page, pasted):
    page.goto(LOOK)
    field = page.get_by_label("Code de vérification")
    field.evaluate("(input, text) => { input.value = text; input.dispatchEvent(new Event('input')) }", pasted)
    expect(field).to_have_value("123456")


def test_the_rules_of_a_password_are_ticked_off_while_typing(page):
    page.goto(LOOK)
    rules = page.locator("#password-rules")
    page.get_by_label("Mot de passe").press_sequentially("abc1")
    expect(rules.locator(".met")).to_have_count(2)
    page.get_by_label("Mot de passe").press_sequentially("DEFG")
    expect(rules.locator(".met")).to_have_count(4)


def test_a_password_can_be_shown_and_hidden(page):
    page.goto(LOOK)
    field = page.locator("#id_password")
    button = page.get_by_role("button", name="Afficher le mot de passe")
    button.click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Masquer le mot de passe").click()
    expect(field).to_have_attribute("type", "password")


def test_a_countdown_is_seen_every_second_and_said_every_thirty(page):
    page.clock.install()
    page.goto(LOOK)
    countdown = page.locator(".countdown").first
    resend = page.get_by_role("button", name="Renvoyer le code")
    expect(resend).to_be_disabled()
    page.clock.run_for(10_000)
    expect(countdown).to_contain_text("00:4")
    expect(countdown.get_by_role("status")).to_be_empty()
    page.clock.run_for(25_000)
    expect(countdown.get_by_role("status")).to_contain_text("Veuillez patienter")
    page.clock.run_for(25_000)
    expect(countdown).to_contain_text("Vous pouvez demander un nouveau code.")
    expect(resend).to_be_enabled()


def test_a_commune_is_found_with_the_keyboard_alone(page):
    page.goto(LOOK)
    field = page.get_by_role("combobox", name="Commune de naissance")
    field.press_sequentially("par")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(2)
    field.press("ArrowDown")
    field.press("ArrowDown")
    expect(page.get_by_role("listbox").get_by_role("option", selected=True)).to_have_text("Paris-l’Hôpital (71)")
    field.press("Enter")
    expect(field).to_have_value("Paris-l’Hôpital (71)")
    expect(page.locator("#id_commune_code")).to_have_value("71343")
    field.press_sequentially("x")
    expect(page.locator("#id_commune_code")).to_have_value("")


def test_without_javascript_the_search_has_its_button(chromium, base_url):
    context = chromium.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    page.goto(LOOK)
    expect(page.get_by_role("button", name="Rechercher")).to_be_visible()
    expect(page.get_by_role("button", name="Renvoyer le code")).to_be_enabled()
    expect(page.locator(".countdown").first).to_contain_text(re.compile(r"Nouvel envoi possible\s+(à|demain à) \d"))
    context.close()


def test_a_waiting_part_follows_its_address_until_the_state_changes(page):
    page.goto(LOOK)
    waiting = page.locator("[data-poll]")
    expect(waiting).to_contain_text("Vérification de la photo…", timeout=6000)
    with page.expect_navigation(timeout=8000):
        page.route("**/*state*", lambda route: route.fulfill(json={"state": "done"}))


def test_a_form_is_sent_once_however_often_it_is_clicked(page):
    page.goto(LOOK)
    button = page.get_by_role("button", name="Continuer", exact=True)
    # Nothing is really sent: the page stays, so that the second click meets it.
    stopped = button.evaluate(
        """(button) => {
            const stopped = [];
            document.addEventListener("submit", (event) => {
                stopped.push(event.defaultPrevented);
                event.preventDefault();
            });
            button.click();
            button.click();
            return stopped;
        }"""
    )
    assert stopped == [False, True]
    expect(button).to_have_attribute("aria-disabled", "true")


def test_an_idle_session_is_announced_and_can_be_kept(page):
    pings: list[str] = []

    def answer(route):
        pings.append(route.request.method)
        route.fulfill(body=json.dumps({"alive": True}), content_type="application/json")

    page.clock.install()
    page.route("**/session/", answer)
    page.goto(f"{LOOK}?idle=1")
    dialog = page.get_by_role("dialog", name="Votre session va expirer")
    expect(dialog).to_be_hidden()
    page.clock.run_for(13 * 60_000)
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("2 min")
    dialog.get_by_role("button", name="Rester connecté").click()
    expect(dialog).to_be_hidden()
    assert pings == ["POST"]


# Width of the text that a control shows, and the room that it has for it.
TEXT_AND_ROOM = """(element) => {
    const style = getComputedStyle(element);
    const pen = document.createElement('canvas').getContext('2d');
    pen.font = style.font;
    const text = element.tagName === 'SELECT' ? element.selectedOptions[0].text : element.value;
    return [pen.measureText(text).width, element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)];
}"""


@pytest.mark.parametrize("query", ["", "?errors=1"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_a_telephone_number_and_its_prefix_are_read_whole(page, width, query):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(LOOK + query)
    number = page.get_by_label("Numéro de mobile")
    number.fill("+262 692 12 34 56")
    for control in (number, page.get_by_label("Indicatif")):
        text, room = control.evaluate(TEXT_AND_ROOM)
        assert 0 < text <= room
