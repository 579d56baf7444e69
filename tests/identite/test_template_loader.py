import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.base import TextNode
from django.template.defaulttags import URLNode
from django.template.engine import Engine
from django.templatetags.i18n import TranslateNode

from identite import brand, template_loader

FILES = {
    "root.html": "<title>{% block title %}Site{% endblock %}</title>{% block main %}"
    "{% block inner %}nothing{% endblock %}{% endblock %}|{% block foot %}{{ assigned }}foot{% endblock %}",
    "middle.html": '{% extends "root.html" %}{% load i18n %}{% block main %}<p>{% block inner %}middle{% endblock %}'
    "{% if name %}{% block below %}{% endblock %}{% endif %}</p>{% endblock %}",
    "leaf.html": '{% extends "middle.html" %}{% load i18n %}{% block title %}{% trans "Bonjour" as assigned %}'
    "{{ assigned }} {{ name }}{% endblock %}"
    "{% block below %}{% include 'part.html' with word='x' only %}{% endblock %}",
    "part.html": "[{{ word }}{{ name }}]",
    "super.html": '{% extends "root.html" %}{% block title %}{{ block.super }} de {{ name }}{% endblock %}',
    "chosen.html": "{% extends parent %}{% block title %}{{ name }}{% endblock %}",
    "constant.html": "{% load i18n icons static %}{% trans 'Oui' %} {% url 'page:help' %} {% static 'a.css' %}"
    "{% blocktrans %}Votre {{ brand_identity }}{% endblocktrans %}"
    "{% icon 'lock' %}",
    "asks.html": "{% load i18n icons %}{% trans name %} {% url page %} {% icon drawing %}",
}
PLAIN = "django.template.loaders.cached.Loader"
OURS = "identite.template_loader.Loader"


@pytest.fixture
def engine_of(tmp_path: Path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)

    def make(loader: str) -> Engine:
        return Engine(
            dirs=[str(tmp_path)],
            loaders=[(loader, ["django.template.loaders.filesystem.Loader"])],
            libraries=engines["django"].engine.libraries,
        )

    return make


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("person", ["", "Maëlys <b>"])
def test_a_prepared_page_says_what_django_says(engine_of, name, person):
    values = brand.words() | {"name": person, "parent": "middle.html", "page": "page:help", "drawing": "lock"}
    written = [engine_of(loader).render_to_string(name, dict(values)) for loader in (PLAIN, OURS)]
    assert written[0] == written[1]
    assert written[1].strip()


def test_a_prepared_page_serves_one_person_after_another(engine_of):
    engine = engine_of(OURS)
    pages = [engine.render_to_string("leaf.html", {"name": name}) for name in ("Anne", "", "Zoé")]
    assert ["Anne" in pages[0], "Anne" in pages[1], "Zoé" in pages[2], "Anne" in pages[2]] == [True, False, True, False]


def test_pages_that_share_a_parent_keep_their_own_blocks(engine_of):
    engine = engine_of(OURS)
    engine.render_to_string("leaf.html", {"name": "Anne"})
    assert "Bonjour" not in engine.render_to_string("middle.html", {"name": "Anne"})
    assert engine.render_to_string("root.html") == "<title>Site</title>nothing|foot"


def test_what_is_constant_is_one_text(engine_of):
    nodes = engine_of(OURS).get_template("constant.html").nodelist
    assert [type(node) for node in nodes] == [TextNode]


def test_what_depends_on_the_page_is_asked_again(engine_of):
    nodes = engine_of(OURS).get_template("asks.html").nodelist
    assert {TranslateNode, URLNode} <= {type(node) for node in nodes}


def test_texts_are_not_folded_where_there_are_two_languages(engine_of, settings):
    settings.LANGUAGES = [("fr", "Français"), ("en", "English")]
    nodes = engine_of(OURS).get_template("constant.html").nodelist
    assert TranslateNode in {type(node) for node in nodes}


def test_every_page_of_the_project_can_be_prepared():
    """And no tag with literal arguments is left in it."""
    engine = engines["django"].engine
    names = [str(path.relative_to(folder)) for folder in engine.dirs for path in Path(folder).rglob("*.html")]
    assert len(names) > 50
    for name in names:
        nodelist = engine.get_template(name).nodelist
        left = [node for node in nodelist.get_nodes_by_type(object) if template_loader.is_constant(node)]
        assert left == [], name


def test_templates_of_other_packages_are_left_alone():
    template = engines["django"].engine.get_template("admin/login.html")
    assert not re.search(re.escape(str(settings.BASE_DIR / "templates")), str(template.origin.name))
    assert any(isinstance(node, template_loader.ExtendsNode) for node in template.nodelist)
