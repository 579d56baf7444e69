import numpy as np
import pytest

from verification.checks.identity import DocumentKind, TypedIdentity
from verification.checks.mrz import NotAnMrz
from verification.checks.mrz_lattice import (
    ALPHABET,
    FLOOR,
    INDEX,
    _french_template,
    align,
    french_template,
    refit,
    solve,
    template,
    text_lattice,
)
from verification.checks.mrz_repair import _expected, repair

DUPONT = ["P<FRADUPONT<<MARIE<CLAIRE<<<<<<<<<<<<<<<<<<<", "12AA345676FRA8506128F3104183<<<<<<<<<<<<<<02"]
BERTHIER = ["IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "9409923102854CORINNE<<<<<<<6512068F4"]
MAELYS = ["IDFRAX4RTBPFW46<<<<<<<<<<<<<<<", "9007138F3002119FRA<<<<<<<<<<<6", "MARTIN<<MAELYS<GAELLE<MARIE<<<"]
ERIKSSON = ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"]


def columns(text: str, *, gaps: bool = True) -> np.ndarray:
    """What a recogniser gives for this text: each character for two columns, a gap behind it."""
    rows = []
    for character in text:
        row = np.full(len(ALPHABET) + 1, -FLOOR, np.float32)
        row[INDEX[character]] = -0.01
        rows += [row, row]
        if gaps:
            blank = np.full(len(ALPHABET) + 1, -FLOOR, np.float32)
            blank[-1] = -0.01
            rows.append(blank)
    return np.array(rows)


def best(lattice: np.ndarray) -> str:
    return "".join(ALPHABET[i] for i in lattice.argmin(axis=1))


@pytest.mark.parametrize("line", [DUPONT[0], DUPONT[1], MAELYS[1]])
def test_a_clear_line_is_read_as_it_stands(line):
    aligned = align(columns(line), len(line), np.zeros((len(line), len(ALPHABET)), np.float32))
    assert aligned is not None
    assert best(aligned[0]) == line
    assert aligned[1] < 0.1


def test_fillers_too_faint_to_be_read_by_themselves_are_read_where_the_length_asks_for_them():
    log_probs = columns(MAELYS[2])
    faint = slice(3 * 27, None)
    log_probs[faint, INDEX["<"]], log_probs[faint, -1] = np.log(0.3), np.log(0.6)
    aligned = align(log_probs, 30, template("TD1")[2])
    assert aligned is not None
    assert best(aligned[0] + template("TD1")[2]) == MAELYS[2]


def test_a_line_of_too_few_columns_cannot_be_of_that_length():
    assert align(columns("ABC", gaps=False)[:2], 30, template("TD1")[2]) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AB<<C<<<<", "AB<<C<<<<<"),
        ("AB<<C<<<<<<<", "AB<<C<<<<<"),
        ("ABCDEFGHIJKL", "ABCDEFGHIJ"),
        ("ABC", "ABC<<<<<<<"),
    ],
)
def test_lost_and_won_fillers_are_made_good_at_the_longest_run(text, expected):
    assert refit(text, 10) == expected


@pytest.mark.parametrize("lines", [DUPONT, BERTHIER, MAELYS, ERIKSSON])
def test_what_is_right_stays(lines):
    repaired = repair(lines)
    assert list(repaired.mrz.lines) == lines
    assert repaired.exchanges == ()


@pytest.mark.parametrize(
    ("read", "right"),
    [
        ([DUPONT[0].replace("DUPONT", "DUP0NT"), DUPONT[1].replace("345676", "34S676")], DUPONT),
        ([DUPONT[0][:-3], DUPONT[1].replace("850612", "8506I2")], DUPONT),
        ([BERTHIER[0] + "<<", BERTHIER[1].replace("94099", "94O99").replace("CORINNE", "C0RINNE")], BERTHIER),
        ([MAELYS[0], MAELYS[1].replace("9007138", "90O7I38"), MAELYS[2].replace("<<<", "<")], MAELYS),
        ([ERIKSSON[0], ERIKSSON[1].replace("D231458907", "D23I4S8907")], ERIKSSON),
    ],
)
def test_look_alikes_and_lost_fillers_are_mended(read, right):
    repaired = repair(read)
    assert list(repaired.mrz.lines) == right
    assert repaired.mrz.is_consistent


def test_a_difference_that_no_look_alike_explains_is_left_for_an_agent():
    wrong = [DUPONT[0], DUPONT[1].replace("12AA34567", "19AA34567")]
    repaired = repair(wrong)
    assert repaired.mrz.fields["document_number"] == "19AA34567"
    assert not repaired.mrz.is_consistent


@pytest.mark.parametrize("lines", [["HELLO", "WORLD"], [], ["?" * 44, "!" * 44], [DUPONT[0]]])
def test_what_is_no_zone_is_not_made_one(lines):
    with pytest.raises(NotAnMrz):
        repair(lines)


def typed(number: str, birth: str) -> TypedIdentity:
    return TypedIdentity(
        sex="F",
        first_names="Marie Claire",
        birth_name="Dupont",
        birth_date=birth,
        document_kind=DocumentKind.PASSPORT,
        document_number=number,
    )


@pytest.mark.parametrize("number", ["12AA34567", "12AA34561", "99ZZ99999"])
def test_typed_data_never_changes_a_zone_that_holds(number):
    assert list(repair(DUPONT, typed(number, "1999-09-09")).mrz.lines) == DUPONT


def test_typed_data_breaks_a_tie_between_repairs_that_both_hold():
    """The number's check digit is 6: of O and 0 read for a letter's place, only what holds may be taken."""
    read = [DUPONT[0], DUPONT[1].replace("850612", "8S0612")]
    assert list(repair(read, typed("12AA34567", "1985-06-12")).mrz.lines) == DUPONT
    assert list(repair(read, typed("12AA34567", "1980-06-12")).mrz.lines) == DUPONT


def test_letters_behind_the_end_of_the_names_are_dirt():
    form = [text_lattice(DUPONT[0][:-2] + "EL", 44), text_lattice(DUPONT[1], 44)]
    assert solve("TD3", form).lines[0] == DUPONT[0]


@pytest.mark.parametrize(
    ("birth", "expected"), [("1990-10-03", "901003"), ("1990-00-00", "90<<<<"), ("1990-10-00", "9010<<"), ("", "")]
)
def test_only_whole_unknown_parts_of_a_typed_birth_become_fillers(birth, expected):
    assert dict(_expected(typed("12AA34567", birth)))["birth_date"] == expected


def test_whatever_is_read_for_the_first_letters_keeps_no_more_templates():
    for code in ("P<FRA", "PXFRA", "P<UTO", "QWERT", "IDFRA", "IRFRA", "ACXYZ"):
        for name in ("TD1", "TD3"):
            french_template(name, code)
    before = _french_template.cache_info().currsize
    for number in range(500):
        french_template("TD1", f"I{number:04d}")
        french_template("TD3", f"P{number % 10}FRA")
    assert _french_template.cache_info().currsize == before
    passport, other = french_template("TD3", "PPFRA"), french_template("TD3", "P<UTO")
    assert passport is french_template("TD3", "P<FRA")
    assert passport[1].any()
    assert not other[1].any()
