"""One order of severity, for the result of a capture, the case's queue and the agent's page."""

from itertools import combinations_with_replacement

import pytest

from verification.checks.finding import WORST_FIRST, Finding, Outcome, worst, worst_first


def test_every_outcome_has_its_place():
    assert sorted(WORST_FIRST) == sorted(Outcome)


@pytest.mark.parametrize(("graver", "milder"), list(combinations_with_replacement(WORST_FIRST, 2)))
def test_the_graver_of_two_outcomes_decides(graver, milder):
    assert worst([milder, graver]) is worst([str(graver), str(milder)]) is graver


def test_a_check_that_broke_never_hides_what_the_applicant_can_mend():
    assert worst([Outcome.ERROR, Outcome.FAIL, Outcome.PASS]) is Outcome.FAIL


def test_a_check_that_broke_is_no_refusal_and_wants_an_agent():
    assert worst([Outcome.PASS, Outcome.REFER, Outcome.ERROR]) is Outcome.ERROR


def test_without_findings_nothing_is_said():
    assert worst([]) is Outcome.PASS


def test_findings_come_worst_first_and_equals_keep_their_order():
    mixed = [
        Finding("a", Outcome.PASS),
        Finding("b", Outcome.REFER),
        Finding("c", Outcome.FAIL),
        Finding("d", Outcome.REFER),
        Finding("e", Outcome.ERROR),
    ]
    assert [finding.code for finding in worst_first(mixed)] == ["c", "e", "b", "d", "a"]


def test_an_unknown_outcome_is_not_judged():
    with pytest.raises(ValueError, match="maybe"):
        worst(["pass", "maybe"])
