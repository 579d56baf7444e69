import pytest
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from tests.enrollment.factories import RegistrationFactory

pytestmark = pytest.mark.django_db
PHONE = reverse("registration:phone")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("01.42.68.53.00", "+33142685300"),
        ("0262 20 12 34", "+262262201234"),
        ("06 39 98 00 01", "+33639980001"),
    ],
)
def test_a_mobile_or_a_landline_will_do(visitor, typed, kept):
    registration = RegistrationFactory(password_set=True)
    assertRedirects(visitor(registration).post(PHONE, {"phone": typed}), reverse("registration:names"))
    registration.refresh_from_db()
    assert registration.phone == kept


@pytest.mark.parametrize("typed", ["", "12", "06 12 34 56", "+44 7700 900123", "0899 12 34 56", "x" * 40])
def test_another_number_is_refused_and_stays_on_the_page(visitor, typed):
    registration = RegistrationFactory(password_set=True)
    response = visitor(registration).post(PHONE, {"phone": typed})
    assert response.context["form"].errors["phone"]
    registration.refresh_from_db()
    assert registration.phone == ""


def test_fiction_numbers_are_refused_where_the_setting_has_none(visitor, settings):
    settings.FICTION_MOBILE_PREFIXES = []
    response = visitor(RegistrationFactory(password_set=True)).post(PHONE, {"phone": "06 39 98 00 01"})
    assert response.context["form"].errors["phone"]
