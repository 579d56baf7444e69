import numpy as np
import pytest

from verification.checks.mrz.lattice import FLOOR, align
from verification.checks.mrz.template import ALPHABET, INDEX, template

DUPONT = ["P<FRADUPONT<<MARIE<CLAIRE<<<<<<<<<<<<<<<<<<<", "12AA345676FRA8506128F3104183<<<<<<<<<<<<<<02"]
MAELYS = ["IDFRAX4RTBPFW46<<<<<<<<<<<<<<<", "9007138F3002119FRA<<<<<<<<<<<6", "MARTIN<<MAELYS<GAELLE<MARIE<<<"]


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
