"""The worker's process that checks a photo is killed with -9: the sweep gives the check to another, its findings are stored once."""

import os
import signal
import time
from collections import Counter
from pathlib import Path

from attack.room import Room
from attack.trial import Trial

BUSY_TICKS = 10  # hundredths of a second that no idle process takes in a moment
LATE_HOURS = 0.02  # 72 s: a check that has not answered by then is late


def ticks(pid: int) -> int:
    numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(numbers[11]) + int(numbers[12])


def kill_the_busy_one(before: dict[int, int]) -> bool:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for pid, used in before.items():
            if ticks(pid) - used > BUSY_TICKS:
                os.kill(pid, signal.SIGKILL)
                return True
        time.sleep(0.01)
    return False


def attack(room: Room, trial: Trial) -> None:
    citizen = room.photographer
    room.photo_page()
    citizen.upload(citizen.photo("front"), "front.jpg", "image/jpeg")
    before = {pid: ticks(pid) for pid in room.worker_processes()[1:]}
    citizen.press("Confirmer")
    trial.expect(kill_the_busy_one(before), "no process of the worker began to work")
    time.sleep(2)
    citizen.sandbox.pass_hours(citizen.email, LATE_HOURS)
    state = citizen.sandbox.checked(citizen.email, "front")
    trial.expect(state == "accepted", f"the check ended as {state}")
    found = Counter(str(finding["code"]) for finding in citizen.capture("front")["findings"])
    trial.lost += not found
    trial.doubled += sum(count - 1 for count in found.values())
