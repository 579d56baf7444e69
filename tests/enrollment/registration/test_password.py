import pytest
from django.contrib.auth.hashers import check_password
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.enrollment.factories import RegistrationFactory

pytestmark = pytest.mark.django_db
PASSWORD = reverse("registration:password")


@pytest.mark.parametrize("password", ["Tournesol7", "à La Plage 3", "Éé1é1é1é", " Espace 1 "])
def test_a_password_that_keeps_the_rules_is_kept_as_a_hash(visitor, password):
    registration = RegistrationFactory(email_verified=True)
    assertRedirects(visitor(registration).post(PASSWORD, {"password": password}), reverse("registration:phone"))
    registration.refresh_from_db()
    assert check_password(password, registration.password)
    assert password not in registration.password


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("tournesol7", "Il manque\u00a0: une majuscule."),
        ("TOURNESOL7", "Il manque\u00a0: une minuscule."),
        ("Tournesol", "Il manque\u00a0: un chiffre."),
        ("Tourne7", "Il manque\u00a0: 8 caractères au minimum."),
        ("t", "Il manque\u00a0: un chiffre, une majuscule et 8 caractères au minimum."),
        ("Aa1" * 50, "trop long"),
        ("Password1", "trop courant"),
        ("Nouveau-Ada1", "semblable"),
        ("", "Choisissez un mot de passe."),
    ],
)
def test_a_refused_password_comes_back_with_the_reason_and_is_not_echoed(visitor, password, reason):
    registration = RegistrationFactory(email_verified=True, email="nouveau-ada@example.org")
    response = visitor(registration).post(PASSWORD, {"password": password})
    assert reason in " ".join(response.context["form"].errors["password"])
    if password:
        assertNotContains(response, f'value="{password}"')
    registration.refresh_from_db()
    assert registration.password == ""


def test_the_page_lists_the_rules_without_a_script(visitor):
    page = visitor(RegistrationFactory(email_verified=True)).get(PASSWORD)
    for rule in ("une minuscule", "un chiffre", "une majuscule", "8 caractères"):
        assertContains(page, rule)
    assertContains(page, 'autocomplete="new-password"')


def test_who_comes_back_may_keep_the_password(visitor):
    browser = visitor(RegistrationFactory(phone_given=True))
    assertContains(browser.get(PASSWORD), "Garder le mot de passe choisi")
    assertRedirects(browser.get(reverse("registration:start")), reverse("registration:names"))
