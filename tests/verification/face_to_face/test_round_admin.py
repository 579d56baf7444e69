"""An agent with the right keeps the rounds; nobody else does, and nothing impossible is taken."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from pytest_django.asserts import assertContains

from tests.enrollment.factories import AccountFactory
from verification.face_to_face.models import HalfDay, Round

pytestmark = pytest.mark.django_db
LIST, ADD = (reverse(f"admin:verification_round_{name}") for name in ("changelist", "add"))
ROUND = {"commune_code": "60057", "weekday": "1", "half_day": HalfDay.MORNING.value, "capacity": "6"}


def agent(client: Any, *rights: str) -> None:
    account = AccountFactory(is_staff=True)
    account.user_permissions.set(Permission.objects.filter(codename__in=[f"{right}_round" for right in rights]))
    client.force_login(account)


def own() -> list[Round]:
    return list(Round.objects.exclude(commune_code=""))


def test_the_first_rounds_are_those_of_the_whole_country(client):
    agent(client, "view")
    assertContains(client.get(LIST), "toutes les autres", 11)


def test_an_agent_with_the_right_adds_changes_and_deletes_a_round(client):
    agent(client, "view", "add", "change", "delete")
    assert client.post(ADD, ROUND).status_code == 302
    (row,) = own()
    assert (row.commune_code, row.weekday, row.half_day, row.capacity) == ("60057", 1, "morning", 6)
    client.post(reverse("admin:verification_round_change", args=[row.pk]), ROUND | {"capacity": "0"})
    assert own()[0].capacity == 0
    client.post(reverse("admin:verification_round_delete", args=[row.pk]), {"post": "yes"})
    assert own() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"commune_code": "00000"},
        {"commune_code": "6005"},
        {"commune_code": "Paris"},
        {"weekday": "6"},
        {"half_day": "night"},
        {"capacity": "-1"},
        {"capacity": "100"},
        {"capacity": ""},
    ],
)
def test_what_cannot_be_is_refused(client, wrong):
    agent(client, "view", "add")
    page = client.post(ADD, ROUND | wrong)
    assert page.status_code == 200
    assert page.context["adminform"].form.errors
    assert own() == []


def test_a_round_stands_once(client):
    agent(client, "view", "add")
    client.post(ADD, ROUND)
    assert client.post(ADD, ROUND | {"capacity": "9"}).status_code == 200
    assert [row.capacity for row in own()] == [6]


@pytest.mark.parametrize("rights", [(), ("view",)])
def test_without_the_right_nothing_is_changed(client, rights):
    agent(client, *rights)
    row = Round.objects.all()[0]
    for address in (
        ADD,
        *(reverse(f"admin:verification_round_{name}", args=[row.pk]) for name in ("change", "delete")),
    ):
        assert client.post(address, ROUND | {"post": "yes"}).status_code == 403
    assert own() == []
    assert Round.objects.count() == 11


def test_a_citizen_sees_none_of_it(client):
    client.force_login(AccountFactory())
    assert client.get(LIST).status_code == 302
