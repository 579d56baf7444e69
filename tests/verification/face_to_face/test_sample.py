"""The offices of the demo: invented, everywhere in France, as the file is published."""

from collections import Counter

import pytest

from identite.cog import communes
from sandbox.management.commands.load_demo import OFFICES
from verification.face_to_face import loader
from verification.face_to_face.finder import centre_of, distance_km, near
from verification.face_to_face.models import Office
from verification.face_to_face.offices import TAKING_PART, department

TERRITORIES = {"971", "972", "973", "974", "975", "976", "977", "978", "986", "987", "988"}


@pytest.fixture
def report(db: None) -> loader.Report:
    return loader.load(OFFICES.read_bytes())


def test_it_is_loaded_whole_and_changes_nothing_the_second_time(report):
    assert report.bad == []
    assert report.added >= 150
    assert loader.load(OFFICES.read_bytes()).is_quiet


def test_every_department_and_territory_has_one_that_takes_part(report):
    departments = {department_of(commune) for commune in communes.everything() if centre_of(commune.code)}
    assert len(departments) == 107
    there = Counter(department(office) for office in Office.objects.filter(TAKING_PART))
    assert departments - set(there) == set()
    assert sum(there.values()) >= 150
    assert set(there) >= TERRITORIES


def department_of(commune: communes.Commune) -> str:
    return commune.code[:3] if commune.code.startswith(("97", "98")) else commune.code[:2]


def test_every_address_says_that_it_is_invented(report):
    assert set(Office.objects.values_list("complement", flat=True)) == {"Bureau inventé pour les essais"}


def test_every_office_stands_in_its_commune(report):
    for office in Office.objects.all():
        centre = centre_of(office.commune_code)
        assert centre is not None
        assert distance_km(*centre, office.latitude, office.longitude) < 2, office


@pytest.mark.parametrize("code", ["35238", "97411", "97502", "98735", "98613", "2A004", "75116"])
def test_somebody_there_finds_one_nearby(report, code):
    assert near(*centre_of(code))[0].km < 30
