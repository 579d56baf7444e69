"""docker-compose.yml without an engine: each service's command runs as a plain process beside PostgreSQL and Redis."""

import contextlib
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import yaml

from tools.secrets import fresh_keys

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "environment" in service and "build" in service]
SECONDS_TO_REFUSE = 60
PUBLIC_HOST = "identite.example"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def servers():
    """URLs of a database of our own and of a broker. Fails, and says how, where no server answers."""
    given = [os.environ.get(name) for name in ("SERVICES_DATABASE_URL", "SERVICES_REDIS_URL")]
    if not all(given):
        pytest.fail("SERVICES_DATABASE_URL and SERVICES_REDIS_URL name no servers: run `make test-services`.")
    server_url, broker = given
    name = f"identite_compose_{os.getpid()}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield urlsplit(server_url)._replace(path=f"/{name}").geturl(), urlsplit(broker)._replace(path="/15").geturl()
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def place(servers, tmp_path_factory):
    """What the file leaves to .env, and local servers in place of the containers': (environment, port)."""
    var, port = tmp_path_factory.mktemp("var"), free_port()
    database, broker = servers
    environment = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    environment |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PORT": str(port)}
    environment |= fresh_keys() | {"PUBLIC_URL": f"https://{PUBLIC_HOST}", "ALLOWED_HOSTS": PUBLIC_HOST}
    environment |= {"STATIC_ROOT": str(var / "static")}
    for name in OURS:
        environment |= {key: str(value) for key, value in SERVICES[name]["environment"].items()}
    environment |= {"DATABASE_URL": database, "CELERY_BROKER_URL": broker, "VAR_DIR": str(var)}
    subprocess.run(["bash", "-ec", collect_command(var)], cwd=ROOT, env=environment, check=True)
    return environment, port


def collect_command(var):
    """The line of the Dockerfile that collects the static files, keys of its own included."""
    source = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    line = next(line for line in source.splitlines() if "collectstatic" in line)
    return line.removeprefix("RUN ").split("&& python -m compileall")[0].replace("/tmp/build", str(var / "build"))  # noqa: S108


def command_of(name, port):
    command = SERVICES[name]["command"]
    words = shlex.split(command) if isinstance(command, str) else command
    return [re.sub(r"^--port=8000$", f"--port={port}", word) for word in words]


def health_of(name, environment):
    """Exit code of the container's health check."""
    kind, *words = SERVICES[name]["healthcheck"]["test"]
    words = [word.replace("$$", "$") for word in words]
    command = ["sh", "-c", *words] if kind == "CMD-SHELL" else words
    run = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True)
    return run.returncode


def healthy(name, environment, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if health_of(name, environment) == 0:
            return True
        time.sleep(0.5)
    return False


@contextlib.contextmanager
def running(name, place, log):
    environment, port = place
    with log.open("wb") as output:
        process = subprocess.Popen(
            command_of(name, port), cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def migrate(place):
    environment, port = place
    command = command_of("migrate", port)
    return subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)


def test_the_file_has_the_services_of_production():
    assert set(SERVICES) == {"front", "migrate", "web", "worker", "beat", "metrics", "postgres", "redis"}
    assert all("healthcheck" in SERVICES[name] for name in SERVICES if name != "migrate")


def test_the_front_alone_is_reached_from_outside_and_may_do_nothing_else():
    outside = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert outside.pop("front") == ["80:8080", "443:8443"]
    assert all(port.startswith("127.0.0.1:") for ports in outside.values() for port in ports)
    front = SERVICES["front"]
    assert (front["read_only"], front["cap_drop"]) == (True, ["ALL"])
    assert "USER nginx" in (ROOT / "Dockerfile").read_text()


def test_no_password_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text()
    assert re.findall(r"\$\{\w*(?:PASSWORD|KEY|SECRET)\w*(?::?-|\})", text) == []
    filled = re.findall(r"(?m)^(\w*(?:PASSWORD|KEYS?|TOKEN))=(.+)$", (ROOT / ".env.example").read_text())
    assert filled == []


@pytest.mark.parametrize("name", OURS)
def test_every_service_of_ours_is_production_without_root(name):
    service = SERVICES[name]
    assert service["environment"]["PRODUCTION"] == "1"
    assert "SANDBOX" not in service["environment"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "USER identite" in (ROOT / "Dockerfile").read_text()


@pytest.mark.parametrize("missing", ["DJANGO_SECRET_KEY", "DATA_KEYS", "DIGEST_KEY", "JOURNAL_KEYS"])
def test_production_does_not_start_without_its_keys(tmp_path, missing):
    keys = {name: value for name, value in fresh_keys().items() if name != missing}
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "PRODUCTION": "1", **keys}
    command = [sys.executable, "manage.py", "check"]
    run = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert run.returncode != 0
    assert missing in run.stderr


def test_production_does_not_start_with_the_sandbox(tmp_path):
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "PRODUCTION": "1", "SANDBOX": "1"}
    environment |= fresh_keys() | {"PUBLIC_URL": f"https://{PUBLIC_HOST}"}
    command = [sys.executable, "manage.py", "check"]
    run = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert run.returncode != 0
    assert "SANDBOX and PRODUCTION" in run.stderr


@pytest.mark.parametrize(
    "command",
    [
        [sys.executable, "-c", "import identite.asgi"],  # as every process of the web server does
        [sys.executable, "-m", "celery", "-A", "identite", "worker", "--pool", "solo"],
    ],
)
def test_no_server_starts_with_what_the_system_checks_refuse(tmp_path, command):
    """Neither granian nor Celery heeds the checks by itself."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "PRODUCTION": "1", "SANDBOX": "1"}
    environment |= fresh_keys() | {"PUBLIC_URL": f"https://{PUBLIC_HOST}"}
    run = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True, timeout=SECONDS_TO_REFUSE
    )
    assert run.returncode != 0
    assert "SANDBOX and PRODUCTION" in run.stderr


@pytest.mark.services
def test_every_service_starts_is_healthy_and_ends_when_asked(place, tmp_path):
    environment, port = place
    assert health_of("web", environment) != 0, "something else answers on the port"
    migrated = migrate(place)
    assert migrated.returncode == 0, migrated.stderr
    logs = {name: tmp_path / f"{name}.log" for name in ("web", "worker", "beat")}
    with contextlib.ExitStack() as stack:
        processes = {name: stack.enter_context(running(name, place, log)) for name, log in logs.items()}
        for name in processes:
            assert healthy(name, environment), f"{name}:\n{logs[name].read_text()}"
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/health/live", headers={"Host": PUBLIC_HOST, "X-Forwarded-Proto": "https"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200
        for name, process in processes.items():
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
            assert process.returncode == 0, f"{name}:\n{logs[name].read_text()}"
