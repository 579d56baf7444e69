"""The stack that the scenarios drive: the one that `--base-url` names, or one started here with real workers.

Nothing here imports our apps: a scenario knows of the service what a browser shows and what the sandbox answers.

E2E_DATABASE_URL and E2E_BROKER_URL, when set, put the stack on PostgreSQL and Redis instead of SQLite and a folder.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e import sandbox_client

ROOT = Path(__file__).resolve().parents[2]
# What the stack may know of whoever started the tests. The unit tests' own settings are not among it.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "WORKER_CONCURRENCY")
START_SECONDS = 90
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Stack:
    """base_url: without a slash at its end. var: the stack's own folder, None when somebody else started it."""

    base_url: str
    var: Path | None = None
    process: subprocess.Popen[bytes] | None = None

    def log(self) -> str:
        return "" if self.var is None else (self.var / "stack.log").read_text(errors="replace")

    def worker_processes(self) -> list[int]:
        """Process ids of the worker, its parent first. Raises RuntimeError when the stack was not started here."""
        if self.process is None:
            raise RuntimeError("The stack was started by somebody else.")
        parents = [pid for pid in children(self.process.pid) if "celery" in command_line(pid)]
        return parents + [child for pid in parents for child in children(pid)]


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task")
    return sorted(int(child) for task in tasks.glob("*/children") for child in task.read_text().split())


def command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health/ready", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


class OwnDatabase:
    """An empty PostgreSQL database, made for one stack and dropped after it."""

    def __init__(self, server_url: str, name: str) -> None:
        self.server_url, self.name = server_url, name
        self.url = urlsplit(server_url)._replace(path=f"/{name}").geturl()

    def __enter__(self) -> str:
        self.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        self.execute(f'CREATE DATABASE "{self.name}"')
        return self.url

    def __exit__(self, *error: object) -> None:
        self.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute(statement.encode())


def end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def start_stack(var: Path, environment: dict[str, str]) -> Stack:
    url = f"http://localhost:{(port := free_port())}"
    command = [sys.executable, "-m", "tools.demo", "--port", str(port), "--var", str(var)]
    with (var / "stack.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    stack = Stack(url, var, process)
    until = time.monotonic() + START_SECONDS
    while not ready(url):
        if process.poll() is not None or time.monotonic() > until:
            end(process)
            pytest.exit(f"The stack did not start:\n{stack.log()}", returncode=3)
        time.sleep(0.1)
    return stack


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Stack]:
    """The running service. Its database, queue and files are its own and vanish with it."""
    given = request.config.getoption("base_url")
    if given:
        yield Stack(given.rstrip("/"))
        return
    var = tmp_path_factory.mktemp("stack")
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    number = int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 0
    if os.environ.get("E2E_BROKER_URL"):
        broker = urlsplit(os.environ["E2E_BROKER_URL"])
        environment["CELERY_BROKER_URL"] = broker._replace(path=f"/{number}").geturl()
    database = None
    if os.environ.get("E2E_DATABASE_URL"):
        database = OwnDatabase(os.environ["E2E_DATABASE_URL"], f"identite_e2e_{os.getpid()}")
        environment["DATABASE_URL"] = database.__enter__()
    started = start_stack(var, environment)
    try:
        yield started
    finally:
        end(started.process)
        if database is not None:
            database.__exit__()


@pytest.fixture(scope="session")
def base_url(stack: Stack) -> str:
    return stack.base_url


Launch = Callable[..., Browser]


@pytest.fixture(scope="session")
def launch() -> Iterator[Launch]:
    """Starts a Chromium with further arguments."""
    with sync_playwright() as playwright:
        yield lambda *arguments: playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*CHROMIUM, *arguments]
        )


@pytest.fixture(scope="session")
def chromium(launch: Launch) -> Iterator[Browser]:
    started = launch()
    yield started
    started.close()


@pytest.fixture(autouse=True)
def people(request: pytest.FixtureRequest, stack: Stack) -> None:
    """The same invented people in every run of a test; anybody, where a stack may have met those already."""
    anybody = stack.var is None
    sandbox_client.people = random.SystemRandom() if anybody else random.Random(request.node.nodeid)  # noqa: S311


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A scenario that failed shows what the stack said meanwhile."""
    report = yield
    stack = getattr(item, "funcargs", {}).get("stack")
    if report.failed and isinstance(stack, Stack) and stack.var is not None:
        report.sections.append(("the stack's last lines", "\n".join(stack.log().splitlines()[-60:])))
    return report
