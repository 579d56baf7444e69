"""The last place of a half-day, wanted by fifty at once: one has it, on either database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.concurrency.last_place import PEOPLE, race
from verification.face_to_face.models import Appointment, Slot
from verification.models import Verification

ROOT = Path(__file__).resolve().parents[2]
TAKEN = (0, 1)  # nobody has booked the half-day before, or somebody has: its row is written, or there


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("taken", TAKEN)
def test_on_postgresql_one_has_the_last_place_and_the_others_are_told(taken):
    assert connection.vendor == "postgresql", "run with DATABASE_URL=postgres://…"
    assert race(taken) == {"booked": 1, "told": PEOPLE - 1}
    assert Appointment.objects.count() == Verification.objects.count() == taken + 1
    assert Slot.objects.count() == 1


@pytest.mark.parametrize("taken", TAKEN)
def test_on_sqlite_one_has_the_last_place_and_the_others_are_told(tmp_path, taken):
    """In a file: the tests' own database lies in memory, behind one connection."""
    done = subprocess.run(  # noqa: S603  (our own module)
        [sys.executable, "-m", "tests.concurrency.last_place", str(taken)],
        cwd=ROOT,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["booked=1", f"told={PEOPLE - 1}"], done.stderr
