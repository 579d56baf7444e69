"""Communes and countries as people type them."""

import re
import time

import pytest
from django.urls import reverse

from enrollment import identity_form
from enrollment.suggestions import _counts
from identite.cog import communes, countries
from identite.cog.text import normalize


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("saint-etienne", "42218"),
        ("St Étienne", "42218"),
        ("SAINT ETIENNE", "42218"),
        ("ste-marie-aux-mines", "68298"),
        ("paris 14", "75114"),
        ("Paris 14ème", "75114"),
        ("paris 1er", "75101"),
        ("lyon 3e", "69383"),
        ("marseille 16", "13216"),
        ("ajacc", "2A004"),
        ("bastia", "2B033"),
        ("fort-de-france", "97209"),
        ("mamoudzou", "97611"),
        ("noumea", "98818"),
        ("papeete", "98735"),
        ("havre", "76351"),
        ("L'Haÿ", "94038"),
        ("oeuilly", "51410"),
        ("93200", "93066"),
        ("Saint-Denis 93", "93066"),
        ("Saint-Denis (93200)", "93066"),
        ("arbignieu", "01015"),
    ],
)
def test_a_commune_is_found_first_however_it_is_typed(typed, code):
    assert communes.search(typed)[0].code == code


@pytest.mark.parametrize("typed", ["", "a", "zzzzz", "!", "99999", "123456789", "\x00", "é" * 500])
def test_what_names_nothing_finds_nothing(typed):
    assert communes.search(typed) == []


@pytest.mark.parametrize(
    "typed", ["x" + " 1" * 600, "x" + " 1" * 1_200_000, "é-" * 1_200_000, "1 " * 600, "nantes" + "4" * 600]
)
def test_a_text_of_any_length_is_answered_at_once(typed):
    began = time.process_time()
    assert communes.search(typed) == communes.named(typed) == []
    assert identity_form.lookup("birth_place_text", typed) == []
    assert identity_form.lookup("nationality_text", typed) == []
    assert time.process_time() - began < 1


def test_paris_lyon_and_marseille_are_found_by_arrondissement_only():
    found = [commune.code for city in ("paris", "lyon", "marseille") for commune in communes.search(city, limit=60)]
    assert not {"75056", "69123", "13055"} & set(found)
    divided = [code for code in found if code[:3] in {"751", "132"} or code[:4] == "6938"]
    assert len(divided) == 45


def test_a_search_shows_at_most_ten():
    assert len(communes.search("sa")) == 10
    assert len(countries.search("a")) == 10


def test_every_code_is_one_that_franceconnect_accepts():
    pattern = re.compile(r"(2[AB]|\d{2})\d{3}")
    table = communes._table()
    assert len(table.rows) > 37_000
    assert all(pattern.fullmatch(row.split("|", 1)[0]) for row in table.rows)


def test_a_value_names_one_commune_and_comes_back():
    for typed in ("arbignieu", "arboys", "saint-denis", "paris 5"):
        for commune in communes.search(typed):
            assert communes.find(commune.value) == commune


@pytest.mark.parametrize("value", ["", "75056", "99999", "75114 Paris", "x", "7511", "751144"])
def test_a_value_that_was_never_offered_names_nothing(value):
    assert communes.find(value) is None


@pytest.mark.parametrize(
    ("typed", "names"),
    [("Nantes", 1), ("nantes 44", 1), ("Paris 14e", 1), ("Saint-Denis", 4), ("Lyon", 0), ("Nant", 1)],
)
def test_a_text_names_a_commune_exactly_or_asks_to_choose(typed, names):
    assert len(communes.named(typed)) == names


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("france", "99100"),
        ("martinique", "99100"),
        ("maroc", "99350"),
        ("cote d ivoire", "99326"),
        ("Birmanie", "99224"),
        ("haute-volta", "99331"),
        ("Royaume Uni", "99132"),
        ("écosse", "99132"),
        ("republique democratique du congo", "99312"),
    ],
)
def test_a_country_is_found_by_its_names(typed, code):
    assert countries.search(typed)[0].code == code


def test_a_name_of_two_countries_asks_to_choose():
    assert {country.alpha3 for country in countries.search("tchécoslovaquie")} == {"CZE", "SVK"}
    assert countries.named("tchécoslovaquie") is None
    assert countries.named("maroc").alpha3 == "MAR"


def test_three_letter_codes_are_unique_and_codes_are_of_abroad():
    listed = [country for country, _keys in countries._countries()]
    assert len({country.alpha3 for country in listed}) == len(listed) > 190
    assert all(country.code.startswith("99") and len(country.code) == 5 for country in listed)


def test_accents_hyphens_and_short_forms_make_no_difference():
    assert normalize("St-Étienne-lès-Remiremont") == normalize("saint etienne les remiremont")
    assert normalize("L’Haÿ") == "l hay"
    assert normalize("Œuilly") == "oeuilly"
    assert normalize("Stains") == "stains"


@pytest.mark.parametrize(("name", "query", "value"), [("communes", "ajaccio", "2A004"), ("countries", "maroc", "MAR")])
def test_suggestions_come_as_json_without_login(client, name, query, value):
    answer = client.get(reverse(f"enrollment:{name}"), {"q": query}).json()
    assert answer["results"][0]["value"] == value


def test_one_client_asks_so_often_and_another_is_not_held_up(client, settings):
    settings.LOOKUPS_PER_MINUTE = 3
    _counts.clear()
    url = reverse("enrollment:countries")
    answers = [client.get(url, {"q": "maroc"}).status_code for _time in range(5)]
    assert answers.count(429) >= 1
    assert client.get(url, {"q": "maroc"}, REMOTE_ADDR="192.0.2.7").status_code == 200
