"""Giving and taking rights is an entry of the journal: who, to whom, what; whichever way it is done."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import reverse

from enrollment.models import Account
from enrollment.rights import HOUSE
from identite.journal import Journal
from identite.journal_check import faults_of
from tests.enrollment.factories import AccountFactory

pytestmark = pytest.mark.django_db


def told(chain) -> list[tuple[str, list[str]]]:
    entries = Journal.objects.filter(chain=chain, event__startswith="rights_").order_by("sequence")
    return [(entry.event, entry.detail["given"]) for entry in entries]


@pytest.fixture
def root(client) -> Account:
    root = AccountFactory(agent=True)
    client.force_login(root)
    return root


@pytest.fixture
def group() -> Group:
    group = Group.objects.create(name="Agents")
    group.permissions.add(Permission.objects.get(codename="decide_case"))
    return group


def test_in_the_admin_with_who_did_it(client, root, group):
    account = AccountFactory()
    address = reverse("admin:enrollment_account_change", args=[account.pk])
    client.post(address, {"is_active": "on", "is_staff": "on", "groups": [group.pk]})
    client.post(address, {})
    assert told(account.pk) == [
        ("rights_granted", ["is_staff"]),
        ("rights_granted", ["group:Agents"]),
        ("rights_withdrawn", ["is_active", "is_staff"]),
        ("rights_withdrawn", ["group:Agents"]),
    ]
    entries = Journal.objects.filter(chain=account.pk, event__startswith="rights_")
    assert {(entry.actor, entry.subject) for entry in entries} == {(root, f"enrollment.account:{account.pk}")}
    assert faults_of(account.pk) == []


def test_what_a_group_may_do(client, root, group):
    other = Permission.objects.get(codename="view_case")
    client.post(reverse("admin:auth_group_change", args=[group.pk]), {"name": "Agents", "permissions": [other.pk]})
    assert sorted(told(HOUSE)) == [
        ("rights_granted", ["verification.decide_case"]),
        ("rights_granted", ["verification.view_case"]),
        ("rights_withdrawn", ["verification.decide_case"]),
    ]
    last = Journal.objects.filter(chain=HOUSE).latest("sequence")
    assert (last.actor, last.subject, last.detail["group"]) == (root, f"auth.group:{group.pk}", "Agents")
    assert Journal.objects.get(chain=HOUSE, sequence=1).actor is None  # no request behind it


def test_a_deleted_group_takes_its_rights_from_everybody(client, root, group):
    account = AccountFactory()
    account.groups.add(group)
    client.post(reverse("admin:auth_group_delete", args=[group.pk]), {"post": "yes"})
    assert not Group.objects.filter(pk=group.pk).exists()
    assert told(account.pk)[-1] == ("rights_withdrawn", ["group:Agents"])
    assert told(HOUSE)[-1] == ("rights_withdrawn", ["verification.decide_case"])


def test_by_a_command(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "Tournesol7")
    call_command("createsuperuser", email="root@example.org", interactive=False, verbosity=0)
    account = Account.objects.get()
    assert told(account.pk) == [("rights_granted", ["is_staff", "is_superuser"])]
    entry = Journal.objects.get(chain=account.pk)
    assert (entry.actor, entry.actor_label) == (None, "system")


def test_from_either_side_and_at_once(group):
    account = AccountFactory()
    decide = Permission.objects.get(codename="decide_case")
    group.user_set.add(account)
    account.user_permissions.set([decide])
    account.user_permissions.clear()
    group.user_set.clear()
    decide.group_set.clear()
    account.groups.clear()  # nothing is left to take
    assert told(account.pk) == [
        ("rights_granted", ["group:Agents"]),
        ("rights_granted", ["verification.decide_case"]),
        ("rights_withdrawn", ["verification.decide_case"]),
        ("rights_withdrawn", ["group:Agents"]),
    ]
    assert told(HOUSE)[-1] == ("rights_withdrawn", ["verification.decide_case"])


def test_an_account_without_rights_and_a_save_that_changes_none_write_nothing(django_assert_num_queries):
    account = AccountFactory()
    account.first_name = "Ada"
    account.save()
    with django_assert_num_queries(1):
        account.save(update_fields=["first_name"])
    assert told(account.pk) == []
