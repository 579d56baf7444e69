"""PostgreSQL is restarted, politely and with -9, while eight people read and while nobody does: no page fails once it is back."""

import contextlib
import signal
import threading
import time
from collections.abc import Iterator

import httpx

from attack.room import Room
from attack.trial import Trial

READERS, BEFORE_SECONDS, DOWN_SECONDS, AFTER_SECONDS = 8, 2, 1, 3
POOL_SECONDS = 10  # that a page waits for a connection: what is asked meanwhile is answered later


class Reader(threading.Thread):
    """Opens a page that needs the database, and keeps when each was asked for and what came."""

    def __init__(self, room: Room, leaving: threading.Event) -> None:
        super().__init__(daemon=True)
        self.client = httpx.Client(base_url=room.stack.base_url, timeout=30, cookies=room.photographer.http.cookies)
        self.leaving = leaving
        self.answers: list[tuple[float, int]] = []

    def run(self) -> None:
        with contextlib.closing(self.client):
            while not self.leaving.is_set():
                asked = time.monotonic()
                try:
                    status = self.client.get("/dossier/").status_code
                except httpx.HTTPError:
                    status = 0
                self.answers.append((asked, status))
                self.leaving.wait(0.02)


@contextlib.contextmanager
def reading(room: Room) -> Iterator[list[Reader]]:
    leaving = threading.Event()
    readers = [Reader(room, leaving) for _n in range(READERS)]
    for reader in readers:
        reader.start()
    yield readers
    leaving.set()
    for reader in readers:
        reader.join(timeout=60)


def restart(room: Room, how: signal.Signals) -> float:
    """Returns when it was back."""
    assert room.postgresql is not None
    room.postgresql.stop(how)
    time.sleep(DOWN_SECONDS)
    room.postgresql.start()
    return time.monotonic()


def judge(trial: Trial, readers: list[Reader], back: float, said: str) -> None:
    answers = [answer for reader in readers for answer in reader.answers]
    failed = [asked for asked, status in answers if status not in {200, 302}]
    late = [asked for asked in failed if asked > back]
    trial.note(f"{said}: {len(answers)} pages, {len(failed)} failed, {len(late)} of them asked for after it was back")
    trial.expect(any(asked > back for asked, _status in answers), f"{said}: nothing was answered afterwards")
    trial.expect(not late, f"{said}: {len(late)} pages failed after PostgreSQL was back")
    trial.expect(len(failed) <= READERS, f"{said}: {len(failed)} pages failed, {READERS} were on their way")


def attack(room: Room, trial: Trial) -> None:
    trial.health_seconds = POOL_SECONDS
    for how in (signal.SIGINT, signal.SIGKILL):
        with reading(room) as readers:
            time.sleep(BEFORE_SECONDS)
            back = restart(room, how)
            time.sleep(AFTER_SECONDS)
        judge(trial, readers, back, f"{how.name} under load")
        back = restart(room, how)
        with reading(room) as readers:
            time.sleep(AFTER_SECONDS)
        judge(trial, readers, back, f"{how.name} while nobody reads")
