"""Until when a French identity document is good, and for which way of proving one's identity: one rule set for all.

Sources: décret 2013-1188 (identity cards: 15 years for adults, those of 2004-2013 five years longer than printed),
règlement (UE) 2019/1157 (cards since 2021: 10 years). Always computed from the dates, never from a year of expiry.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from verification.checks.kinds import KINDS, OLD_CARD_YEARS, DocumentKind

ADULT_AGE = 18
EXTENDED_FIRST_ISSUE = date(2004, 1, 2)
EXTENDED_LAST_ISSUE = date(2013, 12, 31)
EXTENSION_YEARS = 5
EXTENDED_LAST_DAY = date(2028, 12, 31)
FIFTEEN_YEARS_FIRST_ISSUE = date(2014, 1, 1)
ELECTRONIC_CARD_FIRST_ISSUE = date(2021, 3, 15)  # first department; everywhere since 2 August 2021


class Usability(StrEnum):
    ONLINE = "online"
    FACE_TO_FACE = "face_to_face"
    NOT_USABLE = "not_usable"


class Reason(StrEnum):
    VALID = "valid"
    EXTENDED = "extended"
    EXPIRED = "expired"
    HOLDER_UNDER_AGE = "holder_under_age"
    PERMIT_TOO_SHORT = "permit_too_short"
    ISSUED_IN_FUTURE = "issued_in_future"
    EXPIRES_BEFORE_ISSUE = "expires_before_issue"
    EXPIRES_TOO_LATE = "expires_too_late"
    EXPIRY_UNKNOWN = "expiry_unknown"


@dataclass(frozen=True)
class Validity:
    """valid_until: the last day on which the document is good, extension included; None if the dates make no sense."""

    usability: Usability
    valid_until: date | None
    reason: Reason


def add_years(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 28 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def is_adult(birth_date: date | str, on: date) -> bool:
    """Of age on that day? Unknown parts of a presumed birth (`1990-00-00`) count as the latest possible day.

    Raises ValueError for a text that is no date.
    """
    if isinstance(birth_date, str):
        year, month, day = (int(part) for part in birth_date.split("-"))
        month = month or 12
        birth_date = date(year, month, day or monthrange(year, month)[1])
    # Whoever is not yet born has no birthday that must be counted: the calendar ends with the year 9999.
    return birth_date <= on and add_years(birth_date, ADULT_AGE) <= on


def usable(
    kind: DocumentKind,
    issue: date,
    expiry: date | None,
    birth_date: date | str | None,
    today: date,
    *,
    adult_at_issue: bool | None = None,
) -> Validity:
    """What a document with these dates is good for today.

    expiry: as printed; None for an identity card whose back is not at hand: it is then computed from the issue.
    birth_date: a date, or `YYYY-MM-DD` with `00` for what is unknown; None when only the age at issue is asked for:
        then the holder counts as of age today.
    adult_at_issue: answers that question when no birth date is given; ignored otherwise.
    """
    if birth_date is not None:
        adult_at_issue = is_adult(birth_date, issue)
        if not is_adult(birth_date, today):
            return Validity(Usability.NOT_USABLE, None, Reason.HOLDER_UNDER_AGE)
    if issue > today:
        return Validity(Usability.NOT_USABLE, None, Reason.ISSUED_IN_FUTURE)
    if expiry is None:
        expiry = _expiry_from_issue(kind, issue, adult_at_issue=bool(adult_at_issue))
        if expiry is None:
            return Validity(Usability.NOT_USABLE, None, Reason.EXPIRY_UNKNOWN)
    if expiry <= issue:
        return Validity(Usability.NOT_USABLE, None, Reason.EXPIRES_BEFORE_ISSUE)
    rules = KINDS[kind]
    if rules.max_years is not None and expiry > add_years(issue, rules.max_years):
        return Validity(Usability.NOT_USABLE, None, Reason.EXPIRES_TOO_LATE)
    if rules.min_years and previous_day(add_years(issue, rules.min_years)) > expiry:
        return Validity(Usability.NOT_USABLE, expiry, Reason.PERMIT_TOO_SHORT)
    last_day = extended_expiry(kind, issue, expiry, adult_at_issue=bool(adult_at_issue))
    if today > last_day:
        return Validity(Usability.FACE_TO_FACE, last_day, Reason.EXPIRED)
    return Validity(Usability.ONLINE, last_day, Reason.VALID if today <= expiry else Reason.EXTENDED)


def extended_expiry(kind: DocumentKind, issue: date, expiry: date, *, adult_at_issue: bool) -> date:
    """The last day of validity: five years more than printed for adults' identity cards of 2004-2013.

    Never later than fifteen years after the issue: who types the extended date does not gain another extension.
    """
    extended = kind == DocumentKind.CNI and adult_at_issue and EXTENDED_FIRST_ISSUE <= issue <= EXTENDED_LAST_ISSUE
    if not extended:
        return expiry
    return min(add_years(expiry, EXTENSION_YEARS), add_years(issue, OLD_CARD_YEARS), EXTENDED_LAST_DAY)


def _expiry_from_issue(kind: DocumentKind, issue: date, *, adult_at_issue: bool) -> date | None:
    """What an identity card of that day has printed on it; in the months of both models, the shorter life."""
    if kind != DocumentKind.CNI:
        return None
    fifteen = adult_at_issue and FIFTEEN_YEARS_FIRST_ISSUE <= issue < ELECTRONIC_CARD_FIRST_ISSUE
    return previous_day(add_years(issue, OLD_CARD_YEARS if fifteen else 10))


def previous_day(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
