"""Characters that nobody sees: refused by every field in which somebody types."""

import importlib

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.urls import get_resolver

from identite.characters import has_invisible, refuse_invisible, visible

ROOMS = ("identite", "notifications", "verification", "enrollment", "authenticator", "sandbox")
TURNING = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C]
HIDDEN = [0x00, 0x1B, 0x7F, 0x85, 0xAD, 0x200B, 0x200D, 0x2028, 0x2060, 0xFEFF, 0xE0041]


def our_forms() -> list[type[forms.BaseForm]]:
    assert get_resolver().url_patterns  # every page, and with it every form, is imported
    importlib.import_module("verification.review.forms")
    found, todo = [], [forms.BaseForm]
    while todo:
        below = todo.pop().__subclasses__()
        todo += below
        found += [form for form in below if form.__module__.partition(".")[0] in ROOMS]
    return found


def text_fields() -> list[object]:
    return [
        pytest.param(field, id=f"{form.__qualname__}.{name}")
        for form in our_forms()
        for name, field in form.base_fields.items()
        if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput)
    ]


def codes_of(field: forms.Field, text: str) -> set[str | None]:
    try:
        field.clean(text)
    except ValidationError as error:
        return {fault.code for fault in error.error_list}
    return set()


@pytest.mark.parametrize("field", text_fields())
def test_no_field_takes_a_character_that_nobody_sees(field):
    for number in TURNING + HIDDEN:
        assert "invisible" in codes_of(field, f"a{chr(number)}b@exemple.fr"), hex(number)
    assert "invisible" not in codes_of(field, "Zoë d’Arc-l’Été\u00a0: 12\r\n\t«\u202foui\u202f»")


def test_the_forms_are_found():
    assert {"DetailsForm", "NamesForm", "RefuseForm", "CodeForm"} <= {form.__name__ for form in our_forms()}


def test_what_is_kept_as_typed_is_kept_without_them():
    typed = "Jean\u202e\u2069ne\x00 d’Arc\n"
    assert has_invisible(typed)
    assert visible(typed) == "Jeanne d’Arc\n"
    refuse_invisible(visible(typed))


def test_a_text_that_turns_around_is_refused_on_the_page(client, db):
    answer = client.post("/connexion/", {"email": "jeanne@exem\u202eple.fr", "password": "x"})
    assert "caractère invisible" in answer.content.decode()


@pytest.mark.parametrize("body", ['{"email": "a\\u202eb"}', '{"email": "a@b.fr", "reasons": ["a\\u2066"]}'])
def test_a_script_is_refused_them_as_well(client, db, body):
    answer = client.post("/sandbox/review.json", body, content_type="application/json")
    assert answer.status_code == 400
    assert "nobody sees" in answer.json()["error"]
