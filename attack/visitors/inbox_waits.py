"""Sixteen scripts wait for a message that never comes: pages answer within a second, who may not wait is told when to come again."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from attack.room import Room
from attack.trial import Trial, alive

WAITING, SECONDS = 16, 6


def wait(base_url: str, number: int) -> httpx.Response:
    headers = {"X-Test-Run": f"wait-{number % 12}"}  # some of them twice
    query = {"to": "nobody@example.org", "wait": str(SECONDS)}
    return httpx.get(f"{base_url}/sandbox/inbox.json", params=query, headers=headers, timeout=60)


def attack(room: Room, trial: Trial) -> None:
    with ThreadPoolExecutor(WAITING) as crowd:
        answers = [crowd.submit(wait, room.stack.base_url, number) for number in range(WAITING)]
        until, slowest = time.monotonic() + SECONDS, 0.0
        while time.monotonic() < until:
            began = time.monotonic()
            trial.expect(alive(room.port, "/") and time.monotonic() - began < 1, "a page was late")
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(0.5)
        for answer in (future.result() for future in answers):
            at_once = answer.elapsed.total_seconds() < SECONDS - 1
            trial.expect(answer.status_code in {200, 429, 503}, f"a wait was answered with {answer.status_code}")
            trial.expect(not at_once or "retry-after" in answer.headers, "sent away without Retry-After")
    trial.note(f"slowest page {slowest * 1000:.0f} ms")
