import numpy as np
import pytest

from tests.verification.checks.mrz.zones import text_lattice
from verification.checks.mrz.lattice import OTHER_COST
from verification.checks.mrz.parse import format_of, parse
from verification.checks.mrz.solve import Solution, solve

DUPONT = ["P<FRADUPONT<<MARIE<CLAIRE<<<<<<<<<<<<<<<<<<<", "12AA345676FRA8506128F3104183<<<<<<<<<<<<<<02"]
BERTHIER = ["IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "9409923102854CORINNE<<<<<<<6512068F4"]
MAELYS = ["IDFRAX4RTBPFW46<<<<<<<<<<<<<<<", "9007138F3002119FRA<<<<<<<<<<<6", "MARTIN<<MAELYS<GAELLE<MARIE<<<"]
ERIKSSON = ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"]


def solved(read: list[str], right: list[str]) -> Solution:
    return solve(format_of(right).name, [text_lattice(line) for line in read])


@pytest.mark.parametrize("lines", [DUPONT, BERTHIER, MAELYS, ERIKSSON])
def test_what_is_right_stays(lines):
    solution = solved(lines, lines)
    assert list(solution.lines) == lines
    assert solution.consistent
    assert solution.repaired == ()
    assert solution.cost == 0


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ([DUPONT[0].replace("DUPONT", "DUP0NT"), DUPONT[1].replace("345676", "34S676")], DUPONT),
        ([DUPONT[0], DUPONT[1].replace("850612", "8506I2")], DUPONT),
        ([BERTHIER[0], BERTHIER[1].replace("94099", "94O99").replace("CORINNE", "C0RINNE")], BERTHIER),
        ([MAELYS[0], MAELYS[1].replace("9007138", "90O7I38"), MAELYS[2]], MAELYS),
        ([ERIKSSON[0], ERIKSSON[1].replace("D231458907", "D23I4S8907")], ERIKSSON),
    ],
)
def test_look_alikes_are_told_apart_by_their_place_and_by_check_digits(read, right):
    solution = solved(read, right)
    assert list(solution.lines) == right
    assert solution.consistent
    assert parse(solution.lines).is_consistent


def test_what_check_digits_alone_have_changed_is_named():
    solution = solved([ERIKSSON[0], ERIKSSON[1].replace("D23145", "D2314S")], ERIKSSON)
    assert solution.repaired == ((1, 5, "S", "5"),)
    assert solution.cost > 0


def test_a_difference_that_no_look_alike_explains_is_left_for_an_agent():
    wrong = [DUPONT[0], DUPONT[1].replace("12AA34567", "19AA34567")]
    solution = solve("TD3", [np.where(text_lattice(line) > 0, OTHER_COST, 0) for line in wrong])
    assert parse(solution.lines).fields["document_number"] == "19AA34567"
    assert not solution.consistent


def test_letters_behind_the_end_of_the_names_are_dirt():
    assert solved([DUPONT[0][:-2] + "EL", DUPONT[1]], DUPONT).lines[0] == DUPONT[0]
