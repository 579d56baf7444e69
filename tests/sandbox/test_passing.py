"""Time passes for one person: all her instants, nobody else's, and no fact of life."""

from datetime import date, timedelta

import pytest
from django.db import models
from django.urls import reverse

from enrollment.models import Account
from identite import quotas, tokens
from identite.codes import one_time
from identite.journal import Journal
from notifications.models import Message
from sandbox.passing import pass_time
from sandbox.people import Person, UnknownPerson, models_with_dates
from tests.verification.face_to_face.helpers import MONDAY, book_home, book_office
from tests.verification.factories import make_verification
from verification.face_to_face.models import Appointment
from verification.letter.models import LetterState, RegisteredLetter
from verification.models import Verification
from verification.services import submit

pytestmark = pytest.mark.django_db

THURSDAY = date(2026, 11, 26)


def instants(queryset: models.QuerySet) -> dict:
    names = [field.name for field in queryset.model._meta.concrete_fields if isinstance(field, models.DateTimeField)]
    return {row["pk"]: {name: row[name] for name in names} for row in queryset.values("pk", *names)}


def all_instants(person: Person) -> dict:
    found: dict = {}
    for model, pks in person.rows().items():
        found[model] = instants(model._default_manager.filter(pk__in=pks))
    return found


@pytest.fixture
def person(django_capture_on_commit_callbacks) -> Person:
    with django_capture_on_commit_callbacks(execute=True):
        account = Account.objects.create_user("jeanne@example.org", phone="+33639980001")
        verification = make_verification(account)
        one_time.issue("email", account)
        tokens.issue("letter_pass", verification, seconds=600)
        quotas.take("email_code_send", "jeanne@example.org")
        quotas.take("sms_code_send", "+33639980001")
    return Person("Jeanne@Example.org")


def test_every_instant_of_hers_moves_and_no_fact_does(person):
    before = all_instants(person)
    assert {"enrollment.Account", "verification.Verification", "verification.RegisteredLetter", "notifications.Message",
            "identite.OneTimeCode", "identite.Token", "identite.Quota", "verification.LetterEvent"} <= {
        model._meta.label for model, rows in before.items() if rows
    }  # fmt: skip
    issue_date = person.verification().issue_date
    pass_time(person, 30)
    for model, rows in all_instants(person).items():
        for pk, values in rows.items():
            for name, value in values.items():
                earlier = before[model].get(pk, {}).get(name)
                if earlier is not None:
                    assert value == earlier - timedelta(hours=30), (model, name)
    assert person.verification().issue_date == issue_date


def test_limits_that_count_by_her_account_end_sooner_too(person):
    quotas.take("sms_code_send", f"account:{person.account.pk}")
    until = quotas.usage("sms_code_send", f"account:{person.account.pk}").until
    pass_time(person, 0.5)
    assert quotas.usage("sms_code_send", f"account:{person.account.pk}").until == until - timedelta(hours=0.5)


def test_nobody_else_is_touched(person, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        other = make_verification()
    submit(other)
    theirs = {model: instants(model._default_manager.all()) for model in models_with_dates()}
    hers = all_instants(person)
    pass_time(person, 5)
    for model, rows in theirs.items():
        now = instants(model._default_manager.all())
        for pk, values in rows.items():
            if pk not in hers.get(model, {}):
                assert now[pk] == values, model


def test_the_journal_keeps_the_true_time(person):
    entries = list(Journal.objects.values_list("pk", "at"))
    pass_time(person, 30)
    assert list(Journal.objects.exclude(event="time_passed").values_list("pk", "at")) == entries
    assert Journal.objects.get(event="time_passed").detail == {"hours": 30}


def test_what_falls_due_is_done(person):
    assert RegisteredLetter.objects.get().state == LetterState.NOTIFIED
    pass_time(person, 24 * 17)
    assert RegisteredLetter.objects.get().state == LetterState.NEGLECTED
    assert Verification.objects.get().state == "lapsed"


@pytest.mark.parametrize("hours", [0, -1, 1e9, float("nan")])
def test_impossible_hours_change_nothing(person, hours):
    before = instants(Account.objects.all())
    with pytest.raises(ValueError, match="hours"):
        pass_time(person, hours)
    assert instants(Account.objects.all()) == before


def test_unknown_people_are_named_as_such(client):
    with pytest.raises(UnknownPerson):
        Person("nobody@example.org")
    answer = client.post(
        reverse("sandbox:time-json"), {"email": "nobody@example.org", "hours": 3}, content_type="application/json"
    )
    assert answer.status_code == 404
    assert "nobody@example.org" in answer.json()["error"]


# --- Face to face ---


@pytest.fixture
def met_at_home(clock, django_capture_on_commit_callbacks) -> Person:
    """It is Monday; the postman comes on Thursday morning."""
    clock.stop(MONDAY)
    with django_capture_on_commit_callbacks(execute=True):
        appointment = book_home(day=THURSDAY)
    return Person(appointment.verification.email)


def told(person: Person) -> list[str]:
    """The events of her messages, in order."""
    mails = Message.objects.filter(recipient=person.account, channel="email")
    return list(mails.order_by("created_at").values_list("event", flat=True))


@pytest.mark.parametrize(
    ("steps", "day"),
    [
        ([24], THURSDAY - timedelta(days=1)),
        ([72], MONDAY.date()),
        ([1] * 24, THURSDAY - timedelta(days=1)),  # hours that make no day yet are not lost
        ([1] * 11, THURSDAY),
        ([30, 30], THURSDAY - timedelta(days=2)),
    ],
)
def test_the_day_of_the_postman_comes_nearer(met_at_home, steps, day):
    for hours in steps:
        pass_time(met_at_home, hours)
    appointment = Appointment.objects.get()
    assert (appointment.slot.day, appointment.slot.half_day) == (day, "morning")


def test_reminders_come_the_day_before_and_in_the_morning_and_then_it_is_missed(met_at_home, clock):
    pass_time(met_at_home, 24)
    assert told(met_at_home) == ["appointment_booked"]
    pass_time(met_at_home, 24 + 1)  # Wednesday, half past ten
    assert told(met_at_home)[1:] == ["appointment_reminder"]
    pass_time(met_at_home, 21)  # Thursday, half past seven
    assert told(met_at_home)[2:] == ["appointment_reminder"]
    pass_time(met_at_home, 8)  # half past three: the morning is over, and the two hours after it
    assert told(met_at_home)[3:] == ["appointment_missed"]
    assert Appointment.objects.get().state == "missed"


def test_after_fifteen_days_the_appointment_lapses(met_at_home):
    pass_time(met_at_home, 24 * 5)
    assert Appointment.objects.get().state == "missed"
    pass_time(met_at_home, 24 * 11)
    assert Appointment.objects.get().state == "lapsed"
    assert told(met_at_home)[-1] == "appointment_lapsed"


def test_at_an_office_there_is_no_day_to_come_nearer(clock):
    clock.stop(MONDAY)
    person = Person(book_office().verification.email)
    last_day = Appointment.objects.get().last_day
    pass_time(person, 24 * 8 + 1)
    assert Appointment.objects.get().last_day == last_day - timedelta(days=8)
    assert told(person) == ["appointment_booked", "appointment_reminder"]
