"""The commands of docs/operating.md, run as they stand there: backup, loss of everything, restore."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection as database

from tools.secrets import fresh_keys

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "operating.md").read_text()
# A letter on its way and a photo that was sent: rows, encrypted columns, encrypted files, a journal.
FILL = """
import io, random
from PIL import Image
from tests.verification.factories import make_verification
from verification.capture import storing

noise = Image.frombytes("RGB", (900, 600), random.Random(1).randbytes(900 * 600 * 3))
picture = io.BytesIO()
noise.save(picture, "JPEG")
verification = make_verification()
storing.show_document(verification, "cni")
storing.store_photo(verification, "front", picture.getvalue())
"""
TELL = """
import hashlib
from django.apps import apps
from identite.journal import Journal
from notifications.models import Message
from verification.capture.models import Capture

for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
    if model._meta.managed:
        print(model._meta.label, model.objects.count())
print([row.seal for row in Journal.objects.order_by("pk")])
print([(row.address, row.text) for row in Message.objects.order_by("pk")])
for capture in Capture.objects.all():
    print(hashlib.sha256(capture.file.open().read()).hexdigest(), hashlib.sha256(capture.preview.open().read()).hexdigest())
"""


def environment(var: Path, database: str, backup: Path) -> dict[str, str]:
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DJANGO_SETTINGS_MODULE": "identite.settings",
        "CELERY_BROKER_URL": "memory://",
        "VAR_DIR": str(var),
        "DATABASE_URL": database,
        "BACKUP": str(backup),
        **KEYS,
    }


KEYS = fresh_keys()


def run(command: str, given: dict[str, str]) -> str:
    done = subprocess.run(["bash", "-euc", command], cwd=ROOT, env=given, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def python(code: str, given: dict[str, str]) -> str:
    return run('python -c "$CODE"', given | {"CODE": f"import django; django.setup()\n{code}"})


def guide(name: str) -> str:
    (found,) = re.findall(rf"<!-- tested: {name} -->\n```sh\n(.*?)```", GUIDE, re.DOTALL)
    return str(found)


@contextlib.contextmanager
def postgresql():
    """The URLs of two empty databases."""
    server = os.environ.get("SERVICES_DATABASE_URL") or pytest.fail("run `make test-services`")
    names = [f"identite_operating_{os.getpid()}_{number}" for number in (1, 2)]
    with psycopg.connect(server, autocommit=True) as connection:
        for name in names:
            connection.execute(f'CREATE DATABASE "{name}"')
        yield [urlsplit(server)._replace(path=f"/{name}").geturl() for name in names]
        for name in names:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def sqlite(tmp_path: Path):
    yield [f"sqlite:///{tmp_path}/var{number}/db.sqlite3" for number in (1, 2)]


@pytest.mark.parametrize("kind", [pytest.param("postgresql", marks=pytest.mark.services), "sqlite"])
def test_what_was_backed_up_is_there_again_after_everything_is_lost(kind, tmp_path):
    with postgresql() if kind == "postgresql" else sqlite(tmp_path) as (before, after):
        first, second, backup = (tmp_path / name for name in ("var1", "var2", "backup"))
        for folder in (first, second, backup):
            folder.mkdir()
        alive = environment(first, before, backup)
        run("python manage.py migrate --verbosity 0 --no-input", alive)
        python(FILL, alive)
        told = python(TELL, alive)
        assert "verification.Capture 1" in told
        run(guide(f"{kind} backup"), alive)
        shutil.rmtree(first)
        restored = environment(second, after, backup)
        assert ", 0 faults" in run(guide(f"{kind} restore"), restored)
        assert python(TELL, restored) == told


def test_without_its_keys_a_backup_opens_nothing(tmp_path):
    var = tmp_path / "var"
    var.mkdir()
    alive = environment(var, f"sqlite:///{var}/db.sqlite3", tmp_path)
    run("python manage.py migrate --verbosity 0 --no-input", alive)
    python(FILL, alive)
    stolen = alive | fresh_keys()
    with pytest.raises(AssertionError, match=r"(?i)key"):
        python(TELL, stolen)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "column"),
    [("verification_registeredletter", "links_ended"), ("enrollment_enrollment", "wrong_activation_codes")],
)
def test_a_row_of_a_version_that_does_not_know_the_column_can_be_written(table, column):
    """`migrate` comes before the last old process ends: what that one inserts names no new column."""
    with database.cursor() as cursor:
        described = {one.name: one for one in database.introspection.get_table_description(cursor, table)}
    assert described[column].default == "0"


def test_an_upgrade_stops_all_that_reads_and_writes_rows():
    upgrade = GUIDE.partition("## Upgrade")[2]
    assert "docker compose stop web beat worker" in upgrade
    assert upgrade.index("docker compose stop") < upgrade.index("docker compose up")
