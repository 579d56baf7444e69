import re

import pytest

from sandbox.specimens.faces import FACES
from sandbox.specimens.people import BIRTH_NAMES, BIRTHPLACES, FIRST_NAMES, TODAY, make_person

NAME = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿŒœŸ' -]{1,256}")


def test_a_seed_always_gives_the_same_person():
    assert make_person(12) == make_person(12)
    assert make_person(12) != make_person(13)


def test_every_name_fits_the_pivot_identity():
    names = [*BIRTH_NAMES, *FIRST_NAMES["F"], *FIRST_NAMES["M"]]
    assert [name for name in names if not NAME.fullmatch(name)] == []


def test_births_are_in_communes_or_abroad_with_their_codes():
    for _, commune, country, _alpha3 in BIRTHPLACES:
        assert re.fullmatch(r"99\d{3}", country)
        assert (commune == "") == (country != "99100")
        assert not commune or re.fullmatch(r"(2[AB]|\d{2})\d{3}", commune)


def test_everybody_is_of_age_and_of_the_age_of_her_face():
    for seed in range(60):
        person = make_person(seed)
        age = (TODAY - person.birth_date).days / 365.25
        youngest, oldest = FACES[person.face].ages
        assert age >= 18
        assert youngest <= age <= oldest + 1.01
        assert person.sex == FACES[person.face].sex


def test_people_of_many_ages_names_and_places_come_up():
    people = [make_person(seed) for seed in range(200)]
    assert len({person.birth_name for person in people}) == len(BIRTH_NAMES)
    assert len({person.birth_place for person in people}) == len(BIRTHPLACES)
    assert any(person.use_name for person in people)
    assert any(" " in person.first_names for person in people)


def test_a_person_can_be_given_a_face():
    face = list(FACES)[-1]
    assert make_person(3, face=face).face == face
    with pytest.raises(ValueError, match="no face"):
        make_person(3, face="nobody")
