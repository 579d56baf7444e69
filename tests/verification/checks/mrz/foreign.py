"""Zones of formats that France issues none of: read and never written by the product, so written here."""

from datetime import date

from verification.checks.mrz.build import checked, field, mrz_date, name_field, number_fields
from verification.checks.mrz.formats import check_digit


def build_td2(
    *, surname: str, given_names: str, document_number: str, issuing_state: str, **holder: str | date
) -> list[str]:
    """Two lines of 36."""
    number, optional = number_fields(document_number, "", 7)
    nationality, birth, sex, expiry = _lower(**holder)
    second = number + nationality + birth + sex + expiry + optional
    return [
        f"I<{issuing_state}{name_field(surname, given_names, 31)}",
        second + check_digit(number + birth + expiry + optional),
    ]


def build_visa(
    *, surname: str, given_names: str, document_number: str, issuing_state: str, width: int, **holder: str | date
) -> list[str]:
    """Two lines of 44 (MRV-A) or of 36 (MRV-B). Visas have no composite digit."""
    nationality, birth, sex, expiry = _lower(**holder)
    second = checked(field(document_number, 9)) + nationality + birth + sex + expiry
    return [f"V<{issuing_state}{name_field(surname, given_names, width - 5)}", field(second, width)]


def _lower(*, nationality: str, birth_date: date, sex: str, expiry_date: date) -> tuple[str, str, str, str]:
    return nationality, checked(mrz_date(birth_date)), sex, checked(mrz_date(expiry_date))
