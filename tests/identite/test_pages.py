import gzip
import re
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.test import RequestFactory
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from identite import accessibility, context, errors
from identite.pages import PAGES
from identite.sessions import Session
from tests.enrollment.factories import AccountFactory

FIRST_VISIT_BYTES = 60_000
FIRST_VISIT_SCRIPT_BYTES = 15_000
LABELS_OF_THE_FOOTER = {
    "Besoin d’aide\u00a0?",
    "Mentions légales",
    "Conditions générales d’utilisation",
    "Nous contacter",
    "Charte de protection des données",
    "Politique cookies",
    "Gérer mes cookies",
    "Accessibilité\u00a0: non conforme",
    "Trouver un bureau de poste participant",
    "Vous êtes une entreprise\u00a0?",
}


class Reader(HTMLParser):
    """What the tests ask of a page: its elements in order, the texts of title, headings and links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in ("title", "h1", "a", "style", "script"):
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag):
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data):
        for tag in self._open:
            self.texts[tag][-1] += data

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


@pytest.fixture(params=PAGES, ids=lambda page: page.slug)
def page(request):
    return request.param


@pytest.fixture
def read(client, db):
    def read(page):
        answer = client.get(reverse(f"page:{page.slug}"))
        assert answer.status_code == 200
        return Reader(answer.content.decode())

    return read


def test_every_page_has_its_own_title_and_one_heading(read, page):
    html = read(page)
    assert settings.BRAND_NAME in html.texts["title"][0] or "AR24" in html.texts["title"][0]
    assert len(html.texts["h1"]) == 1
    assert html.texts["h1"][0].strip()


def test_no_two_pages_share_a_title(read):
    titles = [read(page).texts["title"][0] for page in PAGES]
    assert len(set(titles)) == len(titles)


def test_every_link_leads_somewhere(read, page):
    html = read(page)
    places = {attrs["id"] for _, attrs in html.elements if attrs.get("id")}
    for link in html.all("a"):
        target = link["href"]
        assert target
        if target.startswith("mailto:"):
            continue
        address, _, place = target.partition("#")
        if place and not address:
            assert place in places, target
            continue
        try:
            resolve(address)
        except Resolver404:
            pytest.fail(f"{page.slug} links to {address}, which is no page")


def test_the_links_into_other_pages_find_their_place(read):
    pages = {reverse(f"page:{page.slug}"): read(page) for page in PAGES}
    for html in pages.values():
        for link in html.all("a"):
            address, _, place = (link["href"] or "").partition("#")
            if place and address in pages:
                assert place in {attrs.get("id") for _, attrs in pages[address].elements}


def test_the_footer_names_the_pages_a_citizen_looks_for(read, page):
    labels = {label.strip() for label in read(page).texts["a"]}
    assert labels >= LABELS_OF_THE_FOOTER


def test_pages_hold_no_inline_style_or_script(read, page):
    html = read(page)
    assert "style" not in html.texts
    assert all("style" not in attrs for _, attrs in html.elements)
    assert all(not name.startswith("on") for _, attrs in html.elements for name in attrs)
    assert all(script.get("src") for script in html.all("script"))


def test_a_search_engine_is_kept_away(client, read, page):
    assert {"name": "robots", "content": "noindex, nofollow"} in read(page).all("meta")
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


def test_every_static_file_of_a_page_exists_and_comes_from_here(read, page):
    html = read(page)
    addresses = [attrs["src"] for tag in ("script", "img") for attrs in html.all(tag)]
    addresses += [attrs["href"] for attrs in html.all("link")] + [attrs["href"] for attrs in html.all("use")]
    for address in addresses:
        assert address.startswith(f"/{settings.STATIC_URL.strip('/')}/")
        assert finders.find(address.removeprefix("/static/").partition("#")[0])


def test_every_drawing_has_an_alternative_text_or_an_empty_one(read, page):
    assert all("alt" in image for image in read(page).all("img"))


def test_the_icons_that_pages_use_are_drawn(read):
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', Path(finders.find("img/icons.svg")).read_text()))
    used = {attrs["href"].partition("#")[2] for page in PAGES for attrs in read(page).all("use")}
    assert used
    assert used <= drawn


def test_the_first_visit_stays_within_its_budget(client, db):
    """Compressed as whitenoise does it; the page itself too, as a proxy would. Icons of the installed app come later."""
    answer = client.get("/")
    html = Reader(answer.content.decode())
    names = {attrs["src"] for tag in ("script", "img") for attrs in html.all(tag)}
    names |= {attrs["href"].partition("#")[0] for tag in ("link", "use") for attrs in html.all(tag)}
    sizes = {name: len(gzip.compress(Path(finders.find(name.removeprefix("/static/"))).read_bytes())) for name in names}
    assert len(gzip.compress(answer.content)) + sum(sizes.values()) <= FIRST_VISIT_BYTES
    assert 0 < sum(size for name, size in sizes.items() if name.endswith(".js")) <= FIRST_VISIT_SCRIPT_BYTES


def test_the_cookie_page_lists_every_cookie_that_the_code_sets(client, db):
    """Read from the sources: a new cookie without its line on the page is found on arrival."""
    rooms = ("identite", "notifications", "verification", "enrollment", "authenticator")
    set_by_us = set()
    for source in (path for room in rooms for path in (settings.BASE_DIR / room).rglob("*.py")):
        text = source.read_text()
        for name in re.findall(r"cookies\.put\(\s*response, ([\w.]+|\"[^\"]+\")", text):
            value = name if name.startswith('"') else re.search(rf"\b{name} = (?:\w+ = )*(\"[^\"]+\")", text)[1]
            set_by_us.add(value.strip('"'))
    assert {"registration", "courrier"} <= set_by_us
    listed = set(re.findall(r"<code>([\w-]+)</code>", client.get("/cookies/").content.decode()))
    assert listed == set_by_us | {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages"}


def test_the_banner_says_that_this_is_a_reproduction_unless_it_is_switched_off(client, db, settings):
    assert "Ceci est une reproduction" in client.get("/aide/").content.decode()
    settings.SHOW_REPRODUCTION_BANNER = False
    assert "reproduction" not in client.get("/aide/").content.decode().replace("À propos de cette reproduction", "")


def test_another_brand_is_a_setting(client, db, settings):
    settings.BRAND_NAME = "Clé Citoyenne"
    assert "<title>Mentions légales – Clé Citoyenne</title>" in client.get("/mentions-legales/").content.decode()


def test_the_pages_promise_what_the_settings_say(client, db, settings):
    settings.LETTER_LIFETIME_DAYS = 21
    settings.SERVICE_TERMS_VERSION = "2031-05-07"
    terms = client.get("/conditions-generales/").content.decode()
    assert "21&nbsp;jours" in terms
    assert "7 mai 2031" in terms


def test_the_pages_ask_the_database_nothing_of_a_stranger(client, db, django_assert_num_queries, page):
    context.footer()
    with django_assert_num_queries(0):
        client.get(reverse(f"page:{page.slug}"))


@pytest.mark.parametrize("name", ["400.html", "413.html", "500.html", "503.html", "refused.html"])
def test_the_pages_of_a_broken_site_need_neither_database_nor_context(name):
    html = Reader(get_template(name).render({"reason": "x"} if name == "refused.html" else None))
    assert len(html.texts["h1"]) == 1
    assert all(resolve(link["href"]) for link in html.all("a"))
    assert all(finders.find(link["href"].removeprefix("/static/")) for link in html.all("link"))


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "404.html", "429.html"])
def test_every_error_page_says_what_to_do_next(name, db):
    request = RequestFactory().get("/quelque-part/")
    request.user = None
    html = Reader(get_template(name).render({"until": None}, request))
    assert len(html.texts["h1"]) == 1
    assert "button primary" in [attrs.get("class") for attrs in html.all("a")]


def test_an_unknown_address_gets_our_page(client, db):
    answer = client.get("/nulle-part/")
    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.content.decode()


def test_a_limit_names_the_hour_it_ends(rf, db):
    request = rf.get("/")
    request.user = None
    answer = errors.too_many(request, timezone.now() + timedelta(days=40))
    assert answer.status_code == 429
    assert re.search(r"Vous pourrez réessayer\s+<strong>(?:\w+ )?\d+(?:er)? \w+", answer.content.decode())


def test_keeping_a_session_needs_one(client, db):
    assert client.get("/session/").status_code == 405
    assert client.post("/session/").status_code == 401


def test_without_an_audit_the_statement_says_non_conforme(tmp_path):
    facts = tmp_path / "facts.json"
    facts.write_text('{"statement_date": "2026-11-21", "audit": null, "checks": [], "gaps": [], "exempt": []}')
    statement = accessibility.read(facts)
    assert statement.state == "non conforme"
    assert statement.day == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("met", "state"), [(49, "non conforme"), (50, "partiellement conforme"), (100, "totalement conforme")]
)
def test_the_statement_follows_the_audit(tmp_path, met, state):
    facts = tmp_path / "facts.json"
    facts.write_text(
        '{"statement_date": "2026-11-21", "checks": [], "gaps": [], "exempt": [],'
        f' "audit": {{"date": "2026-11-20", "by": "nous", "applicable": 100, "met": {met}}}}}'
    )
    assert accessibility.read(facts).state == state


def test_keeping_a_session_moves_its_end_on(client, db):
    account = AccountFactory()
    client.force_login(account)
    Session.objects.update(expire_date=timezone.now() + timedelta(seconds=90))
    assert client.post("/session/").json() == {"alive": True}
    left = Session.objects.get().expire_date - timezone.now()
    assert left > timedelta(seconds=settings.SESSION_IDLE_SECONDS - 60)


def test_a_page_of_somebody_logged_in_carries_the_warning_and_the_way_out(client, db):
    client.force_login(AccountFactory(first_name="Maëlys"))
    html = Reader(client.get("/aide/").content.decode())
    warning = next(attrs for attrs in html.all("dialog") if attrs["id"] == "idle")
    assert (warning["data-idle"], warning["data-warning"]) == ("900", "150")
    assert {"/session/", "/deconnexion/"} <= {form["action"] for form in html.all("form")}
