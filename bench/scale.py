"""Does it cost the same at a thousand files and at a million? On a PostgreSQL of its own: python -m bench.scale

Processor time of the program and of its database's process, medians of many runs, and the blocks of 8 kB that the plans
of the reads touch, all beside their ratio to the smallest size. What is judged is what the whole act costs.
"""

import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from bench.table import Report, milliseconds
from tools import services
from tools.demo import environment_for, plan_from

if TYPE_CHECKING:
    from verification.checks.video.decode import Sample
    from verification.models import Verification

SIZES = (1_000, 100_000, 1_000_000)
RUNS = 15
BOUND = 1.2
RECORDED_SECONDS = 10
LEAST = 0.0003  # seconds: less is one more level of an index, or the machine's noise


@dataclass
class Listener:
    """What one run asks of the database: processor seconds of its process, as the kernel counts them, and the reads."""

    process: Path
    seconds: float = 0.0
    reads: list[tuple[str, Any]] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        began = self._spent()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += self._spent() - began
            if sql.startswith("SELECT") and "FOR " not in sql and "pg_advisory" not in sql:
                self.reads.append((sql, params))

    def _spent(self) -> float:
        return int(self.process.read_text().split()[0]) / 1e9


@dataclass(frozen=True)
class Cost:
    """seconds: of the program and the database together. database: of the database alone. pace: of the same work,

    whatever the size, done between the runs: hours differ on a machine, and a ratio of two sizes is to say nothing of that.
    """

    seconds: float
    database: float
    pace: float
    blocks: int

    def at_pace_of(self, other: "Cost") -> "Cost":
        turn = other.pace / self.pace
        return Cost(self.seconds * turn, self.database * turn, other.pace, self.blocks)


def measure(act: Callable[[], object], prepare: Callable[[], object] = lambda: None) -> Cost:
    """Cost of one act, undone each time."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        process = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    seconds, database, pace, blocks = [], [], [], 0
    for run in range(RUNS):
        pace.append(sum(spent(process, yardstick)[:2]))
        with transaction.atomic():
            prepare()
            own, of_database, reads = spent(process, act)
            seconds.append(own + of_database)
            database.append(of_database)
            if run == RUNS - 1:
                blocks = sum(blocks_of(*read) for read in reads)
            transaction.set_rollback(True)
    return Cost(statistics.median(seconds), statistics.median(database), statistics.median(pace), blocks)


def spent(process: Path, act: Callable[[], object]) -> tuple[float, float, list[tuple[str, Any]]]:
    """Processor seconds of this program, those of the database's process, and what was read."""
    from django.db import connection

    listener, began = Listener(process), time.process_time()
    with connection.execute_wrapper(listener):
        act()
    return time.process_time() - began, listener.seconds, listener.reads


def yardstick() -> None:
    """Two milliseconds or so on each side, the same at every size."""
    from django.db import connection

    sorted(range(20_000), key=lambda number: number * 7919 % 20_011)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(i) FROM generate_series(1, 10000) i")


def blocks_of(sql: str, params: Any) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}", params)
        answer = cursor.fetchone()[0]
    plan = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def read(browser: Any, page: str) -> None:
    """Raises RuntimeError unless the page is there."""
    answer = browser.get(page, follow=True)
    if answer.status_code != 200:
        raise RuntimeError(f"{page} answers {answer.status_code}")


def acts() -> Iterator[tuple[str, Callable[[], object], Callable[[], object]]]:
    """Name, act, and what is done before it, untimed."""
    from django.test import Client
    from django.urls import reverse

    from bench.crowd import numbered
    from bench.due import DUE, STARTED
    from enrollment.models import Account
    from identite.sweep import duties
    from verification.models import Verification

    for name, duty in duties().items():
        if name.startswith("sandbox."):
            continue
        short = name.replace(".sweep.", ": ").replace(".cleaning.", ": ")
        yield f"{short}, nothing due", duty, lambda: None
        if name in DUE:
            yield f"{short}, ten due", duty, DUE[name]
    for title, number in (("started", STARTED[0]), ("letter sent", 2), ("appointment booked", 3), ("under review", 4)):
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(numbered(Account, "account", [number]).get())
        yield f"resume page, {title}", partial(read, browser, "/dossier/"), lambda: None
    agent = Client(SERVER_NAME="localhost")
    agent.force_login(Account.objects.get(email_digest="agent@example.org"))
    cases = reverse("admin:verification_case_changelist")
    for queue in ("", "late", "disputed", "alert", "decided", "all"):
        page = f"{cases}?file={queue}" if queue else cases
        yield f"queue: {queue or 'waiting'}", partial(read, agent, page), lambda: None
    sent = numbered(Verification, "verification", [4]).get()
    yield "replay: signature, lookup, comparison", partial(replayed, sent, recording()), lambda: None


