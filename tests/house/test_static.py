"""Nothing is served, drawn or styled that no page uses."""

import re
from pathlib import Path

import pytest

from verification.checks.kinds import DocumentKind
from verification.documents import drawing

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("identite", "enrollment", "verification", "authenticator", "notifications")
STYLES = sorted((ROOT / "static/css").rglob("*.css"))


def written(*suffixes: str) -> str:
    """What the service's own rooms, templates and scripts say; the sandbox's catalogue of the look shows what exists, used or not."""
    files = [path for room in (*ROOMS, "templates", "static/js") for path in (ROOT / room).rglob("*")]
    texts = [
        path for path in files if path.suffix in suffixes and not ("sandbox" in path.parts and "look" in path.name)
    ]
    return "\n".join(path.read_text() for path in texts)


SAID = written(".html", ".py", ".js", ".txt") + " ".join(map(drawing, DocumentKind))  # these are named after their kind


@pytest.mark.parametrize("name", re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/img/icons.svg").read_text()))
def test_every_icon_stands_on_a_page(name):
    assert re.search(rf"""(?<=["'#]){name}(?=["'])""", SAID)


@pytest.mark.parametrize("name", [path.name for path in (ROOT / "static").rglob("*") if path.is_file()])
def test_every_static_file_is_asked_for(name):
    styles = "\n".join(path.read_text() for path in STYLES)
    assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", SAID + styles)


def class_names() -> list[str]:
    """Every class that a style sheet names."""
    sheets = "\n".join(re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S) for path in STYLES)
    selectors = "\n".join(re.findall(r"([^{}]+)\{", sheets))
    return sorted(set(re.findall(r"\.([a-z][\w-]*)", selectors)))


# Written by a template from a number.
COMPUTED = {"digits-2", "digits-4"}


@pytest.mark.parametrize("name", [name for name in class_names() if name not in COMPUTED])
def test_every_styled_class_is_written_somewhere(name):
    assert re.search(rf"(?<![\w-]){name}(?![\w-])", SAID)
