"""A kind of document is whole: what the checks go by, and what pages say."""

from dataclasses import fields

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from sandbox.specimens.documents import MILLIMETRES
from verification import documents
from verification.checks.document.compare import FIELDS
from verification.checks.document.layout import folded
from verification.checks.kinds import KINDS, MODELS, DocumentKind, Side
from verification.checks.mrz.formats import FORMATS

OPTIONAL = {"expiry_hint", "front_title"}


def test_both_tables_know_every_kind():
    assert set(KINDS) == set(documents.DOCUMENTS) == set(DocumentKind)
    assert [value for value, _ in documents.choices()] == [str(kind) for kind in documents.DOCUMENTS]


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_kind_has_all_its_sentences_and_its_drawing(kind):
    text = documents.DOCUMENTS[kind]
    assert {field.name for field in fields(text) if not str(getattr(text, field.name))} <= OPTIONAL
    assert finders.find(documents.drawing(kind))
    assert kind in {card.value for card in documents.cards(lambda text: text.choice)}


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_kind_is_photographed_from_the_front_and_known_by_its_words(kind):
    rules = KINDS[kind]
    assert rules.sides[0] == Side.FRONT
    for words in rules.words.values():
        assert words
        assert [folded(word) for word in words] == list(words)
    assert rules.nationality in ("", "FRA")
    assert 50 < rules.width_mm < 130


@pytest.mark.parametrize("kind", DocumentKind)
def test_each_model_of_a_kind_prints_fields_that_are_compared_on_sides_that_are_photographed(kind):
    rules = KINDS[kind]
    assert rules.models
    for model in rules.models:
        assert set(model.printed) <= set(rules.sides)
        assert {name for names in model.printed.values() for name in names} <= set(FIELDS)
        assert "document_number" in model.printed[Side.FRONT]
        assert (model.zone_format in FORMATS) == bool(model.zone_format)
        assert (model.zone_side in rules.sides) == bool(model.zone_format)
        assert model.name in MILLIMETRES, "the sandbox draws no specimen of it"


def test_a_zone_tells_one_model_alone():
    zones = [(model.zone_format, model.zone_code) for model in MODELS.values() if model.zone_format]
    assert len(zones) == len(set(zones))


def test_no_word_stands_for_two_kinds():
    words = [word for rules in KINDS.values() for side in rules.words.values() for word in side]
    assert len(words) == len(set(words))


def test_pages_name_every_accepted_document(client, db):
    sentence = documents.accepted()
    assert all(str(text.listed) in sentence for text in documents.DOCUMENTS.values())
    for address in (reverse("page:help"), reverse("page:terms")):
        assert sentence in client.get(address).text
    assert sentence[0].upper() + sentence[1:] in client.get(reverse("page:landing")).text
