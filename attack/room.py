"""The stack that is attacked: its processes, its folders, the people who use it."""

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.e2e.citizen import Citizen, Page
from tests.e2e.stack import OwnDatabase, Stack, children, command_line, end, start_stack
from tools import services

# What the stack may know of whoever attacks it.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "WORKER_CONCURRENCY")
SWEEP_SECONDS = 5


@dataclass
class Room:
    """temp: where the stack's processes put temporary files. postgresql, redis: servers that may be ended."""

    stack: Stack
    temp: Path
    postgresql: services.Server | None = None
    redis: services.Server | None = None
    database: str = ""  # its address
    people: list[Citizen] = field(default_factory=list)

    @property
    def port(self) -> int:
        return urlsplit(self.stack.base_url).port or 80

    @property
    def var(self) -> Path:
        assert self.stack.var is not None
        return self.stack.var

    def web_processes(self) -> list[int]:
        """Process ids of the web servers, parents first."""
        return self._programs(lambda command: " celery " not in command)

    def queue_processes(self) -> list[int]:
        """Those of the worker and of its beat, parents first."""
        return self._programs(lambda command: " celery " in command)

    def _programs(self, wanted: Callable[[str], bool]) -> list[int]:
        assert self.stack.process is not None
        parents = [pid for pid in children(self.stack.process.pid) if wanted(command_line(pid))]
        return parents + [child for pid in parents for child in children(pid)]

    def worker_processes(self) -> list[int]:
        return self.stack.worker_processes()

    def client(self, timeout: float = 20) -> httpx.Client:
        return httpx.Client(base_url=self.stack.base_url, timeout=timeout)

    def cookie(self) -> str:
        """What a browser that has opened a page with a form sends: without it no body is read."""
        with self.client() as client:
            client.get("/connexion/")
            return "; ".join(f"{name}={value}" for name, value in client.cookies.items())

    def citizen(self) -> Citizen:
        """Somebody new, closed with the room."""
        self.people.append(Citizen(self.stack.base_url))
        return self.people[-1]

    @cached_property
    def photographer(self) -> Citizen:
        """Somebody at the page that takes the photo of her document."""
        someone = self.citizen()
        someone.enrol_until("letter-sent")
        someone.open_letter()
        someone.identify_until("front")
        return someone

    def photo_page(self) -> Page:
        """The page that takes her photo, whatever was sent to it before."""
        page = self.photographer.open("/courrier/front/")
        return self.photographer.press("Reprendre la photo") if "Vérifiez votre photo" in page.text else page

    def log_since(self, mark: int) -> str:
        return self.stack.log()[mark:]

    def log_mark(self) -> int:
        return len(self.stack.log())

    def close(self) -> None:
        for someone in self.people:
            someone.close()


@contextlib.contextmanager
def embedded(var: Path | None = None, **more: str) -> Iterator[Room]:
    """The embedded stack in a folder of its own. more: further variables of its environment."""
    with tempfile.TemporaryDirectory(prefix="identite-attack-") as own, _started(var or Path(own), more) as room:
        yield room


@contextlib.contextmanager
def on_services(**more: str) -> Iterator[Room]:
    """The same stack on PostgreSQL and Redis, started for it."""
    services.need("initdb", "postgres", "redis-server")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="identite-attack-")))
        folder.chmod(0o755)  # the database's user passes through
        # A transaction that was answered must outlive the server's process.
        postgresql = stack.enter_context(services.postgresql(folder, synchronous_commit="on", log_min_messages="panic"))
        redis = stack.enter_context(services.redis(folder))
        database = stack.enter_context(OwnDatabase(postgresql.url, "identite"))
        (var := folder / "var").mkdir()
        room = stack.enter_context(_started(var, {"DATABASE_URL": database, "CELERY_BROKER_URL": redis.url, **more}))
        room.postgresql, room.redis, room.database = postgresql, redis, database
        stack.callback(postgresql.start)  # wherever the attack has left it: the database is dropped politely
        yield room


@contextlib.contextmanager
def _started(var: Path, more: dict[str, str]) -> Iterator[Room]:
    (temp := var / "temporary").mkdir()
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    environment |= {"TMPDIR": str(temp), "SWEEP_INTERVAL_SECONDS": str(SWEEP_SECONDS), **more}
    stack = start_stack(var, environment)
    assert stack.process is not None
    room = Room(stack, temp)
    try:
        yield room
    finally:
        room.close()
        end(stack.process)


def wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    """Does it hold within that time?"""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.1)
    return holds()
