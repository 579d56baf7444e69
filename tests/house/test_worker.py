"""A real worker, and what a bad night does to its queue."""

import json
import os
import socket
import subprocess
import sys
import time
from fnmatch import fnmatch
from pathlib import Path

import pytest

from identite.celery import app
from tests.identite.test_folder_queue import GARBAGE, connect
from tools.secrets import fresh_keys

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 240


def test_a_worker_lives_on_whatever_lies_in_its_queues(tmp_path):
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "identite.settings"}
    environment |= fresh_keys()
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    folder = tmp_path / "queue"
    with connect(folder) as connection:
        for number, name in enumerate(("checks", "messages", "upkeep") * 4):
            queue = connection.SimpleQueue(name)
            queue.put({"no": "task"})
            for content in GARBAGE.values():
                (folder / name / f"0-{number}-{len(content)}.msg").write_bytes(content)
    send = "import django; django.setup(); from identite.tasks import sweep; sweep.delay()"
    subprocess.run([sys.executable, "-c", send], cwd=ROOT, env=environment, check=True)
    command = [sys.executable, "-m", "celery", "--app", "identite", "worker", "--pool", "solo", "--loglevel", "warning"]
    log = tmp_path / "log"
    with log.open("wb") as output:
        worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        until = time.monotonic() + SECONDS
        while list(folder.glob("[!b]*/*.msg")) and time.monotonic() < until and worker.poll() is None:
            time.sleep(0.1)
        assert worker.poll() is None, log.read_text()
        assert list(folder.glob("[!b]*/*.msg")) == [], log.read_text()
    finally:
        worker.terminate()
        worker.wait(SECONDS)
    assert worker.returncode == 0, log.read_text()
    for path in (folder / "bad").iterdir():
        assert log.read_text().count(f"{path.name.partition('-')[2]} is no message") >= 1


def test_every_task_has_a_queue_that_somebody_takes_from(settings):
    app.loader.import_default_modules()
    ours = [name for name in app.tasks if not name.startswith("celery.")]
    known = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    routes = {name: app.amqp.router.route({}, name)["queue"].name for name in ours}
    assert set(routes.values()) <= known
    assert [name for name in ours if not any(fnmatch(name, pattern) for pattern in settings.CELERY_TASK_ROUTES)] == []


# --- A broker that is away ---

ASK = """
import json
import django; django.setup()
from django.core.management import call_command
from django.test import Client
from enrollment.registration import cookie
from identite import tokens
from notifications.models import Message
from notifications.sweep import send_again
from tests.enrollment.factories import RegistrationFactory

call_command("migrate", verbosity=0)
site = Client(SERVER_NAME="127.0.0.1")
site.cookies[cookie.COOKIE] = tokens.issue(cookie.PURPOSE, RegistrationFactory(support_chosen=True), seconds=3600)
answer = site.post("/inscription/email/", {"email": "anne@example.org"})
ready = site.get("/health/ready")
row = Message.objects.get(event="email_code_sent")
print(json.dumps({"answer": [answer.status_code, answer.headers.get("Location")],
    "ready": [ready.status_code, ready.json()["queue"]], "row": [row.status, row.queued_at], "swept": send_again()}))
"""


@pytest.fixture(params=["no Redis", "no folder"])
def no_broker(request, tmp_path):
    """The variables of an instance whose queue cannot be reached."""
    given = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "identite.settings"}
    given |= fresh_keys() | {"ALLOWED_HOSTS": "127.0.0.1"}
    if request.param == "no folder":
        (tmp_path / "queue").write_text("a file where the folder should be")
        return given
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    return given | {"CELERY_BROKER_URL": f"redis://127.0.0.1:{port}/0"}


def test_a_page_does_not_need_the_broker_and_the_sweep_sends_later(no_broker):
    run = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=no_broker, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout.splitlines()[-1])
    assert told["answer"] == [302, "/inscription/email-code/"]
    assert told["ready"] == [503, False]
    assert told["row"] == ["queued", None]  # no task has it: the next sweep takes it
    assert told["swept"] == 0
    # One line for the page, one for the sweep, and nothing of whom it was for.
    assert run.stderr.count("is not queued, the sweep will") == 2
    assert "Traceback" not in run.stderr
    assert "anne" not in run.stderr
