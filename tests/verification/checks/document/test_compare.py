"""Numbers in print: a look-alike is no contradiction where the zone on the other side decides, anything else is."""

from datetime import date

import pytest

from verification.checks.document.compare import compare
from verification.checks.document.thresholds import DocumentThresholds
from verification.checks.document.visual import Line
from verification.checks.finding import Outcome
from verification.checks.identity import TypedIdentity
from verification.checks.kinds import DocumentKind, Side

TYPED = TypedIdentity(
    sex="F",
    first_names="Maëlys",
    birth_name="Martin",
    birth_date="1990-07-13",
    document_kind=DocumentKind.CNI,
    document_number="ZLV0NHCLL",
    issue_date=date(2022, 2, 11),
    expiry_date=date(2032, 2, 11),
)


def outcome(printed: str, model: str) -> Outcome | None:
    lines = [Line(printed, 1.0, [10, 10, 200, 30])]
    findings, _values = compare(TYPED, {}, lines, None, model=model, side=Side.FRONT, thresholds=DocumentThresholds())
    found = [finding.outcome for finding in findings if finding.code == "compare.document_number"]
    return found[0] if found else None


def test_the_number_as_printed_is_confirmed():
    assert outcome("ZLV0NHCLL", "cnie") is Outcome.PASS


@pytest.mark.parametrize("printed", ["ZLVONHCLL", "2LV0NHCLL"])
def test_a_look_alike_is_left_to_the_zone(printed):
    assert outcome(printed, "cnie") is None


@pytest.mark.parametrize("printed", ["ZLV1NHCLL", "ZLV0NHCLM", "XLV0NHCLL"])
def test_any_other_character_is_for_the_agent(printed):
    assert outcome(printed, "cnie") is Outcome.REFER


def test_where_the_zone_is_on_the_same_side_nothing_is_left_out():
    assert outcome("ZLVONHCLL", "passport") is Outcome.REFER
