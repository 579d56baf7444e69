"""What README and docs say is there, and says the same."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import resolve

from enrollment.models import Enrollment
from identite.fields import digest_fields, sealed_fields
from identite.sealing import evidence_columns
from verification.models import Verification

ROOT = settings.BASE_DIR
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
SETTINGS_PAGE = (ROOT / "docs" / "settings.md").read_text()
SETTINGS = (settings.BASE_DIR / "identite" / "settings.py").read_text()
VARIABLES = sorted(set(re.findall(r"\benv(?:\.\w+)?\(\s*\"([A-Z0-9_]+)\"", SETTINGS)))
FOLDERS = (
    "docs",
    "tools",
    "identite",
    "enrollment",
    "verification",
    "notifications",
    "authenticator",
    "sandbox",
    "requirements",
    "templates",
    "static",
)
NUMBER = re.compile(r"env\.(?:int|float)\(\s*\"([A-Z0-9_]+)\",\s*default=([\d_.* ]+),?\s*\)")
ROW = re.compile(r"^\| (`[A-Z0-9_`, ]+`) \| ([\d., ]+) \|", re.MULTILINE)


def rows() -> dict[str, float]:
    """Variable → default, of every row of a table whose second column has one number for each variable."""
    found: dict[str, float] = {}
    for names, numbers in ROW.findall(SETTINGS_PAGE):
        names, numbers = re.findall(r"`(\w+)`", names), numbers.split(", ")
        numbers = numbers * len(names) if len(numbers) == 1 else numbers
        found |= {name: float(number) for name, number in zip(names, numbers, strict=True)}
    return found


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_is_told(name):
    assert f"`{name}`" in SETTINGS_PAGE


def test_the_numbers_told_are_the_defaults():
    told = rows()
    defaults = {name: eval(text, {}) for name, text in NUMBER.findall(SETTINGS)}  # noqa: S307  (products of numbers)
    assert len(defaults) > 45
    wrong = {name: (told[name], value) for name, value in defaults.items() if name in told and told[name] != value}
    assert wrong == {}
    assert set(told) <= set(VARIABLES) | {"WORKER_CONCURRENCY"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_is_there(page):
    text = page.read_text()
    named = re.findall(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]+\.\w+)`", text)
    named += re.findall(rf"participant \w+ as ((?:{'|'.join(FOLDERS)})/[\w./-]+)", text)
    missing = [name for name in named if not (ROOT / name).exists() and not (ROOT / f"{name}.py").exists()]
    linked = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    missing += [link for link in linked if link and not (page.parent / link).exists()]
    assert missing == []


def test_every_decision_is_in_the_list():
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\(([\w-]+\.md)\)", (folder / "README.md").read_text())
    assert sorted(listed) == sorted(page.name for page in folder.glob("2*.md"))
    for page in folder.glob("2*.md"):
        title, _, date, *_text = page.read_text().splitlines()
        assert title.startswith("# ")
        assert page.name.startswith(date)


def test_every_screen_that_the_code_names_is_in_the_table():
    """And each address of the table leads to a page."""
    table = (ROOT / "docs" / "screens.md").read_text()
    listed = {int(number) for number in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    code = [path.read_text() for room in FOLDERS for path in (ROOT / room).rglob("*.py")]
    named = {int(number) for text in code for number in re.findall(r"\b[Ss]creens? (\d+)", text)}
    assert len(named) > 20
    assert named <= listed
    for address in re.findall(r"`(/[a-z0-9/-]*)`", table):
        resolve(address)  # raises Resolver404


def test_every_sealed_column_and_every_digest_is_in_the_table():
    page = (ROOT / "docs" / "encryption.md").read_text()
    told = {label: row for label, row in re.findall(r"(?m)^\| `(\w+\.\w+)` \|(.*)$", page)}
    shared = {field.attname for field in sealed_fields(Enrollment)} & {
        field.attname for field in sealed_fields(Verification)
    }
    for model in apps.get_models():
        names = {field.attname for field in (*sealed_fields(model), *digest_fields(model))}
        names |= {column.attname for table, column in evidence_columns() if table is model}
        if model is Verification:
            assert "the same identity" in told[model._meta.label]
            names -= shared
        if names:
            assert names <= set(re.findall(r"`(\w+)`", told[model._meta.label]))
