"""Names in print: behind their label, over two rows, and never with a first letter taken for a label."""

import pytest

from verification.checks.document.visual import Line, find_name, find_number


def lines(*texts: str) -> list[Line]:
    """Rows under each other."""
    return [Line(text, 1.0, [40, 100 + 40 * row, 400, 30]) for row, text in enumerate(texts)]


def is_there(name: str, *texts: str, listed: bool = False) -> bool:
    return find_name(lines(*texts), name, listed=listed)[1] == 1.0


@pytest.mark.parametrize(
    ("printed", "typed"),
    [("NAUDIN", "Audin"), ("NATHALIE", "Athalie"), ("NOEL", "El"), ("EPAULARD", "Aulard"), ("NOMBLOT", "Blot")],
)
def test_the_first_letters_of_a_name_are_no_label(printed, typed):
    assert not is_there(typed, printed)
    assert not is_there(typed, f"Nom : {printed}")
    assert is_there(printed, printed)


@pytest.mark.parametrize(
    "printed",
    [
        "Nom : NAUDIN",
        "Nom: NAUDIN",
        "Nom:NAUDIN",
        "NOM NAUDIN",
        "NOM / Surname NAUDIN",
        "NOM/Surname: NAUDIN",
        "ép. NAUDIN",
        "Ép.NAUDIN",
        "Épouse : NAUDIN",
        "Nom\uff1aNAUDIN",
    ],
)
def test_a_name_is_found_behind_its_label(printed):
    assert is_there("Naudin", printed)


def test_first_names_are_found_behind_theirs():
    assert is_there("Maëlys, Gaëlle", "Prénom(s) : MAËLYS, GAËLLE", listed=True)
    assert is_there("Maëlys Gaëlle", "Prénoms / Given names", "Maëlys, Gaëlle", listed=True)


def test_a_row_that_ends_with_a_comma_goes_on_below():
    rows = ("Maëlys, Gaëlle, Marianne,", "Louise")
    assert not is_there("Maëlys Gaëlle Marianne", *rows, listed=True)
    assert not is_there("Maëlys Gaëlle Marianne", rows[0], listed=True)
    assert is_there("Maëlys Gaëlle Marianne Louise", *rows, listed=True)
    assert is_there("Maëlys Gaëlle Marianne", rows[0].rstrip(","), listed=True)
    assert not is_there("Louise", *rows, listed=True)
    assert is_there("Louise", rows[1], listed=True)


def test_the_row_below_may_begin_behind_the_label():
    first = Line("Prénom(s) : MAËLYS, GAËLLE,", 1.0, [40, 100, 400, 30])
    second = Line("LOUISE", 1.0, [190, 140, 100, 30])
    assert find_name([first, second], "Maëlys Gaëlle Louise", listed=True)[1] == 1.0
    assert find_name([first, second], "Louise", listed=True)[1] < 1.0
    beside = Line("LOUISE", 1.0, [600, 140, 100, 30])
    assert find_name([first, beside], "Louise", listed=True)[1] == 1.0


def test_dirt_like_a_comma_behind_a_surname_changes_nothing():
    assert is_there("Naudin", "NAUDIN,")


@pytest.mark.parametrize("printed", ["N° 12AA34567", "N°12AA34567", "CARTE NATIONALE D'IDENTITÉ N° : 12AA34567"])
def test_a_number_is_found_behind_its_label(printed):
    assert find_number(lines(printed), "12AA34567")[1] == 1.0
