"""Which commune a line of an address is about."""

import pytest

from identite.cog.places import communes_in


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("Rennes", "Rennes (35000)"),
        ("35000", "Rennes (35000)"),
        ("12 rue des Lilas, 35000 Rennes", "Rennes (35000)"),
        ("12 rue des Lilas 35000 rennes cedex", "Rennes (35000)"),
        ("35065 RENNES CEDEX 7", "Rennes (35000)"),
        ("5 place Kléber, Strasbourg", "Strasbourg (67000)"),
        ("5 place kleber strasbourg", "Strasbourg (67000)"),
        ("10 avenue de Paris, 78000 Versailles", "Versailles (78000)"),
        ("13 rue de Paris 97400 Saint-Denis", "Saint-Denis (97400)"),
        ("12 rue de Rivoli 75001 Paris", "Paris 1er Arrondissement (75001)"),
        ("10000 route de Nice, 06600 Antibes", "Antibes (06160)"),
        ("97150", "Saint-Martin (97150)"),
        ("St Malo", "Saint-Malo (35400)"),
        ("L’Haÿ les Roses", "L’Haÿ-les-Roses (94240)"),
    ],
)
def test_a_plain_line_means_one_commune(line, label):
    assert [commune.label for commune in communes_in(line)] == [label]


def test_several_are_offered_where_several_may_be_meant():
    labels = [commune.label for commune in communes_in("Saint-Denis")]
    assert {"Saint-Denis (97400)", "Saint-Denis (93200)"} <= set(labels[:4])
    assert "Bourg-en-Bresse (01000)" in [commune.label for commune in communes_in("bourg")]
    assert len(communes_in("Paris")) == 20


@pytest.mark.parametrize("line", ["", "xyzzy", "12 rue des Lilas", "00000", "99999", "?" * 300])
def test_nothing_is_made_up(line):
    assert communes_in(line) == []
