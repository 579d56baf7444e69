"""The stack that the scenarios drive: the one that `--base-url` names, or one started here with real workers.

Nothing here imports our apps: a scenario knows of the service what a browser shows and what the sandbox answers.

E2E_DATABASE_URL and E2E_BROKER_URL, when set, put the stack on PostgreSQL and Redis instead of SQLite and a folder.
"""

import os
import random
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e import sandbox_client, told
from tests.e2e.stack import Launch, OwnDatabase, Stack, end, start_stack

# What the stack may know of whoever started the tests. The unit tests' own settings are not among it.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "WORKER_CONCURRENCY")
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


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
    said: set[str] = set()
    try:
        yield started
        with closing(sandbox_client.Sandbox(started.base_url)) as sandbox:
            said = told.by(sandbox_client.met, sandbox)
    finally:
        end(started.process)
        if database is not None:
            database.__exit__()
    leaks = told.in_log(started.log(), said)
    assert not leaks, "The stack's log names people or opens their doors:\n" + "\n".join(leaks[:20])


@pytest.fixture(scope="session")
def base_url(stack: Stack) -> str:
    return stack.base_url


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