def recording() -> "list[Sample]":
    """Ten seconds of noise, 720p, as often as the checks look at a video."""
    from verification.checks.video.decode import Sample
    from verification.checks.video.thresholds import VideoThresholds

    noise, hertz = np.random.default_rng(1), VideoThresholds().sample_hertz_max
    times = np.arange(0, RECORDED_SECONDS, 1 / hertz)
    return [Sample(time, noise.integers(16, 236, (720 * 3 // 2, 1280), np.uint8)) for time in times]


def replayed(verification: "Verification", samples: "Sequence[Sample]") -> None:
    """All that the check of repeated recordings does with one."""
    from verification.capture.recordings import comparable
    from verification.checks.video.replay import match, signature
    from verification.checks.video.replay_bands import bands, probes

    found = signature(samples)
    bands(found)
    match(found, comparable(verification, probes(found)))


@contextlib.contextmanager
def database() -> Iterator[str]:
    """The URL of an empty database: in a server of its own, or in the one that SERVICES_DATABASE_URL names."""
    given = os.environ.get("SERVICES_DATABASE_URL")
    if given:
        import psycopg

        with psycopg.connect(given, autocommit=True) as server:
            server.execute("CREATE DATABASE identite_bench")
            try:
                yield urlsplit(given)._replace(path="/identite_bench").geturl()
            finally:
                server.execute("DROP DATABASE identite_bench WITH (FORCE)")
        return
    services.need("initdb", "postgres")
    with tempfile.TemporaryDirectory(prefix="identite-bench-") as folder:
        Path(folder).chmod(0o755)  # the database's user passes through
        with services.postgresql(Path(folder)) as server:
            yield server.url


def main() -> int:
    """Exit code 1 when something grows with the number of files."""
    with database() as url, tempfile.TemporaryDirectory(prefix="identite-bench-") as folder:
        given = Namespace(port=8000, host=None, https=False, public_url=None, var=Path(folder))
        environment = environment_for(plan_from(given))
        os.environ.update(environment | {"DJANGO_SETTINGS_MODULE": "bench.settings", "DATABASE_URL": url})
        import django
        import django.db

        django.setup()
        try:
            costs = measure_all()
        finally:
            django.db.connections.close_all()  # the server ends before this process
    sizes = [f"{size:,} files" for size in SIZES]
    heads = ["Processor time", *sizes, "of it the database", "blocks read", "time", "database", "blocks"]
    Report().table(heads, [row(name, measured) for name, measured in costs.items()])
    grown = [name for name, measured in costs.items() if grows(measured)]
    print("\n" + (f"Grows: {'; '.join(grown)}" if grown else "Nothing grows by more than a fifth."), flush=True)
    return 1 if grown else 0


def measure_all() -> dict[str, list[Cost]]:
    """Name → its cost at each of SIZES."""
    from django.core.management import call_command
    from django.db import connection

    from bench.crowd import grow
    from enrollment.models import Account

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    Account.objects.create_superuser("agent@example.org", "Tournesol7")
    costs: dict[str, list[Cost]] = {}
    for before, size in pairwise((0, *SIZES)):
        began = time.monotonic()
        grow(before + 1, size)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        print(f"{size:,} files: written in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        for name, act, prepare in acts():
            costs.setdefault(name, []).append(measure(act, prepare))
    return costs


def grows(measured: Sequence[Cost]) -> bool:
    first, last = measured[0].seconds, measured[-1].at_pace_of(measured[0]).seconds
    return last > max(BOUND * first, first + LEAST)


def row(name: str, measured: Sequence[Cost]) -> list[str]:
    first, last = measured[0], measured[-1].at_pace_of(measured[0])
    return [
        name,
        *(milliseconds(cost.seconds) for cost in measured),
        " / ".join(f"{cost.database * 1000:.2f}" for cost in measured),
        " / ".join(str(cost.blocks) for cost in measured),
        f"x {last.seconds / first.seconds:.2f}",
        f"x {last.database / max(first.database, 1e-9):.2f}",
        f"x {last.blocks / max(first.blocks, 1):.2f}",
    ]


if __name__ == "__main__":
    sys.exit(main())
