"""A process of the web server is killed with -9: others answer within two seconds, and it is replaced."""

import os
import signal
import time

from attack.room import Room, wait_until
from attack.trial import Trial, alive

SECONDS = 8


def attack(room: Room, trial: Trial) -> None:
    trial.health_seconds = 2.0
    before = room.web_processes()
    os.kill(before[-1], signal.SIGKILL)
    until, slowest, failed = time.monotonic() + SECONDS, 0.0, 0
    while time.monotonic() < until:
        began = time.monotonic()
        failed += not alive(room.port, "/")
        slowest = max(slowest, time.monotonic() - began)
        time.sleep(0.05)
    trial.note(f"{failed} pages failed, the slowest took {slowest:.1f} s")
    trial.expect(slowest < 2, f"a page took {slowest:.1f} s")
    again = wait_until(lambda: len(room.web_processes()) >= len(before), 10)
    trial.expect(again, f"{len(room.web_processes())} processes of {len(before)} are left")
