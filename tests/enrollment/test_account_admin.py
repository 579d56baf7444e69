import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from enrollment.models import Account, Registration
from tests.enrollment.factories import AccountFactory

pytestmark = pytest.mark.django_db
LIST = reverse("admin:enrollment_account_changelist")


@pytest.fixture
def agent(client) -> Account:
    """An agent who may look accounts up."""
    agent = AccountFactory(is_staff=True)
    agent.user_permissions.add(*Permission.objects.filter(codename__in=("view_account", "change_account")))
    client.force_login(agent)
    return agent


def test_an_agent_finds_an_account_by_its_whole_address_in_any_case(client, agent):
    AccountFactory(email="ada@example.org"), AccountFactory(email="adam@example.org")
    page = client.get(LIST, {"q": "ADA@example.org"})
    assertContains(page, "ada@example.org")
    assertNotContains(page, "adam@example.org")


def test_an_agent_edits_nothing(client, agent):
    account = AccountFactory(email="ada@example.org")
    address = reverse("admin:enrollment_account_change", args=[account.pk])
    assert client.get(address).status_code == 200
    client.post(address, {"email": "eve@example.org", "is_staff": "on", "is_superuser": "on", "first_name": "Eve"})
    account.refresh_from_db()
    assert (account.email, account.is_staff, account.is_superuser, account.first_name) == (
        "ada@example.org", False, False, "Maëlys",
    )  # fmt: skip


def test_the_password_hash_is_shown_to_nobody(client):
    client.force_login(AccountFactory(agent=True))
    account = AccountFactory()
    page = client.get(reverse("admin:enrollment_account_change", args=[account.pk]))
    assertNotContains(page, account.password)


def test_accounts_are_neither_added_nor_deleted_here(client):
    account = AccountFactory(agent=True)
    client.force_login(account)
    assert client.get(reverse("admin:enrollment_account_add")).status_code == 403
    assert client.post(reverse("admin:enrollment_account_delete", args=[account.pk])).status_code == 403
    assert Account.objects.filter(pk=account.pk).exists()


def test_a_citizen_sees_nothing_of_it(client):
    client.force_login(AccountFactory())
    assert client.get(LIST).status_code == 302


def test_registrations_are_not_in_the_admin():
    assert not admin.site.is_registered(Registration)
