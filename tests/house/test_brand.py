"""Another operator sets variables and lays files over ours: no page, mail, SMS or PDF shows the first brand any more."""

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings as project

from identite import brand
from tests.house.walk import Walk, events, everything, forget_prepared

SESAME = {
    "BRAND_NAME": "Sésame",
    "BRAND_SHORT_NAME": "Clé",
    "BRAND_IDENTITY": "clé Sésame",
    "BRAND_ACCOUNT": "Compte Ouvert",
    "BRAND_OPERATOR": "Ville de Rennes",
    "LETTER_PROVIDER": "Maileva",
    "SUPPORT_EMAIL": "aide@sesame.example",
    "DEFAULT_FROM_EMAIL": "Sésame <bonjour@sesame.example>",
    "AR24_FROM_EMAIL": "Maileva <courrier@sesame.example>",
}
# What the first brand leaves behind where a name or a colour is written down twice.
TRACE = re.compile(
    r"Identit[ée] Num[ée]rique|La ?Poste|Docaposte|\bAR24\b|@identite\.example|@ar24\.example", re.UNICODE
)
# Addresses and names of files, classes and fields are the program's, not the brand's.
TECHNICAL = re.compile(r'\b(href|src|class|action|id|name|for|aria-labelledby|data-\w+)="[^"]*"')


def inverted(colour: re.Match[str]) -> str:
    return "#" + "".join(f"{255 - int(colour[1][place : place + 2], 16):02x}" for place in (0, 2, 4))


@pytest.fixture
def sesame(settings, tmp_path):
    """The other brand, its style sheet included."""
    first = set(brand.colours().light.values()) | set(brand.colours().dark.values())
    sheet = (project.BASE_DIR / "static/css/tokens.css").read_text()
    (tmp_path / "css").mkdir()
    (tmp_path / "css/tokens.css").write_text(re.sub(r"#([0-9a-fA-F]{6})\b", inverted, sheet))
    for name, value in SESAME.items():
        setattr(settings, name, value)
    settings.STATICFILES_DIRS = [tmp_path, *project.STATICFILES_DIRS]
    forget_prepared()
    yield first - set(brand.colours().light.values()) - set(brand.colours().dark.values())
    forget_prepared()


@pytest.fixture
def walk(sesame, transactional_db) -> Walk:
    return everything()


def test_another_brand_leaves_no_trace_of_the_first(walk, sesame):
    assert len(walk.seen) > 200
    assert set(events()) <= {what for _kind, what, _content in walk.seen}
    traces, colours = {}, {}
    for _kind, what, content in walk.seen:
        if found := set(TRACE.findall(unescape(TECHNICAL.sub("", content)))):
            traces[what] = found
        if found := {colour for colour in sesame if colour in content}:
            colours[what] = found
    assert traces == {}
    assert colours == {}
    shown = "\n".join(unescape(content) for _kind, _what, content in walk.seen)
    for name, value in SESAME.items():
        assert value in shown, name
    for colour in brand.colours().light["brand"], brand.colours().dark["page"]:
        assert colour in shown


def test_names_that_are_made_of_names_follow_them():
    """DEFAULT_FROM_EMAIL is made of BRAND_NAME, as the process starts with."""
    told = "import tests.settings as s; print(s.DEFAULT_FROM_EMAIL, s.AR24_FROM_EMAIL, s.STATICFILES_DIRS[0])"
    variables = {"BRAND_NAME": "Sésame", "LETTER_PROVIDER": "Maileva", "BRAND_FILES": "/srv/sesame"}
    out = subprocess.run(  # noqa: S603  (our own interpreter)
        [sys.executable, "-c", told],
        env={**variables, "PYTHONUTF8": "1"},
        cwd=project.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert out.startswith("Sésame <")
    assert "Maileva <" in out
    assert out.endswith("/srv/sesame\n")


@pytest.mark.parametrize(
    ("name", "said"),
    [("La Poste", "de La Poste"), ("AR24", "d’AR24"), ("Étoile", "d’Étoile"), ("Maileva", "de Maileva")],
)
def test_a_name_is_told_with_its_preposition(settings, name, said):
    settings.LETTER_PROVIDER = name
    assert brand.branded("%(of_letter_provider)s") == said


def test_the_colours_are_those_of_the_style_sheet():
    sheet = Path(project.BASE_DIR / "static/css/tokens.css").read_text()
    assert f"--brand: {brand.colours().light['brand']};" in sheet
    assert f"--on-action: {brand.colours().dark['on_action']};" in sheet
    assert brand.colours().light["page"] != brand.colours().dark["page"]
    assert brand.rgb("#12295c") == (18, 41, 92)


def test_names_may_hold_what_html_and_mail_headers_read_as_their_own():
    """Texts are no HTML, and the sender's name may have a comma."""
    told = (
        "import django; django.setup(); from django.core.mail import EmailMessage; from django.conf import settings;"
        "from django.template.loader import get_template as find;"
        "mail = EmailMessage('', '', settings.DEFAULT_FROM_EMAIL, ['x@y.example']).message();"
        "from django.template import Context; from identite import brand; words = Context(brand.words(), autoescape=False);"
        "print(mail['From']);"
        "print(find('notifications/account_created/subject.txt').template.render(words));"
        "from django.test import Client; print(Client(SERVER_NAME='localhost').get('/').text)"
    )
    variables = {"BRAND_NAME": "Tom, Zoe & Co <i>", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    sender, subject, *page = subprocess.run(  # noqa: S603  (our own interpreter)
        [sys.executable, "-c", told],
        env={**variables, "PYTHONUTF8": "1"},
        cwd=project.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert sender == '"Tom, Zoe & Co <i>" <ne-pas-repondre@identite.example>'
    assert subject.startswith("Tom, Zoe & Co <i>")
    assert "Tom, Zoe &amp; Co &lt;i&gt;" in "".join(page)
    assert "Co <i>" not in "".join(page)
