"""`manage.py backup` and `restore`: what is there afterwards is what was there before; what a restore refuses."""

import contextlib
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.test_operating import FILL, KEYS, ROOT, environment, postgresql, python, run, sqlite
from tools.secrets import fresh_keys

# Every row of every table, whether the evidence opens, whether the journal verifies.
TELL = """
import hashlib
from django.core.management import call_command
from django.db import connection
from notifications.models import Message
from verification.models import Capture

with connection.cursor() as cursor:
    for table in sorted(connection.introspection.table_names()):
        cursor.execute(f'SELECT * FROM "{table}"')
        print(table, sorted(map(repr, cursor.fetchall())))
print([(row.address, row.text) for row in Message.objects.order_by("pk")])
for capture in Capture.objects.order_by("pk"):
    print(hashlib.sha256(capture.file.open().read()).hexdigest(), hashlib.sha256(capture.preview.open().read()).hexdigest())
"""
ANCHOR = "python manage.py anchor_journal"


@pytest.fixture
def alive(tmp_path):
    """A service on SQLite with people, evidence and an anchor, and where to put a backup."""
    var = tmp_path / "var"
    var.mkdir()
    given = environment(var, f"sqlite:///{var}/db.sqlite3", tmp_path / "backup")
    run("python manage.py migrate --verbosity 0 --no-input", given)
    python(FILL, given)
    run(ANCHOR, given)
    return given


def elsewhere(tmp_path: Path, **changes: str) -> dict[str, str]:
    var = tmp_path / "var2"
    var.mkdir(exist_ok=True)
    return environment(var, f"sqlite:///{var}/db.sqlite3", tmp_path / "backup") | changes


def refused(given: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", "restore", given["BACKUP"]],
        cwd=ROOT, env=given, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("kind", "storage"),
    [pytest.param("postgresql", "bucket", marks=pytest.mark.services), ("sqlite", "bucket"), ("sqlite", "folder")],
)
def test_what_was_there_is_there_again(kind, storage, tmp_path):
    with postgresql() if kind == "postgresql" else sqlite(tmp_path) as (before, after):
        services = []
        for number, database in ((1, before), (2, after)):
            (tmp_path / f"var{number}").mkdir()
            given = environment(tmp_path / f"var{number}", database, tmp_path / "backup")
            if storage == "bucket":
                place = {"place": str(tmp_path / f"bucket{number}")}
                given |= {"EVIDENCE_STORAGE": "tests.bucket.Bucket", "EVIDENCE_STORAGE_OPTIONS": json.dumps(place)}
            services.append(given)
        first, second = services
        run("python manage.py migrate --verbosity 0 --no-input", first)
        python(FILL, first)
        run(ANCHOR, first)
        told = python(TELL, first)
        assert "verification_capture [" in told
        assert "and 3 files" in run('python manage.py backup "$BACKUP"', first)
        if kind == "sqlite":
            shutil.rmtree(tmp_path / "var1")
        said = run('python manage.py restore "$BACKUP"', second)
        assert ", 0 faults" in said
        assert python(TELL, second) == told


def test_a_backup_holds_no_key_and_is_its_owners_alone(alive, tmp_path):
    run('python manage.py backup "$BACKUP"', alive)
    backup = tmp_path / "backup"
    everything = b"".join(path.read_bytes() for path in backup.rglob("*") if path.is_file())
    for value in KEYS.values():
        assert value.rpartition(":")[2].encode() not in everything
    assert b"@example.org" not in everything
    modes = {stat.S_IMODE(path.stat().st_mode) for path in backup.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (backup, *backup.rglob("*")) if path.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})


def test_a_backup_is_whole_while_people_go_on(alive, tmp_path):
    """Photos are sent all the while: each row of the backup finds its file."""
    busy = subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\nfor _ in range(500):\n exec({FILL!r})"],
        cwd=ROOT,
        env=alive,
    )
    try:
        counts = [python("from verification.models import Capture; print(Capture.objects.count())", alive)]
        while int(counts[-1]) < 4:
            counts.append(python("from verification.models import Capture; print(Capture.objects.count())", alive))
        run('python manage.py backup "$BACKUP"', alive)
    finally:
        busy.kill()
        busy.wait()
    restored = elsewhere(tmp_path)
    assert ", 0 faults" in run('python manage.py restore "$BACKUP"', restored)
    assert "verification_capture [" in python(TELL, restored)


def test_nothing_is_written_over(alive, tmp_path):
    run('python manage.py backup "$BACKUP"', alive)
    assert "database is not empty" in refused(alive)
    (Path(alive["VAR_DIR"]) / "db.sqlite3").unlink()
    assert "storage is not empty" in refused(alive)
    with contextlib.suppress(AssertionError):
        run('python manage.py backup "$BACKUP"', alive)
        pytest.fail("a backup was written over another one")


@pytest.mark.parametrize("name", ["DATA_KEYS", "DIGEST_KEY", "JOURNAL_KEYS"])
def test_a_backup_of_other_keys_is_refused_by_their_name(alive, tmp_path, name):
    run('python manage.py backup "$BACKUP"', alive)
    restored = elsewhere(tmp_path, **{name: fresh_keys()[name]})
    said = refused(restored)
    assert "other keys" in said
    assert name in said
    assert not any((Path(restored["VAR_DIR"]) / "evidence").rglob("*"))


def test_a_damaged_backup_and_one_of_another_version_are_refused(alive, tmp_path):
    run('python manage.py backup "$BACKUP"', alive)
    restored, manifest = elsewhere(tmp_path), tmp_path / "backup" / "manifest.json"
    whole = manifest.read_text()
    changed = json.loads(whole)
    changed["schema"]["enrollment"] = "0001_initial"
    manifest.write_text(json.dumps(changed))
    said = refused(restored)
    assert "another version" in said
    assert "enrollment 0001_initial" in said
    manifest.write_text(whole)
    photo = next(path for path in (tmp_path / "backup" / "files").rglob("*") if path.is_file())
    photo.write_bytes(photo.read_bytes()[:-1])
    assert "not whole" in refused(restored)
    manifest.unlink()
    assert "no whole backup" in refused(restored)
    assert os.listdir(restored["VAR_DIR"]) in (
        [],
        ["db.sqlite3"],
        ["queue"],
        ["db.sqlite3", "queue"],
        ["queue", "db.sqlite3"],
    )


def test_a_folder_may_be_called_as_it_likes(tmp_path):
    """A database in memory is told from one whose path has that word."""
    var = tmp_path / "in-memory-of-mode=memory"
    var.mkdir()
    given = environment(var, f"sqlite:///{var}/db.sqlite3", tmp_path / "backup")
    run("python manage.py migrate --verbosity 0 --no-input", given)
    run('python manage.py backup "$BACKUP"', given)
    assert (tmp_path / "backup" / "database").stat().st_size > 0


def test_a_database_in_memory_has_nothing_to_keep(tmp_path):
    given = environment(tmp_path / "var", "sqlite://:memory:", tmp_path / "backup")
    done = subprocess.run(
        [sys.executable, "manage.py", "backup", given["BACKUP"]],
        cwd=ROOT, env=given, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert "A database in memory has nothing to keep." in done.stderr
