from datetime import date

import pytest

from verification.checks.kinds import DocumentKind
from verification.checks.validity import Reason, Usability, add_years, is_adult, usable

ADULT, TODAY = date(1970, 5, 1), date(2026, 11, 21)
CNI, PASSPORT, PERMIT = DocumentKind.CNI, DocumentKind.PASSPORT, DocumentKind.PERMIT


@pytest.mark.parametrize(
    ("kind", "issue", "expiry", "birth", "expected"),
    [
        # identity cards of 2004-2013 live five years longer than printed, if issued to a person of age
        (CNI, date(2012, 6, 1), date(2022, 5, 31), ADULT, (Usability.ONLINE, date(2027, 5, 31), Reason.EXTENDED)),
        (CNI, date(2010, 6, 1), date(2020, 5, 31), ADULT, (Usability.FACE_TO_FACE, date(2025, 5, 31), Reason.EXPIRED)),
        (CNI, date(2013, 12, 31), date(2023, 12, 30), ADULT, (Usability.ONLINE, date(2028, 12, 30), Reason.EXTENDED)),
        (
            CNI,
            date(2004, 1, 1),
            date(2013, 12, 31),
            ADULT,
            (Usability.FACE_TO_FACE, date(2013, 12, 31), Reason.EXPIRED),
        ),
        (CNI, date(2004, 1, 2), date(2014, 1, 1), ADULT, (Usability.FACE_TO_FACE, date(2019, 1, 1), Reason.EXPIRED)),
        # to a minor: as printed
        (
            CNI,
            date(2012, 6, 1),
            date(2022, 5, 31),
            date(1994, 6, 2),
            (Usability.FACE_TO_FACE, date(2022, 5, 31), Reason.EXPIRED),
        ),
        (
            CNI,
            date(2012, 6, 1),
            date(2022, 5, 31),
            date(1994, 6, 1),
            (Usability.ONLINE, date(2027, 5, 31), Reason.EXTENDED),
        ),
        # who types the extended date gains nothing by it
        (CNI, date(2012, 6, 1), date(2027, 5, 31), ADULT, (Usability.ONLINE, date(2027, 6, 1), Reason.VALID)),
        # from 2014: fifteen years are printed, nothing is added
        (CNI, date(2014, 1, 1), date(2028, 12, 31), ADULT, (Usability.ONLINE, date(2028, 12, 31), Reason.VALID)),
        (CNI, date(2014, 1, 1), None, ADULT, (Usability.ONLINE, date(2028, 12, 31), Reason.VALID)),
        (CNI, date(2021, 9, 1), None, ADULT, (Usability.ONLINE, date(2031, 8, 31), Reason.VALID)),
        (CNI, date(2012, 6, 1), None, ADULT, (Usability.ONLINE, date(2027, 5, 31), Reason.EXTENDED)),
        # passports: as printed, the last day included
        (PASSPORT, date(2016, 11, 22), TODAY, ADULT, (Usability.ONLINE, TODAY, Reason.VALID)),
        (
            PASSPORT,
            date(2016, 11, 21),
            date(2026, 11, 20),
            ADULT,
            (Usability.FACE_TO_FACE, date(2026, 11, 20), Reason.EXPIRED),
        ),
        (
            PASSPORT,
            date(2012, 6, 1),
            date(2022, 5, 31),
            ADULT,
            (Usability.FACE_TO_FACE, date(2022, 5, 31), Reason.EXPIRED),
        ),
        # residence permits: five years at least
        (PERMIT, date(2024, 3, 1), date(2029, 2, 28), ADULT, (Usability.ONLINE, date(2029, 2, 28), Reason.VALID)),
        (
            PERMIT,
            date(2024, 3, 1),
            date(2029, 2, 27),
            ADULT,
            (Usability.NOT_USABLE, date(2029, 2, 27), Reason.PERMIT_TOO_SHORT),
        ),
        # never
        (
            CNI,
            date(2022, 1, 1),
            date(2031, 12, 31),
            date(2008, 11, 22),
            (Usability.NOT_USABLE, None, Reason.HOLDER_UNDER_AGE),
        ),
        (CNI, date(2026, 11, 22), date(2036, 11, 21), ADULT, (Usability.NOT_USABLE, None, Reason.ISSUED_IN_FUTURE)),
        (CNI, date(2022, 1, 1), date(2022, 1, 1), ADULT, (Usability.NOT_USABLE, None, Reason.EXPIRES_BEFORE_ISSUE)),
        (PASSPORT, date(2022, 1, 1), date(2032, 1, 2), ADULT, (Usability.NOT_USABLE, None, Reason.EXPIRES_TOO_LATE)),
        (PASSPORT, date(2022, 1, 1), None, ADULT, (Usability.NOT_USABLE, None, Reason.EXPIRY_UNKNOWN)),
    ],
)
def test_a_document_is_as_good_as_its_dates_say(kind, issue, expiry, birth, expected):
    validity = usable(kind, issue, expiry, birth, TODAY)
    assert (validity.usability, validity.valid_until, validity.reason) == expected


def test_the_extension_ends_with_2028_for_every_card():
    day = date(2004, 1, 2)
    while day <= date(2013, 12, 31):
        validity = usable(CNI, day, add_years(day, 10), ADULT, TODAY)
        assert validity.valid_until is not None
        assert add_years(day, 15) >= validity.valid_until >= add_years(day, 10)
        assert validity.valid_until <= date(2028, 12, 31)
        day = date.fromordinal(day.toordinal() + 1)


@pytest.mark.parametrize(("adult", "expected"), [(True, Usability.ONLINE), (False, Usability.FACE_TO_FACE)])
def test_without_a_birth_date_the_age_at_issue_decides(adult, expected):
    validity = usable(CNI, date(2012, 6, 1), date(2022, 5, 31), None, TODAY, adult_at_issue=adult)
    assert validity.usability == expected


@pytest.mark.parametrize(
    ("birth", "adult"),
    [
        ("2008-11-21", True),
        ("2008-11-22", False),
        ("2008-11-00", False),
        ("2008-10-00", True),
        ("2008-00-00", False),
        ("2007-00-00", True),
        ("2008-02-29", True),
    ],
)
def test_a_presumed_birth_counts_as_the_latest_possible_day(birth, adult):
    assert is_adult(birth, TODAY) is adult


def test_an_unknown_day_is_the_last_of_its_month():
    assert [is_adult("2008-04-00", date(2026, 4, day)) for day in (28, 29, 30)] == [False, False, True]
    assert [is_adult("2008-02-00", date(2026, 2, day)) for day in (27, 28)] == [False, True]
    assert [is_adult("2007-02-00", date(2025, 2, day)) for day in (27, 28)] == [False, True]


def test_who_is_born_on_29_february_is_of_age_on_28_february_of_a_common_year():
    assert not is_adult(date(2008, 2, 29), date(2026, 2, 27))
    assert is_adult(date(2008, 2, 29), date(2026, 2, 28))


def test_births_and_ends_near_the_end_of_the_calendar_break_nothing():
    assert not is_adult("9999-12-31", date(2026, 11, 21))
    assert not is_adult(date(9990, 1, 1), date(2026, 11, 21))
    result = usable(DocumentKind.PERMIT, date(2020, 1, 1), date(9999, 12, 31), None, date(2026, 11, 21))
    assert result.usability is Usability.ONLINE
