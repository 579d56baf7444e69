"""«Trouver un bureau de poste participant», without a login and without JavaScript."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tests.verification.face_to_face.factories import OfficeFactory

PAGE = "/bureaux/"
WORKDAYS = {day: "09:00-12:00 14:00-17:00" for day in range(5)}


@pytest.fixture
def offices(db: None):
    return [
        OfficeFactory(name="Rennes Gare", latitude=48.104, longitude=-1.672, hours=WORKDAYS, services=["hearing_loop"]),
        OfficeFactory(name="Rennes République", latitude=48.1098, longitude=-1.6784),
        OfficeFactory(name="Fougères Centre", city="Fougères", latitude=48.3515, longitude=-1.1986),
    ]


def words(page: str) -> str:
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("&nbsp;", " ").replace("\u00a0", " ").split())


def list_of(page: str) -> str:
    return words(page[page.index('class="office-list"') : page.index('class="office-map"')])


def test_the_footer_leads_there(client, db):
    assert reverse("offices") == PAGE
    assert f'<a href="{PAGE}">Trouver un bureau de poste participant</a>' in client.get("/").content.decode()


def test_before_a_search_it_asks_where(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = client.get(PAGE).content.decode()
    assert "Commune, code postal ou adresse" in page
    assert "office-list" not in page


@pytest.mark.parametrize("typed", ["Rennes", "35000", "rennes 35000", "27 rue du Palais, 35000 Rennes"])
def test_a_place_leads_to_its_commune_and_the_address_holds_nothing_else(client, offices, typed):
    answer = client.post(PAGE, {"place": typed})
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?commune=35238#bureaux")


def test_the_nearest_are_listed_first_with_what_one_wants_to_know(
    client, offices, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 11, 23, 8, 30, tzinfo=UTC))
    with django_assert_max_num_queries(3):
        page = client.get(PAGE, {"commune": "35238"}).content.decode()
    text = list_of(page)
    assert "Près de Rennes (35000)" in words(page)
    assert text.index("Rennes République") < text.index("Rennes Gare") < text.index("Fougères Centre")
    assert "Rennes République (350 m)" in text
    assert "Fougères Centre (45 km)" in text
    assert "ouvert jusqu’à 12 h" in text
    assert "du lundi au vendredi 9 h – 12 h, 14 h – 17 h samedi et dimanche fermé" in text
    assert "boucle magnétique" in text
    assert "Horaires non communiqués" in text


def test_the_drawing_shows_the_numbers_of_the_list(client, offices):
    page = client.get(PAGE, {"commune": "35238"}).content.decode()
    drawing = page[page.index('<svg class="map"') : page.index("</svg>", page.index('<svg class="map"'))]
    assert re.findall(r'dy=".36em">(\d+)<', drawing) == ["3", "2", "1"]
    assert "20\u00a0km" in drawing
    assert page.index("office-list") < page.index('<svg class="map"')
    assert "style=" not in page


def test_several_communes_are_offered(client, offices):
    page = client.post(PAGE, {"place": "Saint-Denis"}).content.decode()
    assert f'<a href="{PAGE}?commune=93066#bureaux">Saint-Denis (93200)</a>' in page
    assert f'<a href="{PAGE}?commune=97411#bureaux">Saint-Denis (97400)</a>' in page
    assert 'value="Saint-Denis"' in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Indiquez une commune"),
        ("xyzzy", "Nous n’avons reconnu aucune commune"),
        ("12 rue des Lilas", "Nous n’avons reconnu aucune commune"),
        ("R" * 300, "Ce texte est trop long"),
    ],
)
def test_what_is_not_understood_is_said_and_kept(client, offices, typed, said):
    page = client.post(PAGE, {"place": typed}).content.decode()
    assert said in page
    assert f'value="{typed}"' in page or not typed
    assert "<title>Erreur" in page


@pytest.mark.parametrize("code", ["", "00000", "35", "Rennes", "<script>", "3523\x00", "9" * 5000])
def test_an_address_that_names_no_commune_says_so(client, offices, code):
    page = client.get(PAGE, {"commune": code}).content.decode()
    assert "Cette adresse ne désigne aucune commune" in page
    assert "<script>" not in page.replace('<script type="module"', "")


def test_where_nobody_lives_nothing_is_near_and_there_is_a_way_on(client, offices):
    page = client.get(PAGE, {"commune": "98413"}).content.decode()
    assert "Aucun bureau à montrer" in page
    assert "en ligne" in page


def test_without_any_office_the_page_still_answers(client, db):
    assert "Aucun bureau à montrer" in client.get(PAGE, {"commune": "35238"}).content.decode()


def test_far_from_every_office_another_way_is_proposed(client, offices):
    assert "à domicile" in client.get(PAGE, {"commune": "97411"}).content.decode()
    assert "moins de" not in client.get(PAGE, {"commune": "35238"}).content.decode()


def test_local_time_is_said_to_be(client, db):
    OfficeFactory(commune_code="97411", postal_code="97400", latitude=-20.9, longitude=55.45, hours=WORKDAYS)
    assert "(heure locale)" in client.get(PAGE, {"commune": "97411"}).content.decode()


def test_as_a_choice_every_office_is_a_radio_button(client, offices, rf):
    from django.template.loader import render_to_string

    from verification.face_to_face.around import around

    chosen = offices[1].identifier
    context = around("35238", "Rennes") | {"choose": True, "chosen": chosen}
    page = render_to_string("verification/face_to_face/_offices.html", context)
    assert len(re.findall(r'type="radio"\s+name="office"', page)) == 3
    assert f'value="{chosen}" checked' in page
