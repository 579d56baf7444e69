import random
import string
from datetime import date, timedelta

import pytest

from tests.verification.checks.mrz import foreign
from verification.checks.mrz import build
from verification.checks.mrz.formats import FORMATS, check_digit, value
from verification.checks.mrz.parse import NotAnMrz, full_date, parse

BERTHIER = ["IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "9409923102854CORINNE<<<<<<<6512068F4"]
MAELYS = ["IDFRAX4RTBPFW46<<<<<<<<<<<<<<<", "9007138F3002119FRA<<<<<<<<<<<6", "MARTIN<<MAELYS<GAELLE<MARIE<<<"]
DUPONT = ["P<FRADUPONT<<MARIE<CLAIRE<<<<<<<<<<<<<<<<<<<", "12AA345676FRA8506128F3104183<<<<<<<<<<<<<<02"]
ERIKSSON_TD3 = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
ERIKSSON_TD2 = ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"]
ERIKSSON_TD1 = ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"]
LONG_NUMBER = ["I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"]
VISA_A = ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"]
VISA_B = ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"]


@pytest.mark.parametrize(
    ("lines", "form", "expected"),
    [
        (
            BERTHIER,
            "FRCNI",
            {
                "surname": "BERTHIER",
                "given_names": "CORINNE",
                "document_number": "940992310285",
                "issue_date": "9409",
                "birth_date": "651206",
                "sex": "F",
            },
        ),
        (
            MAELYS,
            "TD1",
            {
                "surname": "MARTIN",
                "given_names": "MAELYS GAELLE MARIE",
                "document_number": "X4RTBPFW4",
                "birth_date": "900713",
                "expiry_date": "300211",
                "nationality": "FRA",
            },
        ),
        (
            DUPONT,
            "TD3",
            {"surname": "DUPONT", "given_names": "MARIE CLAIRE", "document_number": "12AA34567", "sex": "F"},
        ),
        (ERIKSSON_TD3, "TD3", {"document_number": "L898902C3", "optional_data": "ZE184226B", "nationality": "UTO"}),
        (ERIKSSON_TD2, "TD2", {"surname": "ERIKSSON", "document_number": "D23145890", "expiry_date": "120415"}),
        (ERIKSSON_TD1, "TD1", {"surname": "ERIKSSON", "given_names": "ANNA MARIA", "document_number": "D23145890"}),
        (LONG_NUMBER, "TD1", {"document_number": "D23145890734", "optional_data": "", "surname": "STEVENSON"}),
        (VISA_A, "MRVA", {"document_number": "L8988901C", "optional_data": "6ZE184226B", "nationality": "XXX"}),
        (VISA_B, "MRVB", {"document_number": "L8988901C", "birth_date": "400907"}),
    ],
)
def test_published_specimens_are_read_with_every_check_digit_right(lines, form, expected):
    read = parse(lines)
    assert read.format == form
    assert read.is_consistent, read.checks
    assert {name: read.fields[name] for name in expected} == expected


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["HELLO"],
        ["IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<"],
        [BERTHIER[0], BERTHIER[1] + "<"],
        [BERTHIER[0].lower(), BERTHIER[1]],
        [MAELYS[0], MAELYS[1]],
        ["X" + DUPONT[0][1:], DUPONT[1]],
        ["É" + DUPONT[0][1:], DUPONT[1]],
    ],
)
def test_what_is_no_mrz_is_named_so(lines):
    with pytest.raises(NotAnMrz):
        parse(lines)


def _person(chance: random.Random) -> dict[str, object]:
    def name(length: int) -> str:
        return "".join(chance.choices(string.ascii_uppercase, k=length))

    born = date(1930, 1, 1) + timedelta(days=chance.randrange(28_000))
    given = " ".join(name(chance.randint(2, 5)) for _ in range(chance.randint(1, 2)))
    return {
        "surname": name(chance.randint(2, 13)),
        "given_names": given,
        "birth_date": born,
        "sex": chance.choice("MF"),
    }


def _number(chance: random.Random, length: int) -> str:
    return "".join(chance.choices(string.ascii_uppercase + string.digits, k=length))


