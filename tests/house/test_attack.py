"""The command that attacks: what it judges, and that its servers and programs end with it."""

import contextlib
import http.server
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from attack.__main__ import GROUPS, Attack, tried
from attack.trial import Trial, Visitor
from tools.services import Server, free_port, running

ROOT = Path(__file__).resolve().parents[2]
ATTACKS = [attack for _start, attacks in GROUPS for attack in attacks]


class Health(http.server.BaseHTTPRequestHandler):
    delay = 0.0

    def do_GET(self):
        time.sleep(self.delay)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def health():
    class Own(Health):
        pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Own)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class Place:
    def __init__(self, server):
        self.port = server.server_address[1]


def judged(server, run):
    return tried(Attack("", "", run), Place(server))


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_every_attack_says_in_one_line_what_is_tried_and_what_must_hold(attack):
    assert ":" in attack.says
    assert "\n" not in attack.says
    assert attack.says.endswith(".")


def test_an_attempt_that_does_not_hold_is_said(health):
    trial, _slowest = judged(health, lambda room, trial: [trial.expect(True, ""), trial.expect(False, "it opened")])
    assert (trial.tried, trial.held, trial.said, trial.whole) == (2, 1, ["it opened"], False)


def test_an_attack_that_breaks_did_not_hold(health):
    trial, _slowest = judged(health, lambda room, trial: 1 / 0)
    assert "ZeroDivisionError" in trial.said[0]


def test_what_was_lost_or_doubled_did_not_hold():
    assert not Trial(lost=1).whole
    assert not Trial(doubled=1).whole
    assert Trial(tried=1, held=1).whole


def test_a_visitor_who_waits_too_long_is_told(health):
    health.RequestHandlerClass.delay = 0.3

    def patient(room, trial):
        trial.health_seconds = 0.1
        time.sleep(0.5)

    trial, slowest = judged(health, patient)
    assert slowest >= 0.3
    assert "/health/live" in trial.said[0]


def test_a_visitor_counts_the_time_in_which_nothing_answers():
    with Visitor(free_port()) as visitor:
        time.sleep(0.4)
    assert visitor.slowest >= 0.3
    assert visitor.asked == 0


def test_a_server_that_was_killed_starts_again_on_its_port():
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with running(Server("web", command, port, "")) as server:
        first = server.process.pid
        server.stop(signal.SIGKILL)
        server.start()
        assert server.process.pid != first
        second = server.process
    assert second.poll() is not None


def test_who_is_asked_to_end_leaves_no_program_of_its_command_behind(tmp_path):
    """The command starts a program and is itself ended without a word, as make and pytest are."""
    child = "import os, pathlib, signal, time; pathlib.Path('pid').write_text(str(os.getpid())); time.sleep(60)"
    command = [sys.executable, ROOT / "tools" / "services.py", "sh", "-c", f'{sys.executable} -c "{child}"; true']
    given = {"SERVICES_DATABASE_URL": "none", "SERVICES_REDIS_URL": "none"}
    process = subprocess.Popen(command, cwd=tmp_path, env={**os.environ, **given})
    pid_file = tmp_path / "pid"
    while not (pid_file.exists() and pid_file.read_text()):
        assert process.poll() is None
        time.sleep(0.02)
    pid = int(pid_file.read_text())
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=40) == 143
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        pytest.fail("the program goes on")


def test_what_was_lost_is_said_even_where_the_attack_says_nothing(health):
    def loses(room, trial):
        trial.lost = 2

    trial, _slowest = judged(health, loses)
    assert trial.said == ["2 lost, 0 doubled"]
