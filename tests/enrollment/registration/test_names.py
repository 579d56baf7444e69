import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from enrollment.accounts import AddressNotProven, create_account
from enrollment.models import Account, Registration
from identite.journal import Journal
from identite.journal_check import faults_of
from notifications.models import Message
from tests.enrollment.factories import PASSWORD, AccountFactory, RegistrationFactory

pytestmark = pytest.mark.django_db
NAMES = reverse("registration:names")
LOGIN = reverse("login")
ANSWERS = {"civility": "F", "first_name": "Maëlys", "last_name": "d’Arc", "accept_terms": "on"}


def test_the_answers_become_an_account_and_leave_the_registration(visitor):
    registration = RegistrationFactory(phone_given=True)
    assertRedirects(visitor(registration).post(NAMES, ANSWERS), LOGIN)
    account = Account.objects.get()
    assert account.email == registration.email
    assert (account.civility, account.first_name, account.last_name) == ("F", "Maëlys", "d'Arc")
    assert account.phone == "+33639980001"
    assert account.check_password(PASSWORD)
    assert account.terms_version == settings.ACCOUNT_TERMS_VERSION
    assert account.commercial_offers is False
    assert not account.is_staff
    registration.refresh_from_db()
    assert registration.account == account
    assert {registration.email, registration.password, registration.phone, registration.first_name} == {""}


def test_an_address_that_another_tab_changed_meanwhile_becomes_no_account(visitor):
    registration = RegistrationFactory(phone_given=True)
    read_before = Registration.objects.get(pk=registration.pk)
    registration.email, registration.email_verified_at, registration.password = "victime@example.org", None, ""
    registration.save()
    with pytest.raises(AddressNotProven):
        create_account(read_before)
    assert not Account.objects.exists()


def test_offers_are_taken_by_who_ticks_the_box(visitor):
    page = visitor(RegistrationFactory(phone_given=True))
    assert page.get(NAMES).context["form"]["commercial_offers"].value() in (None, False)
    page.post(NAMES, ANSWERS | {"commercial_offers": "on"})
    assert Account.objects.get().commercial_offers is True


@pytest.mark.parametrize("missing", ANSWERS)
def test_every_answer_is_wanted(visitor, missing):
    response = visitor(RegistrationFactory(phone_given=True)).post(
        NAMES, {name: value for name, value in ANSWERS.items() if name != missing}
    )
    assert list(response.context["form"].errors) == [missing]
    assert not Account.objects.exists()


@pytest.mark.parametrize("name", ["R2D2", "李", "Ada<script>", "-Ada", "a" * 257, "   "])
def test_what_is_no_name_is_refused(visitor, name):
    response = visitor(RegistrationFactory(phone_given=True)).post(NAMES, ANSWERS | {"first_name": name})
    assert response.context["form"].errors["first_name"]
    assert not Account.objects.exists()


def test_the_account_is_journalled_and_its_owner_told(visitor):
    visitor(RegistrationFactory(phone_given=True)).post(NAMES, ANSWERS)
    account = Account.objects.get()
    assert [entry.event for entry in Journal.objects.filter(chain=account.pk)] == ["account_created"]
    assert faults_of(account.pk) == []
    assert Message.objects.get().event == "account_created"


def test_a_double_press_makes_one_account_and_one_mail(visitor):
    registration = RegistrationFactory(phone_given=True)
    first, second = visitor(registration), visitor(registration)
    assertRedirects(first.post(NAMES, ANSWERS), LOGIN)
    assertRedirects(second.post(NAMES, ANSWERS), LOGIN)
    assertRedirects(first.post(NAMES, ANSWERS), LOGIN)
    assert Account.objects.count() == Message.objects.count() == 1


def test_an_account_asked_for_twice_with_old_rows_is_made_once():
    registration = RegistrationFactory(phone_given=True)
    stale = Registration.objects.get(pk=registration.pk)
    account = create_account(registration)
    assert create_account(stale) == account
    assert Account.objects.count() == Message.objects.count() == 1


def test_two_registrations_of_one_address_make_one_account(visitor):
    registration = RegistrationFactory(phone_given=True)
    AccountFactory(email=registration.email)
    response = visitor(registration).post(NAMES, ANSWERS)
    assertContains(response, "Un compte vient d’être créé", status_code=409)
    assert Account.objects.count() == 1


def test_the_login_page_says_that_the_account_exists_and_knows_the_address(visitor):
    browser = visitor(RegistrationFactory(phone_given=True))
    page = browser.post(NAMES, ANSWERS, follow=True)
    assertContains(page, "Votre compte est créé")
    assert page.context["form"]["email"].value() == Account.objects.get().email
    response = browser.post(LOGIN, {"email": Account.objects.get().email, "password": PASSWORD})
    assertRedirects(response, reverse("enrollment:resume"), fetch_redirect_response=False)
    assert browser.cookies["registration"].value == ""


def test_a_stranger_sees_nothing_of_it(visitor):
    visitor(RegistrationFactory(phone_given=True)).post(NAMES, ANSWERS)
    page = Client().get(LOGIN)
    assert page.context["created"] is None
    assert page.context["form"]["email"].value() is None


def test_after_the_account_the_way_in_begins_another_registration(visitor):
    browser = visitor(RegistrationFactory(phone_given=True))
    browser.post(NAMES, ANSWERS)
    assertRedirects(browser.get(reverse("registration:start")), reverse("registration:prerequisites"))
    browser.post(reverse("registration:prerequisites"), {"of_age": "on", "has_document": "on"})
    assert Registration.objects.filter(account=None).count() == 1


@pytest.mark.parametrize("more", [{}, {"keep": "1"}], ids=["sent with a mistake", "while it is typed"])
def test_what_was_typed_comes_back_after_a_link_or_a_reload(visitor, more):
    page = visitor(RegistrationFactory(phone_given=True))
    page.post(NAMES, {"civility": "F", "first_name": "Maëlys 2", "last_name": "d’Arc" + "c" * 1000} | more)
    form = page.get(NAMES).context["form"]
    assert [form[name].value() for name in ("civility", "first_name")] == ["F", "Maëlys 2"]
    assert form["last_name"].value().startswith("d’Arc")
    assert form["accept_terms"].value() in (None, False)
    assert not Account.objects.exists()


@pytest.mark.parametrize("way", [{"keep": "1"}, {}], ids=["kept", "refused"])
def test_no_character_is_kept_that_postgresql_refuses(visitor, way):
    registration = RegistrationFactory(phone_given=True)
    typed = {"civility": "\x00", "first_name": "Ma\x00ëlys", "last_name": "\x00" * 3000 + "Arc"}
    assert visitor(registration).post(NAMES, typed | way).status_code in (200, 204)
    registration.refresh_from_db()
    assert (registration.civility, registration.first_name, registration.last_name) == ("", "Maëlys", "Arc")
