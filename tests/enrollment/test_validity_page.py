from datetime import date

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from verification.checks.validity import Reason

VALIDITY = reverse("validity")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch) -> None:
    """The dates below are judged on one day."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: date(2026, 11, 21))


def ask(client, kind: str, issue: str, expiry: str = "", adult: str = "yes"):
    answers = {"kind": kind, "adult_at_issue": adult}
    for name, typed in (("issue", issue), ("expiry", expiry)):
        parts = typed.split("/") if typed else ["", "", ""]
        answers |= dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), parts, strict=True))
    return client.post(VALIDITY, answers)


@pytest.mark.parametrize(
    ("kind", "issue", "expiry", "adult", "answer", "reason"),
    [
        ("passport", "15/03/2020", "14/03/2030", "yes", "Utilisable en ligne", Reason.VALID),
        ("passport", "15/03/2014", "14/03/2024", "yes", "en face à face seulement", Reason.EXPIRED),
        ("cni", "02/12/2012", "01/12/2022", "yes", "Utilisable en ligne", Reason.EXTENDED),
        ("cni", "02/12/2012", "01/12/2022", "no", "en face à face seulement", Reason.EXPIRED),
        ("cni", "02/12/2018", "", "yes", "Utilisable en ligne", Reason.VALID),
        ("permit", "01/06/2024", "31/05/2029", "yes", "Utilisable en ligne", Reason.VALID),
        ("permit", "01/06/2024", "31/05/2026", "yes", "Non utilisable", Reason.PERMIT_TOO_SHORT),
    ],
)
def test_the_answer_and_its_reason(client, kind, issue, expiry, adult, answer, reason):
    response = ask(client, kind, issue, expiry, adult)
    assertContains(response, answer)
    assert response.context["validity"].reason == reason
    assertContains(response, response.context["explanation"])


def test_an_extended_card_shows_its_last_day(client):
    assertContains(ask(client, "cni", "02/12/2012", "01/12/2022"), "1er décembre 2027")


@pytest.mark.parametrize(
    ("kind", "issue", "expiry", "field"),
    [
        ("passport", "22/11/2026", "21/11/2036", "issue_day"),
        ("passport", "15/03/2020", "14/03/2019", "expiry_day"),
        ("passport", "15/03/2020", "14/03/2040", "expiry_day"),
        ("passport", "15/03/2020", "", "expiry_day"),
        ("passport", "32/03/2020", "14/03/2030", "issue_day"),
        ("passport", "01/01/1900", "14/03/2030", "issue_day"),
        ("driving", "15/03/2020", "14/03/2030", "kind"),
    ],
)
def test_dates_that_make_no_sense_are_to_be_corrected_not_judged(client, kind, issue, expiry, field):
    response = ask(client, kind, issue, expiry)
    assert list(response.context["form"].errors) == [field]
    assertNotContains(response, "tilisable en")


def test_the_page_opens_without_answers(client):
    assertContains(client.get(VALIDITY), "Vérifier la validité de mes documents")
