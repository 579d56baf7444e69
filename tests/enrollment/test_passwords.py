import pytest
from django.contrib.auth.password_validation import get_default_password_validators, validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from enrollment.models import Account
from enrollment.passwords import LengthAndClassesValidator, missing


def test_the_project_uses_these_rules():
    assert any(isinstance(validator, LengthAndClassesValidator) for validator in get_default_password_validators())


@given(st.text(max_size=20))
def test_the_rules_are_exactly_four(password):
    lacks = missing(password)
    assert ("une minuscule" in lacks) == (not any(c.islower() for c in password))
    assert ("une majuscule" in lacks) == (not any(c.isupper() for c in password))
    assert ("un chiffre" in lacks) == (not any(c.isdecimal() for c in password))
    assert ("8 caractères au minimum" in lacks) == (len(password) < 8)


@pytest.mark.parametrize("password", ["Ada.Lovelace1", "Lovelace-2", "lovelaceA1"])
def test_ones_own_name_is_refused(password):
    with pytest.raises(ValidationError, match="semblable"):
        validate_password(password, Account(email="x@example.org", first_name="Ada", last_name="Lovelace"))


def test_a_help_text_says_the_rules():
    assert "une majuscule" in LengthAndClassesValidator().get_help_text()
