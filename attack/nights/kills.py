"""kill -9 all over web, worker, PostgreSQL and Redis while people enrol: all are activated in the end, nothing lost, nothing twice."""

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg

from attack.persistent import ONCE, Persistent
from attack.room import Room
from attack.trial import Trial
from tests.e2e.stack import children, command_line

KINDS = ("web", "worker", "database connection", "database", "queue")
MIN_PAUSE_SECONDS = 2.0  # between two kills; nobody restarts a program that dies more than five times a minute
AT_ONCE = 4
AFTER_SECONDS = 420.0  # for whoever is on her way when the kills end: a claim of a message alone may last three minutes
TWICE = {
    "decisions": "SELECT case_id FROM verification_decision GROUP BY case_id HAVING count(*) > 1",
    "letters": "SELECT verification_id FROM verification_registeredletter GROUP BY verification_id HAVING count(*) > 1",
    "active phones": "SELECT file FROM authenticator_device WHERE state = 'active' GROUP BY file HAVING count(*) > 1",
    "findings": "SELECT capture_id, code FROM verification_finding GROUP BY capture_id, code HAVING count(*) > 1",
    "transitions": "SELECT subject, event FROM identite_journal"
    " WHERE event IN ('confirm', 'submit', 'approve', 'accept_letter', 'activate')"
    " GROUP BY subject, event HAVING count(*) > 1",
    "messages": "SELECT recipient_id, event FROM notifications_message WHERE event = ANY(%(once)s)"
    " GROUP BY recipient_id, event HAVING count(*) > 1",
}
GONE = {
    "journal entries": "SELECT chain FROM identite_journal GROUP BY chain HAVING max(sequence) > count(*)",
    "messages": "SELECT id FROM notifications_message WHERE status <> 'sent'",
}


@dataclass
class Plan:
    """seconds: of kills, at most."""

    kills: int = 20
    funnels: int = 3
    seed: int = 1
    seconds: float = 150.0


PLAN = Plan()


class Killer(threading.Thread):
    """Kills in step with the people: as many of the kills as of the funnels are done, and a few more."""

    def __init__(self, room: Room, plan: Plan, people: list[Persistent], until: float) -> None:
        super().__init__(daemon=True)
        self.room, self.plan, self.people, self.until = room, plan, people, until
        self.random = random.Random(plan.seed)
        self.killed: Counter[str] = Counter()
        self.ended = 0.0

    def run(self) -> None:
        kinds = [KINDS[number % len(KINDS)] for number in range(self.plan.kills)]
        self.random.shuffle(kinds)
        for number, kind in enumerate(kinds):
            while number >= self.allowed() and time.monotonic() < self.until:
                time.sleep(0.2)
            if time.monotonic() >= self.until:
                break
            with contextlib.suppress(ProcessLookupError):
                self.kill(kind)
                self.killed[kind] += 1
            if self.room.stack.process and self.room.stack.process.poll() is not None:
                break  # nobody is left who starts them again
            if (number + 1) % 20 == 0:
                print(f"  {number + 1} kills, {sum(person.done for person in self.people)} activated", flush=True)
            time.sleep(MIN_PAUSE_SECONDS + self.random.random())
        self.ended = time.monotonic()

    def allowed(self) -> float:
        on_the_way = sum(person.done for person in self.people) + AT_ONCE
        return on_the_way * self.plan.kills / self.plan.funnels

    def kill(self, kind: str) -> None:
        room = self.room
        assert room.postgresql is not None
        assert room.postgresql.process is not None
        assert room.redis is not None
        if kind in {"database", "queue"}:
            server = room.postgresql if kind == "database" else room.redis
            server.stop(signal.SIGKILL)
            time.sleep(self.random.random())
            server.start()
            return
        if kind == "database connection":
            every = children(room.postgresql.process.pid)
            victims = [pid for pid in every if "127.0.0.1(" in command_line(pid)] or every
        else:
            victims = room.web_processes() if kind == "web" else room.queue_processes()
        os.kill(self.random.choice(victims), signal.SIGKILL)


def attack(room: Room, trial: Trial) -> None:
    trial.health_seconds = float("inf")  # the web server is among the killed
    people = [Persistent(room.stack.base_url) for _n in range(PLAN.funnels)]
    signal.alarm(int(PLAN.seconds + 2 * AFTER_SECONDS))
    killer = Killer(room, PLAN, people, time.monotonic() + PLAN.seconds)

    def until() -> float:
        """Nobody is given up while the kills go on, and everybody when the stack has ended."""
        if room.stack.process and room.stack.process.poll() is not None:
            return 0.0
        return (killer.ended or time.monotonic()) + AFTER_SECONDS

    killer.start()
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        for outcome in [crowd.submit(person.walk, until) for person in people]:
            outcome.result()
    killer.join(timeout=60)
    trial.expect(room.stack.process is not None and room.stack.process.poll() is None, "the stack has ended")
    judge(trial, people)
    count_rows(room, trial)
    trial.note(f"killed: {', '.join(f'{kind} {count}' for kind, count in sorted(killer.killed.items()))}")
    trial.expect(killer.killed.total() == PLAN.kills, f"only {killer.killed.total()} kills of {PLAN.kills}")
    for person in people:
        if person.citizen is not None:
            person.citizen.close()


def judge(trial: Trial, people: list[Persistent]) -> None:
    for person in people:
        address = person.citizen.email if person.citizen else "somebody"
        trial.expect(person.done, f"stuck: {address} is {person.furthest or 'not registered'}; last {person.last}")
        trial.lost += len(person.lost)
        trial.said += person.lost
    seconds = sorted(person.seconds for person in people)
    trial.note(
        f"{sum(person.done for person in people)} of {len(people)} activated, each in {seconds[0]:.0f} to {seconds[-1]:.0f} s"
    )
    troubles = sum((person.troubles for person in people), Counter[str]())
    trial.note(f"tried again after {', '.join(f'{count} {name}' for name, count in troubles.most_common())}")


def count_rows(room: Room, trial: Trial) -> None:
    """What is there twice, and what is missing, as the database has it."""
    with psycopg.connect(room.database, autocommit=True) as connection:
        for what, query in GONE.items():
            found = _when_quiet(connection, query)
            trial.lost += found
            if found:
                trial.said.append(f"{found} {what} are missing or were never sent")
        for what, query in TWICE.items():
            found = len(connection.execute(query.encode(), {"once": list(ONCE)}).fetchall())
            trial.doubled += found
            if found:
                trial.said.append(f"{found} {what} twice")


def _when_quiet(connection: psycopg.Connection[tuple[object, ...]], query: str) -> int:
    """Rows of the query, once the sweep has had time to finish what was interrupted."""
    until = time.monotonic() + 240
    while True:
        found = len(connection.execute(query.encode()).fetchall())
        if not found or time.monotonic() > until:
            return found
        time.sleep(2)
