"""Sixteen people who send a photo at the same moment, and one who waits for a code by e-mail.

A whole embedded stack with its own people: pages, checks and those who ask share the cores. Each asks every two seconds, as
her page does. Only on a machine that does nothing else are the seconds the service's own; the share of the cores says so.
They are judged at the pace of the machine on which the budget was set, by the faster of the hours before and after.
"""

import os
import re
import statistics
import threading
import time

from attack.room import Room, embedded
from bench.pace import slowness
from bench.server import cpu_seconds
from bench.table import Report, verdict
from tests.e2e.citizen import Citizen

PEOPLE = 16
BUDGET_SECONDS = 10.0
POLL_SECONDS = 2.0
PATIENCE_SECONDS = 180.0


def measure(report: Report) -> None:
    with embedded() as room:
        people = [_before_confirming(room) for _ in range(PEOPLE)]
        slow_before = slowness()
        before, began = _spent(room), time.monotonic()
        waited, code = _confirm_together(people, room)
        took = time.monotonic() - began
        web, worker = (after - earlier for after, earlier in zip(_spent(room), before, strict=True))
    slow = max(1.0, min(slow_before, slowness()))
    p95 = statistics.quantiles(waited, n=20)[-1]
    share = (web + worker) / (took * (os.cpu_count() or 1))
    report.table(
        ["16 photos at once", "measured"],
        [
            ["answer, p50", f"{statistics.median(waited):.1f} s"],
            ["answer, p95", f"{p95:.1f} s"],
            ["this machine, against the one of the budget", f"{slow:.2f} times as slow"],
            [
                f"answer, p95, at the pace of that one (budget {BUDGET_SECONDS:.0f} s)",
                f"{p95 / slow:.1f} s, {verdict(p95 / slow <= BUDGET_SECONDS)}",
            ],
            ["a code by e-mail, asked for meanwhile", f"{code:.1f} s"],
            ["CPU of pages, of checks", f"{web:.1f} s, {worker:.1f} s"],
            ["share of all cores that the service had", f"{share:.0%}"],
        ],
    )


def _before_confirming(room: Room) -> Citizen:
    person = Citizen(room.stack.base_url, kind="passport")
    room.people.append(person)
    person.enrol_until("letter-sent")
    person.open_letter()
    person.identify_until("front")
    person.upload(person.photo("front"), "front.jpg", "image/jpeg")
    return person


def _spent(room: Room) -> tuple[float, float]:
    """Processor seconds of the web server and of the worker since they began."""
    web, worker = room.web_processes(), room.worker_processes()
    return sum(map(cpu_seconds, web)), sum(map(cpu_seconds, worker))


def _confirm_together(people: list[Citizen], room: Room) -> tuple[list[float], float]:
    """Seconds until each one knows, and until the code arrived."""
    waited: list[float] = []
    gate = threading.Barrier(len(people) + 1)

    def confirm(person: Citizen) -> None:
        gate.wait()
        began = time.monotonic()
        _follow(person)
        waited.append(time.monotonic() - began)

    threads = [threading.Thread(target=confirm, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.monotonic()
    other = room.citizen()
    other.begin()
    other.sandbox.code(other.email, "email_code_sent")
    code = time.monotonic() - began
    for thread in threads:
        thread.join()
    if len(waited) < len(people):
        raise RuntimeError(f"{len(people) - len(waited)} of {len(people)} never had an answer")
    return waited, code


def _follow(person: Citizen) -> None:
    """Press «Confirmer», then ask what the page asks until there is an answer. Raises RuntimeError when none comes."""
    page = person.press("Confirmer").answer.text
    found = re.search(r'data-poll="([^"]+)" data-poll-state="running"', page)
    until = time.monotonic() + PATIENCE_SECONDS
    while found and time.monotonic() < until:
        time.sleep(POLL_SECONDS)
        if person.http.get(found.group(1)).json()["state"] == "done":
            return
    if found:
        raise RuntimeError("no answer")
