"""The guard of the tests: what a template writes and nobody gave it fails, and nothing else does."""

from pathlib import Path

import pytest
from django.template import engines
from django.template.engine import Engine
from django.template.loader import render_to_string

from tests.strict_templates import Undefined

UNDEFINED = {
    "written.html": "{{ missing }}",
    "filtered.html": '{{ missing|default:"x" }}',
    "attribute.html": "{{ person.missing }}",
    "translated.html": "{% load i18n %}{% blocktrans %}Bonjour {{ missing }}{% endblocktrans %}",
    "named.html": "{% load i18n %}{% blocktrans with name=missing %}Bonjour {{ name }}{% endblocktrans %}",
    "passed.html": '{% include "optional.html" with person=missing only %}',
    "address.html": "{% url 'verification:not-me' missing %}",
    "block.html": '{% extends "root.html" %}{% block main %}{{ missing }}{% endblock %}',
}
DEFINED = {
    "root.html": "{% block main %}{% endblock %}",
    "optional.html": "{% if missing %}{{ missing }}{% endif %}{% for a in missing %}{% endfor %}{% firstof missing 'y' %}",
    "empty.html": "{% load i18n %}[{{ empty }}{{ none }}{% blocktrans %}{{ empty }}{% endblocktrans %}{% if a.b %}{% endif %}]",
}
VALUES = {"person": {}, "empty": "", "none": None}


@pytest.fixture(params=["django.template.loaders.cached.Loader", "identite.template_loader.Loader"])
def engine(request, tmp_path: Path) -> Engine:
    for folder, files in (("ours", UNDEFINED | DEFINED), ("theirs", {"theirs/page.html": UNDEFINED["filtered.html"]})):
        for name, text in files.items():
            (tmp_path / folder / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / folder / name).write_text(text)
    folders = ("django.template.loaders.filesystem.Loader", [tmp_path / "ours", tmp_path / "theirs"])
    return Engine(
        dirs=[str(tmp_path / "ours")],
        loaders=[(request.param, [folders])],
        libraries=engines["django"].engine.libraries,
        string_if_invalid=Undefined(),
    )


@pytest.mark.parametrize("name", sorted(UNDEFINED))
def test_an_undefined_variable_fails_and_is_named_with_its_template(engine, name):
    with pytest.raises(AssertionError, match=f"{name} writes .*missing, which nobody gave it"):
        engine.render_to_string(name, VALUES)


def test_what_is_openly_optional_or_empty_is_written_as_ever(engine):
    assert engine.render_to_string("optional.html", VALUES) == "y"
    assert engine.render_to_string("empty.html", VALUES) == "[None]"


def test_templates_of_other_packages_get_the_empty_text_and_their_filters(engine):
    assert engine.render_to_string("theirs/page.html", VALUES) == "x"


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("_countdown.html", "until"),
        ("mail/_code.html", "code"),
        ("admin/pagination.html", "cl.result_count"),
        ("notifications/agents_alerted/subject.txt", "reference"),
    ],
)
def test_the_pages_mails_and_agents_pages_of_the_project_are_under_guard(name, variable):
    with pytest.raises(AssertionError, match=f"{name} writes {variable}, which nobody gave it"):
        render_to_string(name)
