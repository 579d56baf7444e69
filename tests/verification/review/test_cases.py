"""A case: its reference, its decisions, its alert."""

from uuid import uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone

from enrollment.models import Account
from identite.references import LENGTH
from identite.transitions import TransitionNotAllowed
from notifications.models import Message
from tests.verification.factories import make_verification
from verification.letter.answers import not_me
from verification.models import Case, Decision
from verification.review.models import CaseState, Verdict
from verification.review.services import decide
from verification.review.shown import day, shown
from verification.services import submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return submit(make_verification()).case


@pytest.fixture
def desk(client):
    client.force_login(Account.objects.create_superuser("root@example.org", "x"))
    return client


def test_a_case_is_decided_once(case):
    decide(case, Verdict.APPROVE, label="first")
    for verdict in Verdict.values:
        with pytest.raises(TransitionNotAllowed):
            decide(case, verdict, label="second", reasons=["other"])
    assert [decision.actor_label for decision in case.decisions.all()] == ["first"]


def test_the_case_page_shows_every_decision_in_order(case, desk):
    decide(case, Verdict.REFUSE, label="agent", reasons=["face_differs"], note="première lecture")
    Decision.objects.create(
        case=case, verdict=Verdict.APPROVE, note="seconde lecture", actor_label="agent", at=timezone.now()
    )
    assert case.last_decision.verdict == Verdict.APPROVE
    page = desk.get(reverse("admin:verification_case_change", args=[case.pk])).content.decode()
    assert page.index("première lecture") < page.index("seconde lecture")
    assert "Visage différent de la photo" in page


@pytest.mark.parametrize("form", [str, lambda case: case.reference, lambda case: str(case).lower()])
def test_a_case_is_found_by_its_reference_and_by_nothing_else(case, desk, form):
    submit(make_verification())
    queue = reverse("admin:verification_case_changelist")
    found = desk.get(queue, {"q": form(case)}).content.decode()
    assert found.count("/change/") == 1
    assert str(case) in found
    for nobody in (case.reference[:5], case.verification.letter.number, "MARTIN"):
        assert "/change/" not in desk.get(queue, {"q": nobody}).content.decode()


@pytest.mark.migrations
@pytest.mark.django_db(transaction=True)
def test_cases_of_before_get_a_reference_each():
    """The migration itself, on rows that had none."""
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    try:
        before = [("verification", "0004_due_dates"), ("enrollment", "0008_activation_codes")]
        executor.migrate(before)
        old = executor.loader.project_state(before).apps
        account = old.get_model("enrollment", "Account").objects.create(email="before@example.org")
        for _number in range(3):
            row = old.get_model("verification", "Verification").objects.create(applicant_id=account.pk, file=uuid4())
            now = timezone.now()
            old.get_model("verification", "Case").objects.create(verification=row, due_at=now, limit_at=now)
    finally:
        MigrationExecutor(connection).migrate(leaves)
    references = list(Case.objects.values_list("reference", flat=True))
    assert len(set(references)) == 3
    assert {len(reference) for reference in references} == {LENGTH}


def test_agents_are_written_to_about_an_alert_by_the_cases_reference(case, desk):
    not_me(case.verification.letter)
    case.refresh_from_db()
    assert (case.alert, case.state) == ("not_me", CaseState.CLOSED)
    mail = Message.objects.get(event="agents_alerted")
    for text in (mail.subject, mail.text, mail.html):
        assert str(case) in text
        assert case.verification.letter.number not in text
    assert reverse("admin:verification_case_change", args=[case.pk]) in mail.text
    page = desk.get(reverse("admin:verification_case_changelist"), {"file": "alert"}).content.decode()
    assert "Je ne suis pas cette personne" in page


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("birth_date", "1990-07-13", "13 juillet 1990"),
        ("birth_date", "1990-07-01", "1er juillet 1990"),
        ("birth_date", "1990-07-00", "juillet 1990"),
        ("birth_date", "1990-00-00", "1990"),
        ("birth_date", "13.07.90", "13.07.90"),
        ("birth_date", "1990-13-45", "1990-13-45"),
        ("nationality", "DEU", "Allemagne"),
        ("nationality", "XXX", "XXX"),
        ("sex", "F", "féminin"),
        ("birth_name", "MARTIN", "MARTIN"),
        ("use_name", None, ""),
    ],
)
def test_values_are_shown_in_french_words(name, value, words):
    assert shown(name, value) == words


def test_a_day_of_the_database_is_shown_like_a_typed_one(case):
    assert day(case.verification.expiry_date) == day("2030-02-11") == "11 février 2030"
