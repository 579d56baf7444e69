"""An agent with the right says which offices take part and when they open; the rest is the file's."""

from datetime import time
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from tests.enrollment.factories import AccountFactory
from tests.verification.face_to_face.factories import OfficeFactory
from verification.face_to_face.models import Office

pytestmark = pytest.mark.django_db
LIST = reverse("admin:verification_office_changelist")


def agent(client: Any, *rights: str) -> None:
    account = AccountFactory(is_staff=True)
    account.user_permissions.set(Permission.objects.filter(codename__in=[f"{right}_office" for right in rights]))
    client.force_login(account)


def page_of(office: Office) -> str:
    return reverse("admin:verification_office_change", args=[office.pk])


def sent(office: Office, *new: tuple[int, str, str], **more: str) -> dict[str, str]:
    """What the page sends: the hours that stand, and new ones."""
    rows = [(row.weekday, f"{row.opens:%H:%M}", f"{row.closes:%H:%M}", str(row.pk)) for row in office.hours.all()]
    data = {
        "participates": "on",
        "hours-TOTAL_FORMS": str(len(rows) + len(new)),
        "hours-INITIAL_FORMS": str(len(rows)),
        **more,
    }
    for number, (day, opens, closes, *pk) in enumerate([*rows, *new]):
        data |= {f"hours-{number}-weekday": str(day), f"hours-{number}-opens": opens, f"hours-{number}-closes": closes}
        data |= {f"hours-{number}-id": pk[0] if pk else "", f"hours-{number}-office": str(office.pk)}
    return data


def test_hours_and_participation_are_changed_with_the_one_right(client):
    office = OfficeFactory(hours={0: "09:00-12:00"})
    agent(client, "view", "change")
    data = sent(office, (0, "14:00", "17:00"), (6, "10:00", "12:00"), **{"hours-0-DELETE": "on", "name": "Autre"})
    del data["participates"]
    assert client.post(page_of(office), data).status_code == 302
    before = office.name
    office.refresh_from_db()
    assert not office.participates
    assert office.name == before  # the file's
    assert list(office.hours.values_list("weekday", "opens", "closes")) == [
        (0, time(14), time(17)),
        (6, time(10), time(12)),
    ]


@pytest.mark.parametrize(
    ("stretch", "said"),
    [
        ((0, "17:00", "14:00"), "vient après"),
        ((0, "11:00", "15:00"), "se recouvrent le lundi"),
        ((9, "9:00", "10:00"), "choix valide"),
    ],
)
def test_hours_that_cannot_be_are_refused(client, stretch, said):
    office = OfficeFactory(hours={0: "09:00-12:00"})
    agent(client, "view", "change")
    page = client.post(page_of(office), sent(office, stretch))
    assert page.status_code == 200
    assert said in page.content.decode()
    assert office.hours.count() == 1


def test_who_may_only_look_changes_nothing(client):
    office = OfficeFactory(hours={0: "09:00-12:00"})
    agent(client, "view")
    page = client.get(page_of(office)).content.decode()
    assert office.name in page
    assert client.post(page_of(office), sent(office, (1, "09:00", "12:00"))).status_code == 403
    assert office.hours.count() == 1


@pytest.mark.parametrize("name", ["add", "delete"])
def test_nobody_adds_or_deletes_an_office_by_hand(client, name):
    office = OfficeFactory()
    client.force_login(AccountFactory(is_staff=True, is_superuser=True))
    args = [] if name == "add" else [office.pk]
    assert client.post(reverse(f"admin:verification_office_{name}", args=args), {"post": "yes"}).status_code == 403
    assert Office.objects.count() == 1


def test_without_a_right_there_is_nothing(client):
    agent(client)
    assert client.get(LIST).status_code == 403
    client.force_login(AccountFactory())
    assert client.get(LIST).status_code == 302


def test_the_list_is_searched_and_shows_closed_offices_when_asked(client, django_assert_max_num_queries):
    OfficeFactory(name="Rennes Gare")
    OfficeFactory(name="Vannes Port", city="Vannes", postal_code="56000")
    OfficeFactory(name="Rennes Ancien", closed_at=timezone.now())
    agent(client, "view", "change")
    with django_assert_max_num_queries(6):
        page = client.get(LIST, {"q": "rennes"}).content.decode()
    assert "Rennes Gare" in page
    assert "Vannes Port" not in page
    assert "Rennes Ancien" not in page
    assert "Rennes Ancien" in client.get(LIST, {"fermes": "1"}).content.decode()
    assert "Vannes Port" in client.get(LIST, {"q": "56"}).content.decode()
