"""The agents' pages in a real browser: never wider than the screen, clean for axe, in French words."""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.citizen import Citizen
from tests.e2e.pages import OVERFLOW
from tests.e2e.sandbox_client import AGENT

WIDTHS = (320, 360, 1280)
# What the database keeps and agents do not read: names of outcomes, of kinds, of states, of events.
CODES = re.compile(r"\b(refer|fail|front|submitted|under_review|case_opened|capture_\w+|letter_\w+|99100|FRA)\b")


@pytest.fixture
def desk(chromium: Browser, base_url: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=base_url, locale="fr-FR")
    page = context.new_page()
    page.goto("/gestion/")
    page.locator("#id_username").fill(AGENT[0])
    page.locator("#id_password").fill(AGENT[1])
    page.get_by_role("button").last.click()
    page.wait_for_url("**/gestion/")
    yield page
    context.close()


def submitted(base_url: str) -> dict[str, Any]:
    """The case of somebody new, as the sandbox tells it."""
    with closing(Citizen(base_url)) as citizen:
        citizen.enrol_until("letter-sent")
        citizen.open_letter()
        citizen.identify_until("tracking")
        case: dict[str, Any] = citizen.state()["case"]
        return case


def test_no_page_of_a_case_is_wider_than_the_screen_or_speaks_in_codes(desk, base_url):
    case = submitted(base_url)
    address = case["page"]
    pages = ("/gestion/verification/case/", address, *(address.replace("change", to) for to in ("approve", "refuse")))
    for width in WIDTHS:
        desk.set_viewport_size({"width": width, "height": 900})
        for page in pages:
            desk.goto(page)
            assert case["reference"] in desk.locator("#container").inner_text()
            assert desk.evaluate(OVERFLOW) == 0, (page, width)
            assert CODES.findall(desk.locator("#content").inner_text()) == [], page
    found = Axe().run(desk, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
