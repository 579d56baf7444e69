"""The table of ASVS: every requirement of levels 1 and 2 once, with a state, and nothing named that is not there."""

import re
from collections import Counter

import pytest

from tests.house.test_sources import ROOT

PAGE = (ROOT / "docs" / "asvs.md").read_text()
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (met|not met|not applicable) \| (.+) \|$", re.MULTILINE)
# How many requirements of levels 1 and 2 each chapter of version 5.0.0 has.
CHAPTERS = {
    1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16, 17: 7,
}  # fmt: skip
ROWS = ROW.findall(PAGE)


def test_every_requirement_has_one_row():
    numbers = [number for number, *_rest in ROWS]
    assert Counter(int(number.partition(".")[0]) for number in numbers) == CHAPTERS
    assert len(set(numbers)) == len(numbers)
    assert len(ROWS) == sum(line.startswith("| ") and line[2].isdigit() for line in PAGE.splitlines())


def test_the_page_counts_itself():
    states = Counter(state for _number, _text, state, _shown in ROWS)
    said = re.search(r"(\d+) met,\s+(\d+) not met,\s+(\d+) not applicable", PAGE)
    assert said
    assert [int(count) for count in said.groups()] == [states[name] for name in ("met", "not met", "not applicable")]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_a_row_names_is_there(row):
    _number, _text, state, shown = row
    paths = re.findall(r"`([^`]+)`", shown)
    assert [path for path in paths if not (ROOT / path).exists()] == []
    if state == "met":
        assert paths, "shown by nothing"
