"""Bad input by the thousand: every address, every method, every form, everybody. No 500, no answer after 5 s, memory stays flat."""

import argparse
import http.client
import logging
import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import django
import httpx
from django.urls import get_resolver

from attack.hostile import ARGUMENT, Request, Shown, Source, distinct, forms_of, routes
from attack.room import Room, on_services
from attack.trial import Trial, Visitor
from bench.table import Report
from tests.e2e.sandbox_client import AGENT

ROUND = 2_000  # requests; then other people come, because these are logged out, refused or locked by now
MAX_SECONDS = 5.0
PATIENCE_SECONDS = 30.0
MAX_GROWTH_KB = 40_000  # of all web processes together
# No limit of a client's: all of this comes from one address.
UNLIMITED = {f"IP_{kind}_PER_HOUR": "1000000" for kind in ("REGISTRATIONS", "LOGINS", "CODES", "UPLOADS")}
STAGES = ("terms", "mobile", "french-document", "details", "confirmation", "mode", "letter-sent")
STAFF = {"agent": AGENT, "administrator": ("admin@demo.example", AGENT[1])}
MAX_LINKS = 80
LINK = re.compile(r'href="(/gestion/[^"#?]+)"')


@dataclass
class People:
    """cookies: by who it is. forms: what each of them has open."""

    room: Room
    cookies: dict[str, str] = field(default_factory=lambda: {"a stranger": ""})
    forms: list[Shown] = field(default_factory=list)

    def arrive(self, addresses: list[str]) -> None:
        """Everybody stands somewhere else, and opens every page."""
        beginner = self.room.citizen()
        beginner.begin()
        self.read("registering", beginner.http, addresses)
        for slug in STAGES:
            citizen = self.room.citizen()
            citizen.enrol_until(slug)
            self.read(slug, citizen.http, addresses)
        citizen.open_letter()
        for slug in ("means", "front"):
            citizen.identify_until(slug)
            self.read(f"letter, {slug}", citizen.http, addresses)
        for name, (username, password) in STAFF.items():
            with self.room.client() as browser:
                browser.get("/gestion/login/")
                token = browser.cookies["csrftoken"]
                values = {"username": username, "password": password, "csrfmiddlewaretoken": token}
                browser.post("/gestion/login/", data=values)
                desk = [link for address in addresses if "gestion" in address for link in self.links(browser, address)]
                self.read(name, browser, [*addresses, *sorted(set(desk))[:MAX_LINKS]])

    def links(self, browser: httpx.Client, address: str) -> list[str]:
        answer = browser.get(address)
        return LINK.findall(answer.text) if answer.status_code == 200 else []

    def read(self, who: str, browser: httpx.Client, addresses: list[str]) -> None:
        for address in addresses:
            answer = browser.get(address, follow_redirects=False)
            if answer.status_code == 200 and "text/html" in answer.headers.get("Content-Type", ""):
                self.forms += forms_of(who, address, answer.text)
        self.cookies[who] = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def send(port: int, request: Request, cookie: str) -> tuple[int, float]:
    """Status (0: the server hung up without any) and seconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    headers = {"Host": "localhost", "Cookie": cookie, "Content-Length": str(len(request.body)), **request.headers}
    began = time.monotonic()
    try:
        connection.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value.encode("latin-1"))
        connection.endheaders(request.body)
        answer = connection.getresponse()
        answer.read()
        return answer.status, time.monotonic() - began
    except (OSError, http.client.HTTPException):
        return 0, time.monotonic() - began
    finally:
        connection.close()


def resident_kb(processes: list[int]) -> int:
    """Memory of these processes. Those that have ended have none."""
    status = [path.read_text() for pid in processes if (path := Path(f"/proc/{pid}/status")).exists()]
    return sum(int(found[1]) for text in status if (found := re.search(r"VmRSS:\s+(\d+)", text)))


def drawn(room: Room, count: int, seed: int) -> Iterator[tuple[Request, str]]:
    """Requests and their cookies; everybody is somebody else after each round."""
    all_routes = list(routes(get_resolver().url_patterns))
    pages = [route for route in all_routes if not ARGUMENT.search(route) and "specimens/" not in route]
    for number, left in enumerate(range(count, 0, -ROUND)):
        people = People(room)
        people.arrive(pages)
        source = Source(seed + number, all_routes, list(people.cookies), distinct(people.forms))
        for request in islice(source.requests(), min(left, ROUND)):
            yield request, people.cookies[request.who]


def try_all(room: Room, trial: Trial, count: int, seed: int) -> Counter[int]:
    """Send them, one after the other. Returns how often each status came."""
    statuses, slowest, before = Counter[int](), 0.0, 0
    for number, (request, cookie) in enumerate(drawn(room, count, seed)):
        if number == count // 2:  # what is loaded and kept at first use is there by now, in every process
            before = resident_kb(room.web_processes())
        mark = room.log_mark()
        status, seconds = send(room.port, request, cookie)
        statuses[status] += 1
        slowest = max(slowest, seconds)
        if seconds > MAX_SECONDS:  # of a busy machine it is not the request's fault
            seconds = send(room.port, request, cookie)[1]
        trial.expect(seconds <= MAX_SECONDS, f"{seconds:.1f} s: {request}")
        if not status:
            trial.note(f"hung up: {request}")
        trial.expect(status < 500, f"{status}: {request}\n{room.log_since(mark)[-2000:]}")
    growth = resident_kb(room.web_processes()) - before
    trial.expect(growth <= MAX_GROWTH_KB, f"the web processes grew by {growth // 1000} MB")
    trial.note(f"statuses: {dict(sorted(statuses.items()))}; slowest {slowest:.1f} s")
    trial.note(f"memory of the web processes: {before // 1000} MB, then {growth / 1000:+.0f} MB")
    return statuses


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument_group("fuzz").add_argument("--count", type=int, default=10_000)


def run(given: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")  # for the list of addresses
    django.setup()
    trial, began = Trial(health_seconds=MAX_SECONDS), time.monotonic()
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would tell every page that is opened
    with on_services(**UNLIMITED) as room, Visitor(urlsplit(room.stack.base_url).port or 80) as visitor:
        try_all(room, trial, given.count, given.seed)
    rows = [("fuzz", trial.tried, trial.held, f"{visitor.slowest * 1000:.0f} ms", f"{time.monotonic() - began:.0f} s")]
    print(*trial.notes, sep="\n")
    Report().table(["attack", "tried", "held", "slowest health answer", "took"], rows)
    for sentence in trial.said[:20]:
        print(f"\n- {sentence}")
    return 1 if trial.said else 0
