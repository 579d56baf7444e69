"""Is the document still good, by the dates that were read, else typed?"""

from collections.abc import Mapping
from datetime import date

from verification.checks import validity
from verification.checks.document.zone_values import Value
from verification.checks.finding import Finding, Outcome
from verification.checks.identity import TypedIdentity
from verification.checks.kinds import DocumentKind
from verification.checks.mrz.parse import Mrz, full_date


def check_expiry(
    typed: TypedIdentity | None,
    values: Mapping[str, Value],
    read: Mrz | None,
    kind: DocumentKind | None,
    today: date,
) -> Finding | None:
    """Is the document good today, by what it says itself? What it does not say is taken from the typed data."""
    if kind is None:
        return None
    expiry = _day(values, "expiry_date") or (typed.expiry_date if typed else None)
    issue = _day(values, "issue_date") or (typed.issue_date if typed else None)
    if issue is None and read is not None and read.format == "FRCNI":
        issue = _first_of_month(read.fields["issue_date"], today)
    birth = _birth(typed, values)
    if issue is None and expiry is None:
        return None
    if issue is None and expiry is not None:
        outcome = Outcome.PASS if today <= expiry else Outcome.REFER
        return Finding("document.expired", outcome, evidence={"valid_until": expiry.isoformat()})
    if issue is None:
        return None
    result = validity.usable(kind, issue, expiry, birth, today)
    until = result.valid_until.isoformat() if result.valid_until else None
    outcome = Outcome.PASS if result.usability is validity.Usability.ONLINE else Outcome.REFER
    return Finding("document.expired", outcome, evidence={"valid_until": until, "reason": str(result.reason)})


def _birth(typed: TypedIdentity | None, values: Mapping[str, Value]) -> date | str | None:
    """As read, with the typed century where that is all in which the two differ: the zone has none."""
    read = _day(values, "birth_date")
    typed_birth = typed.birth_date if typed is not None and typed.birth_date else None
    if read is None or (typed_birth is not None and typed_birth[2:] == read.isoformat()[2:]):
        return typed_birth
    return read


def _day(values: Mapping[str, Value], name: str) -> date | None:
    value = values.get(name)
    if value is None or not value.sure:
        return None
    try:
        return date.fromisoformat(value.text)
    except ValueError:
        return None


def _first_of_month(yymm: str, today: date) -> date | None:
    text = full_date(yymm + "01", today=today, future=False)
    return date.fromisoformat(text) if text else None
