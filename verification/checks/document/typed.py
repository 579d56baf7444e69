"""The citizen's data from a JSON object: our names, or those of the pivot identity."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from verification.checks.identity import TypedIdentity
from verification.checks.kinds import DocumentKind

ALIASES = {
    "given_name": "first_names",
    "family_name": "birth_name",
    "gender": "sex",
    "birthdate": "birth_date",
    "preferred_username": "use_name",
}
SEXES = {"male": "M", "female": "F", "m": "M", "f": "F", "": ""}
BIRTH = re.compile(r"\d{4}-\d{2}-\d{2}")
KEYS = (
    "sex",
    "first_names",
    "birth_name",
    "use_name",
    "birth_date",
    "nationality",
    "document_number",
    "issue_date",
    "expiry_date",
    "document_kind",
)


def typed_identity(values: Any, *, kind: DocumentKind | None) -> TypedIdentity:
    """Read the object. A value that is missing or null is not compared. Raises ValueError that says what is wrong.

    kind: of the document, when the object does not say.
    """
    if not isinstance(values, Mapping):
        raise ValueError("the typed data must be one JSON object")
    known: dict[str, str] = {}
    for key, value in values.items():
        name = ALIASES.get(key, key)
        if name not in KEYS:
            continue  # the pivot identity has more than a document shows: birthplace, e-mail
        if value is not None and not isinstance(value, str):
            raise ValueError(f"{key} must be a text")
        if value:
            known[name] = value.strip()
    sex = known.get("sex", "").lower()
    if sex not in SEXES:
        raise ValueError("sex is F or M (gender: female or male)")
    birth = _birth(known["birth_date"]) if "birth_date" in known else ""
    try:
        kind = DocumentKind(known["document_kind"]) if "document_kind" in known else kind
    except ValueError:
        raise ValueError(f"document_kind is one of {', '.join(DocumentKind)}") from None
    return TypedIdentity(
        sex=SEXES[sex],
        first_names=known.get("first_names", ""),
        birth_name=known.get("birth_name", ""),
        use_name=known.get("use_name", ""),
        birth_date=birth,
        nationality=known.get("nationality", "").upper(),
        document_kind=kind or DocumentKind.CNI,
        document_number=known.get("document_number", ""),
        issue_date=_day(known["issue_date"], "issue_date") if "issue_date" in known else None,
        expiry_date=_day(known["expiry_date"], "expiry_date") if "expiry_date" in known else None,
    )


def _birth(text: str) -> str:
    """A date whose month and day may be unknown, `00`."""
    if not BIRTH.fullmatch(text):
        return _day(text, "birth_date").isoformat()
    known = "-".join("01" if part == "00" else part for part in text.split("-"))
    try:
        date.fromisoformat(known)
    except ValueError:
        raise ValueError(f"birth_date: there is no {text!r} in the calendar (unknown parts are 00)") from None
    return text


def _day(text: str, name: str) -> date:
    """YYYY-MM-DD, or as people write it here, DD/MM/YYYY."""
    written = re.fullmatch(r"(\d{2})[/.](\d{2})[/.](\d{4})", text)
    try:
        return date.fromisoformat("-".join(reversed(written.groups())) if written else text)
    except ValueError:
        raise ValueError(f"{name} is a date of the form YYYY-MM-DD, not {text!r}") from None
