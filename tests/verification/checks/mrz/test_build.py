import pytest

from verification.checks.mrz.build import build_french_cni, name_field, transliterate
from verification.checks.mrz.parse import parse


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Élise-Anne", "ELISE<ANNE"),
        ("d'Œuvre", "DOEUVRE"),
        ("L’Haÿ", "LHAY"),
        ("Le Goff", "LE<GOFF"),
        ("Muñoz", "MUNOZ"),
        ("Müller", "MULLER"),
        ("Straße", "STRASSE"),
        ("Lætitia, Zoë", "LAETITIA<ZOE"),
        ("Ç", "C"),
        ("e\u0301lodie", "ELODIE"),
    ],
)
def test_names_are_written_in_the_alphabet_of_the_zone(name, expected):
    assert transliterate(name) == expected


def test_a_name_without_any_letter_is_refused():
    with pytest.raises(ValueError, match="no letter"):
        transliterate("--")


@pytest.mark.parametrize("width", [30, 31, 39])
def test_a_cut_name_keeps_a_letter_of_the_given_names_and_ends_with_a_letter(width):
    field = name_field("Bennelong Wooloomooloo Warrandyte Warnambool", "Dingo Potoroo", width)
    surname, _, given = field.partition("<<")
    assert len(field) == width
    assert surname.startswith("BENNELONG<WOOLOOMOOLOO")
    assert given.startswith("D")
    assert field[-1].isalpha()


def test_the_old_french_card_parts_given_names_by_two_fillers_and_halves_by_one():
    lines = build_french_cni(
        surname="Martin",
        given_names="Jean-Marc, Luc",
        issue_date="1205",
        office="2A1",
        serial="00042",
        birth_date="790213",
        sex="M",
    )
    assert lines[1][13:27] == "JEAN<MARC<<LUC"
    assert parse(lines).is_consistent
    assert parse(lines).fields["document_number"] == "12052A100042"