def _build(form: str, chance: random.Random) -> tuple[dict[str, str], list[str]]:
    """What was written and the lines, the person drawn by `chance`."""
    person = _person(chance)
    wanted = {"surname": person["surname"], "given_names": person["given_names"], "sex": person["sex"]}
    wanted["birth_date"] = person["birth_date"].strftime("%y%m%d")
    if form == "FRCNI":
        office, serial, issue = (
            _number(chance, 3),
            f"{chance.randrange(100_000):05}",
            date(2010, chance.randint(1, 12), 1),
        )
        wanted |= {"document_number": f"{issue:%y%m}{office}{serial}", "issue_date": f"{issue:%y%m}"}
        return wanted, build.build_french_cni(**person, issue_date=issue, office=office, serial=serial)
    expiry = date(2027, 1, 1) + timedelta(days=chance.randrange(3_650))
    number = _number(chance, chance.randint(6, 14) if form == "TD1" else 9)
    issuer, nationality = "".join(chance.choices(string.ascii_uppercase, k=3)), "FRA"
    wanted |= {"expiry_date": expiry.strftime("%y%m%d"), "document_number": number, "issuing_state": issuer}
    wanted |= {"nationality": nationality}
    values = {**person, "expiry_date": expiry, "document_number": number, "issuing_state": issuer}
    values["nationality"] = nationality
    if form in {"MRVA", "MRVB"}:
        return wanted, foreign.build_visa(**values, width=44 if form == "MRVA" else 36)
    return wanted, {"TD1": build.build_td1, "TD2": foreign.build_td2, "TD3": build.build_td3}[form](**values)


@pytest.mark.parametrize("form", FORMATS)
def test_ten_thousand_built_zones_are_read_back_as_they_were_written(form):
    chance = random.Random(form)  # noqa: S311 - the same people in every run
    for _ in range(10_000):
        wanted, lines = _build(form, chance)
        if form == "TD2" and lines[0].startswith("IDFRA"):
            continue
        read = parse(lines)
        assert read.format == form
        assert read.is_consistent, (lines, read.checks)
        got = dict(read.fields)
        if form == "FRCNI":
            got["given_names"] = got["given_names"][: len(wanted["given_names"])]
            wanted["given_names"] = wanted["given_names"][: len(got["given_names"])]
        assert {name: got[name] for name in wanted} == wanted, lines


@pytest.mark.parametrize("lines", [BERTHIER, MAELYS, DUPONT, ERIKSSON_TD3, ERIKSSON_TD2, LONG_NUMBER, VISA_A, VISA_B])
def test_every_single_change_that_a_check_digit_can_find_is_found(lines):
    """Weights 7, 3, 1 are no divisors of ten: only characters of the same value modulo ten go unseen."""
    form = FORMATS[parse(lines).format]
    covered = {
        (line, i) for check in form.checks.values() for line, start, end in check.spans for i in range(start, end)
    }
    digits = {check.digit for check in form.checks.values()}
    found = 0
    for line, position in sorted(covered | digits):
        old = lines[line][position]
        for new in string.ascii_uppercase + string.digits + "<":
            if new == old or (line, position) in digits and new.isalpha() and (line, position) in covered:
                continue
            changed = list(lines)
            changed[line] = lines[line][:position] + new + lines[line][position + 1 :]
            seen = value(new) % 10 != value(old) % 10
            try:
                read = parse(changed)
            except NotAnMrz:
                continue
            if read.format != form.name or not seen:
                continue
            assert not read.is_consistent, (changed, read.checks)
            found += 1
    assert found > 500


def test_a_check_digit_is_a_digit():
    assert not parse([DUPONT[0], DUPONT[1][:-1] + "C"]).checks["composite"]  # C is worth 12, and 12 is 2 modulo 10


def test_the_check_digit_of_empty_optional_data_may_be_left_out_but_not_be_wrong():
    def with_digit(digit: str) -> bool:
        line = DUPONT[1][:42] + digit
        return parse([DUPONT[0], line + DUPONT[1][43]]).checks["optional_data"]

    assert with_digit("<")
    assert with_digit("0")
    assert not with_digit("1")


@pytest.mark.parametrize(
    ("text", "future", "expected"),
    [
        ("651206", False, "1965-12-06"),
        ("261121", False, "2026-11-21"),
        ("261122", False, "1926-11-22"),
        ("300211", True, "2030-02-11"),
        ("990211", True, "1999-02-11"),
        ("90<<<<", False, "1990-00-00"),
        ("9007<<", False, "1990-07-00"),
        ("00<<<<", False, "2000-00-00"),
        ("900230", False, ""),
        ("9O0713", False, ""),
    ],
)
def test_the_century_of_a_date_follows_from_today(text, future, expected):
    assert full_date(text, today=date(2026, 11, 21), future=future) == expected


def test_check_digit_of_the_standard():
    assert check_digit("520727") == "3"
    assert check_digit("AB2134<<<") == "5"


@pytest.mark.parametrize("text", ["<<0713", "9<0713", "<<<<<<", "900<13", "90071<", ""])
def test_a_date_of_an_unknown_year_or_half_a_number_is_none(text):
    assert full_date(text, today=date(2026, 11, 21), future=False) == ""
