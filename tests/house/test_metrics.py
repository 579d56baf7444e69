"""What Prometheus gets: the figures of several processes added up, on a port that serves nothing else."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve

from tools.secrets import fresh_keys

ROOT = Path(__file__).resolve().parents[2]
REQUESTS = 24
SECONDS = 40


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    var = tmp_path_factory.mktemp("var")
    given = {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(var),
        "DJANGO_SETTINGS_MODULE": "identite.settings",
        "METRICS": "1",
    }
    given |= fresh_keys() | {"ALLOWED_HOSTS": "127.0.0.1"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=given, check=True)
    return given


@contextlib.contextmanager
def running(environment, *command):
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=20)


def page(address):
    """Text of a page; asked again until its server listens."""
    until = time.monotonic() + SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError:
            raise
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def value(text, start):
    """The number of the sample whose line begins so."""
    (found,) = re.findall(rf"(?m)^{re.escape(start)} (\S+)$", text)
    return float(found)


def web(environment, port):
    return running(environment, "-m", "tools.web", "--port", str(port))


def test_requests_of_all_processes_are_counted_once_and_outlive_them(environment):
    site, metrics = free_port(), free_port()
    with running(environment, "manage.py", "serve_metrics", "--port", str(metrics)) as server:
        page(f"http://127.0.0.1:{metrics}/metrics")
        with web(environment, site):
            for _ in range(REQUESTS):
                page(f"http://127.0.0.1:{site}/health/live")
        text = page(f"http://127.0.0.1:{metrics}/metrics")
        counted = value(text, "django_http_requests_before_middlewares_total")
        assert counted == REQUESTS
        assert value(text, "identite_database_up") == 1
        assert value(text, "identite_cases_waiting") == 0
        assert value(text, "identite_messages_waiting") == 0
        server.terminate()
        assert server.wait(timeout=20) == 0


def test_the_site_itself_serves_no_figures():
    with pytest.raises(Resolver404):
        resolve("/metrics")


def test_a_database_that_is_away_is_a_figure_too(environment, tmp_path):
    metrics = free_port()
    away = environment | {"DATABASE_URL": f"postgres://nobody@127.0.0.1:{free_port()}/none"}
    with running(away, "manage.py", "serve_metrics", "--port", str(metrics), "--skip-checks"):
        assert value(page(f"http://127.0.0.1:{metrics}/metrics"), "identite_database_up") == 0


def test_tasks_are_timed_by_name_and_end(environment):
    code = (
        "import django; django.setup()\n"
        "from identite.tasks import sweep; sweep.apply()\n"
        "from prometheus_client import generate_latest; from identite.metrics import registry\n"
        "print(generate_latest(registry()).decode())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert value(run.stdout, 'identite_task_seconds_count{state="SUCCESS",task="identite.tasks.sweep"}') == 1


def test_no_visitor_makes_a_label_of_words_of_his_own(environment):
    code = (
        "import django; django.setup()\n"
        "from django.test import Client; site = Client(SERVER_NAME='127.0.0.1')\n"
        "for method in ('GET', 'ANNE', 'X' * 2000): site.generic(method, '/health/live?anne@example.org')\n"
        "from prometheus_client import generate_latest; from identite.metrics import registry\n"
        "print(generate_latest(registry()).decode())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert 'method="GET",view="health-live"' in run.stdout
    assert "anne" not in run.stdout.lower()
    assert "X" * 20 not in run.stdout


def test_where_metrics_are_off_nothing_is_served(environment):
    off = environment | {"METRICS": "0"}
    run = subprocess.run(
        [sys.executable, "manage.py", "serve_metrics"], cwd=ROOT, env=off, capture_output=True, text=True, check=False
    )
    assert run.returncode != 0
    assert "METRICS=1" in run.stderr


def test_a_log_line_is_json_with_the_trace_of_an_error(environment):
    code = (
        "import django, logging; django.setup()\n"
        "try: 1 / 0\n"
        "except ZeroDivisionError: logging.getLogger('tests').exception('divided %s', 'é\\n')"
    )
    production = environment | {"PRODUCTION": "1"}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=production, capture_output=True, text=True, check=True
    )
    (line,) = run.stderr.splitlines()
    told = json.loads(line)
    assert (told["level"], told["logger"], told["event"]) == ("error", "tests", "divided é\n")
    assert "ZeroDivisionError" in told["exception"]
    assert told["timestamp"].endswith("+00:00")
