"""The identity as the citizen typed it, in the shape that the checks compare with."""

from dataclasses import dataclass
from datetime import date

from verification.checks.kinds import DocumentKind


@dataclass(frozen=True, kw_only=True)
class TypedIdentity:
    """birth_date: `YYYY-MM-DD`, a presumed birth may carry `-00`. nationality: ISO 3166 alpha-3. sex: «F» or «M»."""

    sex: str
    first_names: str
    birth_name: str
    use_name: str = ""
    birth_date: str
    nationality: str = "FRA"
    document_kind: DocumentKind
    document_number: str
    issue_date: date | None = None
    expiry_date: date | None = None
