"""What the sweep asks of 20,000 files is answered by indexes. On PostgreSQL, which says how it means to answer."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.crowd import LIVING, WRITTEN, grow
from enrollment.models import Enrollment
from identite.sweep import duties
from verification.models import Appointment

pytestmark = [pytest.mark.services, pytest.mark.django_db]
FILES = 20_000
# Whatever holds no ended ones: the same few rows.
LIVING_APPOINTMENTS = "|".join(index.name for index in Appointment._meta.indexes if index.name != "appointment_kept")
# What each duty looks for in the large tables; the other duties read tables that they keep small themselves.
INDEXES = {
    "enrollment.sweep.lapse_unfinished": {"enrollment_unfinished"},
    "enrollment.sweep.remind_unfinished": {"enrollment_not_reminded"},
    "identite.cleaning.forget_journals": {"journal_beginnings"},
    "notifications.sweep.free_lost_claims": {"message_claimed"},
    "notifications.sweep.send_again": {"message_due"},
    "notifications.sweep.wipe_texts": {"message_unwiped"},
    "verification.capture.sweep.finish_late_checks": {"capture_due"},
    "verification.capture.sweep.purge_evidence": {"case_evidence", "capture_unpurged"},
    "verification.face_to_face.sweep.erase_old_appointments": {"appointment_kept"},
    "verification.face_to_face.sweep.lapse_appointments": {LIVING_APPOINTMENTS},
    "verification.face_to_face.sweep.miss_appointments": {LIVING_APPOINTMENTS},
    "verification.face_to_face.sweep.remind_of_appointments": {LIVING_APPOINTMENTS},
    "verification.letter.sweep.dispatch_unsent": {"letter_unsent"},
    "verification.letter.sweep.erase_old_letters": {"letter_proofs_kept"},
    "verification.letter.sweep.lapse_neglected": {"letter_term|letter_reminder"},
    "verification.letter.sweep.send_reminders": {"letter_reminder|letter_term"},
}
SMALL = {
    "enrollment.sweep.delete_old_registrations",
    "identite.anchors.anchor_journal",  # by primary key, as many as one anchor takes
    "identite.cleaning.clean_up",
    "verification.capture.sweep.forget_trials",
}
TABLES = {index.name: model._meta.db_table for model in apps.get_models() for index in model._meta.indexes}


@pytest.fixture(scope="module")
def crowd(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Many files, for this module alone."""
    with django_db_blocker.unblock():
        assert connection.vendor == "postgresql", "run with DATABASE_URL=postgres://…"
        grow(1, FILES)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(sorted({model._meta.db_table for model in WRITTEN}))} CASCADE")


def plans(act: Callable[[], object]) -> str:
    """How the database means to answer what `act` asks."""
    with CaptureQueriesContext(connection) as captured:
        act()
    lines: list[str] = []
    for query in captured:
        if query["sql"].startswith(("SELECT", "UPDATE")) and "pg_advisory" not in query["sql"]:
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN " + query["sql"])
                lines += [line for (line,) in cursor.fetchall()]
    return "\n".join(lines)


@pytest.mark.parametrize("name", INDEXES)
def test_a_duty_finds_what_is_due_by_its_index(crowd, name):
    asked = plans(duties()[name])
    for index in INDEXES[name]:
        either = index.split("|")  # both hold the same few rows
        assert any(name in asked for name in either)
        assert f"Seq Scan on {TABLES[either[0]]}" not in asked


def test_no_duty_is_left_out():
    assert {name for name in duties() if not name.startswith("sandbox.")} == set(INDEXES) | SMALL


def test_a_read_without_an_index_is_noticed(crowd):
    assert "Seq Scan on enrollment_enrollment" in plans(lambda: list(Enrollment.objects.filter(terms_version="none")))
    assert Enrollment.objects.count() == FILES
    assert Enrollment.objects.filter(state="started").count() == LIVING // 4
