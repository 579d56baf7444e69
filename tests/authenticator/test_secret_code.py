"""Which secret codes are refused, and that all others are not."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from authenticator.secret_code import validate

BIRTH = date(1985, 3, 27)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("0000", "same"), ("7777", "same"), ("1234", "sequence"), ("0123", "sequence"), ("7890", "sequence"),
        ("8901", "sequence"), ("4321", "sequence"), ("0987", "sequence"), ("1985", "birth_year"), ("2703", "birth_day"),
        ("0327", "birth_day"), ("0042", "mobile"), ("123", "digits"), ("12345", "digits"), ("12a4", "digits"),
        ("१२३४", "digits"), ("", "digits"),
    ],
)  # fmt: skip
def test_what_a_stranger_would_try_first_is_refused(code, why):
    with pytest.raises(ValidationError) as refused:
        validate(code, birth=BIRTH, mobile="+33639980042")
    assert refused.value.code == why


def test_a_presumed_birth_still_has_a_year():
    with pytest.raises(ValidationError) as refused:
        validate("1962", birth=None, birth_year="1962")
    assert refused.value.code == "birth_year"


def test_nearly_every_other_code_is_accepted():
    refused = 0
    for number in range(10_000):
        try:
            validate(f"{number:04d}", birth=BIRTH, mobile="+33639980042")
        except ValidationError:
            refused += 1
    # 10 of one digit, 10 rising and 10 falling runs (around the 0 too), and 4 of the person's own.
    assert refused == 34
