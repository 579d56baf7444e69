"""Time passes for one person: whatever anybody else has in the database stays as it is, whatever of it is due."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from celery.signals import task_prerun
from django.db import connection, models
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from authenticator.models import Device
from enrollment.models import Account, Registration
from identite import quotas, tokens
from identite.codes import one_time
from identite.sessions import Session
from notifications.models import Message
from notifications.services import send_email
from sandbox.passing import pass_time
from sandbox.people import KEPT, OURS, Person, UnknownPerson, models_with_dates
from tests.enrollment.factories import (
    AccountFactory,
    EnrollmentFactory,
    RegistrationFactory,
    make_proving_enrollment,
)
from tests.house.walk import capture, letter_of
from tests.verification.face_to_face.helpers import BEAUVAIS, MONDAY, book_home, make_in_person
from verification.capture.models import (
    Capture,
    CaptureKind,
    CaptureState,
    Challenge,
    Finding,
    RecordingBand,
    Trial,
)
from verification.face_to_face import dates, rounds
from verification.face_to_face.models import Appointment, Meeting, PostalAgent
from verification.models import Case
from verification.review.models import Decision
from verification.services import submit

pytestmark = pytest.mark.django_db

Rows = dict[str, Counter[str]]


def database() -> Rows:
    """Every row of every table, as it is stored."""
    tables: Rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 (names of our own tables)
            tables[table] = Counter(repr(row) for row in cursor.fetchall())
    return tables


def personal() -> set[type[models.Model]]:
    """The tables below an account or a registration, and those that name a row as their subject."""
    found: set[type[models.Model]] = set()
    coming: list[type[models.Model]] = [Account, Registration]
    while coming:
        model = coming.pop()
        if model in found or model in KEPT or model._meta.app_label not in OURS:
            continue
        found.add(model)
        coming += [relation.related_model for relation in model._meta.related_objects]
    return found | {Message, one_time.OneTimeCode, tokens.Token, quotas.Quota}


def begun(email: str, **fields: Any) -> Registration:
    """A registration under way: its code, the cookie of its browser, a mail to somebody without an account."""
    registration = RegistrationFactory(phone_given=True, email=email, **fields)
    one_time.issue("email", registration)
    tokens.issue("registration", registration, seconds=600)
    quotas.take("email_code_send", email)
    send_email("password_reset_unknown", address=email, context={"start_url": "https://example.org/"})
    return registration


def citizen(email: str, mobile: str) -> Account:
    """An account with a row in every table that can hold one of hers: a photo in the queue, a case that waits."""
    account: Account = AccountFactory(email=email, phone=mobile)
    enrollment = make_proving_enrollment(account=account, mobile=mobile)
    verification = letter_of(enrollment).verification
    photo = capture(verification, CaptureKind.FRONT, CaptureState.QUEUED)
    Capture.objects.filter(pk=photo.pk).update(queued_at=timezone.now(), checked_at=None)
    Finding.objects.create(capture=photo, code="document.sharpness", outcome="pass")
    RecordingBand.objects.create(capture=photo, value=1)
    Challenge.objects.create(verification=verification, gesture="turn_left", expires_at=timezone.now())
    Trial.objects.create(verification=verification)
    submit(verification)
    case = Case.objects.get(verification=verification)
    Decision.objects.create(case=case, verdict="approve", actor_label="test", at=timezone.now())
    Device.objects.create(account=account, file=enrollment.pk)
    Session.objects.create(session_key=account.pk.hex, account=account, expire_date=timezone.now())
    begun(f"again-{email}", account=account)
    return account


def in_person(email: str, mobile: str) -> Account:
    """An account whose identity is to be proven at home: always the same half-day, and a meeting that was broken off."""
    account: Account = AccountFactory(email=email, phone=mobile)
    day = rounds.open_days(BEAUVAIS, until=dates.last_day(BEAUVAIS))[0]
    file = make_in_person(account=account, mobile=mobile)
    appointment = book_home(file, day.date, day.halves[0].half_day)
    Meeting.objects.create(appointment=appointment, agent=postman(), state="left")
    return account


def postman() -> PostalAgent:
    """Everybody's."""
    account = Account.objects.filter(email_digest="facteur@example.org").first()
    account = account or AccountFactory(email="facteur@example.org", phone="+33639980003")
    agent, _made = PostalAgent.objects.get_or_create(account=account, communes=[BEAUVAIS])
    return agent


