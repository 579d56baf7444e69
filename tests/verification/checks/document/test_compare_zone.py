"""What a zone can confirm, and what only looks so: a full field shows no end, a year of two digits no century."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.verification.checks.mrz.zones import zone_of
from verification.checks.document.compare import compare
from verification.checks.document.thresholds import DocumentThresholds
from verification.checks.document.visual import Line
from verification.checks.document.zone_values import zone_values
from verification.checks.finding import Finding, Outcome
from verification.checks.identity import TypedIdentity
from verification.checks.kinds import DocumentKind, Side
from verification.checks.mrz.build import build_french_cni, build_td1, build_td3
from verification.checks.mrz.parse import parse

TODAY = date(2026, 11, 21)
LIMITS = DocumentThresholds()
TYPED = TypedIdentity(
    sex="M",
    first_names="Jean Baptiste",
    birth_name="Martin",
    birth_date="1979-02-13",
    document_kind=DocumentKind.CNI,
    document_number="120575100042",
)


def old_card(given_names: str, **changed: Any) -> list[str]:
    values = {"surname": "Martin", "issue_date": "1205", "office": "751", "serial": "00042", "sex": "M"}
    return build_french_cni(given_names=given_names, **(values | {"birth_date": date(1979, 2, 13)} | changed))


def new_card(given_names: str, **changed: Any) -> list[str]:
    values: dict[str, Any] = {"surname": "Martin", "document_number": "X4RTBPFW4", "sex": "M"}
    values |= {"birth_date": date(1979, 2, 13), "expiry_date": date(2032, 2, 11)}
    return build_td1(given_names=given_names, **(values | changed))


def findings(
    lines: list[str], typed: TypedIdentity, *, printed: tuple[str, ...], model: str, side: Side
) -> dict[str, Finding]:
    zone = zone_of(lines)
    read = parse(zone.solution.lines)
    rows = [Line(text, 1.0, [50, 60 * row, 300, 30]) for row, text in enumerate(printed, start=1)]
    values = zone_values(zone, read, TODAY, LIMITS)
    found, _ = compare(typed, values, rows, read, model=model, side=side, thresholds=LIMITS)
    return {finding.code: finding for finding in found}


def first_names(typed: str, on_card: str, *printed: str) -> Finding:
    """The old card's front: the zone's field has fourteen characters."""
    given = replace(TYPED, first_names=typed)
    found = findings(old_card(on_card), given, printed=printed, model="cni", side=Side.FRONT)
    return found["compare.first_names"]


@pytest.mark.parametrize(
    ("typed", "on_card"),
    [
        ("Jean Baptiste", "JEAN, BAPTISTE, MARIE"),  # JEAN<<BAPTISTE, full
        ("Jean-Baptiste", "JEAN-BAPTISTE, MARIE"),  # JEAN<BAPTISTE<, one filler of the two that part names
        ("Anne Florence", "ANNE, FLORENCE, B"),
    ],
)
def test_a_name_that_fills_its_field_is_not_confirmed_by_the_zone(typed, on_card):
    missing = first_names(typed, on_card, on_card)
    assert missing.outcome is Outcome.REFER
    assert missing.evidence["reason"] == "mismatch"
    unread = first_names(typed, on_card)
    assert (unread.outcome, unread.evidence["reason"]) == (Outcome.REFER, "uncertain")


def test_a_name_that_fills_its_field_is_confirmed_by_the_print():
    assert first_names("Jean Baptiste", "JEAN, BAPTISTE", "JEAN, BAPTISTE").outcome is Outcome.PASS
    assert first_names("Jean Baptiste Marie", "JEAN, BAPTISTE, MARIE", "JEAN, BAPTISTE, MARIE").outcome is Outcome.PASS


def test_a_name_with_its_end_in_the_zone_needs_no_print():
    assert first_names("Jean Luc", "JEAN, LUC").outcome is Outcome.PASS
    assert first_names("Jean Luc", "JEAN, LUC", "JEAN, LUG").outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("given", "code_is_there"),
    [("Maximilien Alexandre Jo", False), ("Maximilien Alexandre J", False), ("Maximilien Alexandre", True)],
)
def test_a_full_line_of_the_new_card_is_left_to_its_front(given, code_is_there):
    lines = new_card(given, surname="Marti")
    typed = replace(TYPED, first_names=given, birth_name="Marti", document_number="X4RTBPFW4")
    found = findings(lines, typed, printed=(), model="cnie", side=Side.BACK)
    assert ("compare.first_names" in found) is code_is_there
    assert found["compare.birth_name"].outcome is Outcome.PASS


def test_a_surname_that_pushes_the_first_names_out_is_not_confirmed_by_the_zone():
    surname = "Aaaaaaaaaaaaaaaaaaaaaaaaaaa"
    typed = replace(TYPED, birth_name=surname, first_names="Luc")
    found = findings(
        new_card("Luc", surname=surname + "bcd"),
        typed,
        printed=(surname.upper() + "BCD",),
        model="cnie",
        side=Side.BACK,
    )
    assert "compare.birth_name" not in found


def born(lines: list[str], typed: str, *printed: str, side: Side = Side.FRONT, model: str = "cni") -> Finding | None:
    given = replace(TYPED, birth_date=typed, first_names="Luc")
    return findings(lines, given, printed=printed, model=model, side=side).get("compare.birth_date")


def test_a_zone_has_no_century_and_the_print_has():
    lines = old_card("LUC", birth_date=date(1922, 5, 4))
    assert born(lines, "1922-05-04", "Né(e) le : 04.05.1922").outcome is Outcome.PASS
    unread = born(lines, "1922-05-04")
    assert (unread.outcome, unread.evidence["reason"]) == (Outcome.REFER, "uncertain")
    wrong = born(lines, "1922-05-04", "Né(e) le : 04.05.2022")
    assert (wrong.outcome, wrong.evidence["reason"]) == (Outcome.REFER, "mismatch")
    assert born(lines, "1922-05-05").evidence["reason"] == "mismatch"


def test_where_the_other_side_prints_the_century_the_zone_says_nothing_of_it():
    assert born(new_card("Luc", birth_date=date(1922, 5, 4)), "1922-05-04", side=Side.BACK, model="cnie") is None
    likely = born(new_card("Luc"), "1979-02-13", side=Side.BACK, model="cnie")
    assert likely.outcome is Outcome.PASS


def test_a_birth_in_an_unknown_year_confirms_nothing():
    lines = new_card("Luc", birth_date="<<0213")
    assert born(lines, "2000-02-13", side=Side.BACK, model="cnie").outcome is Outcome.REFER
    assert born(lines, "1979-02-13", side=Side.BACK, model="cnie").outcome is Outcome.REFER


@pytest.mark.parametrize(
    ("in_zone", "typed", "outcome"),
    [("D", "DEU", Outcome.PASS), ("D", "DNK", Outcome.REFER), ("DZA", "DZA", Outcome.PASS)],
)
def test_the_code_of_germany_in_zones_is_known(in_zone, typed, outcome):
    lines = new_card("Luc", nationality=in_zone, document_code="IR")
    assert parse(lines).fields["nationality"] == in_zone
    given = replace(TYPED, nationality=typed, first_names="Luc")
    found = findings(lines, given, printed=(), model="permit", side=Side.BACK)
    assert found["compare.nationality"].outcome is outcome


def test_on_a_passport_a_full_line_needs_the_print():
    names = {"surname": "Maximilienne", "given_names": "Alexandrine Bernadette Ju"}
    lines = build_td3(
        **names, document_number="12AA34567", birth_date=date(1979, 2, 13), sex="M", expiry_date=date(2032, 2, 11)
    )
    assert lines[0][-1] != "<"
    typed = replace(TYPED, birth_name=names["surname"], first_names=names["given_names"])
    longer = findings(lines, typed, printed=("Alexandrine, Bernadette, Judith",), model="passport", side=Side.FRONT)
    assert longer["compare.first_names"].outcome is Outcome.REFER
    same = findings(lines, typed, printed=("Alexandrine, Bernadette, Ju",), model="passport", side=Side.FRONT)
    assert same["compare.first_names"].outcome is Outcome.PASS