@pytest.fixture
def theirs() -> Rows:
    """Neighbours with something in every table, and others with something else that is due for long."""
    citizen("paul@example.org", "+33639980002")
    in_person("sarah@example.org", "+33639980004")
    make_proving_enrollment()  # a letter that nobody opens
    EnrollmentFactory()  # a file that nobody goes on with
    begun("lea@example.org")
    for model in models_with_dates():
        names = [field.name for field in model._meta.concrete_fields if isinstance(field, models.DateTimeField)]
        if names:
            model._default_manager.update(**{name: F(name) - timedelta(days=200) for name in names})
    assert [model.__name__ for model in personal() if not model._default_manager.exists()] == []
    return database()


def lost(theirs: Rows) -> list[str]:
    """The tables in which a row of `theirs` changed or went."""
    now = database()
    return [table for table, rows in theirs.items() if rows - now[table]]


@pytest.mark.parametrize("address", ["nobody@example.org", "again-paul@example.net", "%", "NULL"])
def test_time_for_nobody_changes_nothing_at_all(client, theirs, address):
    body = {"email": address, "hours": 9600}
    answer = client.post(reverse("sandbox:time-json"), body, content_type="application/json")
    assert answer.status_code == 404
    assert database() == theirs


def test_a_person_without_an_address_is_nobody(theirs):
    Registration.objects.update(email="")
    with pytest.raises(UnknownPerson):
        Person(" ")


def test_time_for_a_registration_moves_that_one_alone(client, theirs):
    mine = begun("jeanne@example.org")
    end = mine.expires_at
    body = {"email": mine.email, "hours": 1}
    assert client.post(reverse("sandbox:time-json"), body, content_type="application/json").status_code == 200
    mine.refresh_from_db()
    assert mine.expires_at == end - timedelta(hours=1)
    assert lost(theirs) == []


@pytest.mark.parametrize("hours", [1, 9600])
@pytest.mark.parametrize("somebody", [citizen, in_person])
def test_time_for_one_leaves_everybody_elses_rows(theirs, somebody, hours):
    somebody("jeanne@example.org", "+33639980001")
    passed = pass_time(Person("jeanne@example.org"), hours)
    assert passed.rows
    assert lost(theirs) == []


def test_one_of_two_who_wait_for_the_same_postman_has_her_day_sooner(clock):
    clock.stop(MONDAY)
    for name in ("jeanne", "sarah"):
        in_person(f"{name}@example.org", "+33639980001")
    rows = Appointment.objects.order_by("booked_at")
    jeanne, sarah = (rows.filter(pk=pk) for pk in rows.values_list("pk", flat=True))
    assert jeanne.get().slot == sarah.get().slot
    before = database()
    pass_time(Person("jeanne@example.org"), 24)
    assert jeanne.get().slot.day == sarah.get().slot.day - timedelta(days=1)
    assert jeanne.get().slot.half_day == sarah.get().slot.half_day
    assert "verification_slot" not in lost(before)


def test_time_for_a_postal_agent_leaves_those_whom_she_met(theirs):
    pass_time(Person("facteur@example.org"), 30)
    assert not {"verification_meeting", "verification_appointment", "verification_verification"} & set(lost(theirs))


def test_a_neighbour_with_the_same_number_keeps_her_messages(theirs):
    citizen("jeanne@example.org", "+33639980002")
    pass_time(Person("jeanne@example.org"), 30)
    assert "notifications_message" not in lost(theirs)


def test_only_her_tasks_are_queued_however_many_wait():
    for number in range(100):
        send_email(
            "password_reset_unknown", address=f"nr{number}@example.org", context={"start_url": "https://example.org/"}
        )
    for number in range(3):
        citizen(f"paul{number}@example.org", f"+3363998000{number}")
    citizen("jeanne@example.org", "+33639980009")
    Message.objects.update(next_try_at=timezone.now() - timedelta(hours=1))
    Capture.objects.update(queued_at=timezone.now() - timedelta(hours=1))
    jeanne = Person("jeanne@example.org")
    rows = jeanne.rows()
    hers = {str(pk) for pks in rows.values() for pk in pks}
    asked: list[str] = []

    def note(kwargs: dict[str, str], **_signal: object) -> None:
        asked.extend(kwargs.values())

    task_prerun.connect(note)
    try:
        pass_time(jeanne, 1)
    finally:
        task_prerun.disconnect(note)
    assert set(asked) <= hers
    assert len(asked) == len(rows[Message]) + len(rows[Capture]) + 1  # and her letter
