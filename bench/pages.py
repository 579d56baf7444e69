"""What a page of the funnel costs, against «hello» on the same server and against itself with Django's own fields."""

import re
from dataclasses import dataclass
from statistics import median

from bench import passwords
from bench.server import Server
from bench.table import Report, milliseconds, verdict
from bench.walk import Person, Stop, walk
from identite.hashers import Argon2Hasher

QUERIES_BUDGET = 6
RATIO_BUDGET = 12
# The way of a new person; the camera steps follow.
START = "/"
LONG_TOKEN = re.compile(r"[\w.-]{30,}")
HELLO = "/bench/hello"
CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
SLICES = 15
SLICE_SECONDS = 0.1
PEOPLE = 5
PASSWORDS_HASHED = 2  # when the account is made, and when its owner logs in


@dataclass(frozen=True)
class Cost:
    """Processor seconds of one page, of «hello» and of the page with Django's own fields; None where it shows none."""

    page: float
    hello: float
    plain: float | None

    @property
    def kept(self) -> bool:
        return self.page <= RATIO_BUDGET * self.hello and (self.plain is None or self.page <= self.plain)


def measure(report: Report, server: Server, plain: Server) -> None:
    from django.urls import reverse

    rows: list[tuple[object, ...]] = []
    over: list[str] = []
    for start in (START, reverse("registration:prerequisites")):
        for stop in walk(Person(server), start):
            cost = compare(server, plain, stop)
            kept = cost.kept and stop.queries <= QUERIES_BUDGET
            path = LONG_TOKEN.sub("…", stop.path)
            against = f"{cost.page / cost.plain:.2f}" if cost.plain else "–"
            ratio = f"{cost.page / cost.hello:.1f}"
            rows.append((path, milliseconds(cost.page), ratio, against, stop.queries, verdict(kept)))
            over += [] if kept else [path]
    report.table(["Page (GET)", "CPU", "× «hello»", "× Django's fields", "queries", "budget"], rows)
    print(
        f"\n«hello» is a view of the same server, behind the same middleware; «Django's fields» is the same page with "
        f"every field as `{{{{ form.as_div }}}}` writes it (– where the page has none). Budget: ≤ {RATIO_BUDGET} × «hello», "
        f"≤ 1 × Django's fields, ≤ {QUERIES_BUDGET} queries. Over it: {', '.join(over) or 'none'}."
    )


def measure_whole(report: Report, server: Server) -> None:
    """The way of several people from the first form to the camera, over HTTP; no checks, no sending."""
    from django.urls import reverse

    start = reverse("registration:prerequisites")
    hashing = PASSWORDS_HASHED * passwords.cost(Argon2Hasher())
    began, pages = server.cpu_seconds(), 0
    for number in range(2, 2 + PEOPLE):
        pages += sum(1 for _ in walk(Person(server, number=number), start, measured=False))
    cost = (server.cpu_seconds() - began) / PEOPLE
    report.table(
        ["One person, from the first form to the camera", "pages", "CPU", "of it Argon2", "× Argon2"],
        [
            (
                "mean of " + str(PEOPLE),
                pages // PEOPLE,
                milliseconds(cost),
                milliseconds(hashing),
                f"{cost / hashing:.1f}",
            )
        ],
    )


def compare(server: Server, plain: Server, stop: Stop) -> Cost:
    """Medians of slices that alternate: whatever else the machine does slows all alike."""
    asked = [(server, stop.path, stop.headers), (server, HELLO, {})]
    if has_fields(server, plain, stop):
        asked.append((plain, stop.path, stop.headers))
    slices = [
        [one.cost_of(path, headers, seconds=SLICE_SECONDS) for one, path, headers in asked] for _ in range(SLICES)
    ]
    page, hello, *rest = (median(column) for column in zip(*slices, strict=True))
    return Cost(page, hello, rest[0] if rest else None)


def has_fields(server: Server, plain: Server, stop: Stop) -> bool:
    """Is the page another one with Django's own fields?"""
    ours, theirs = (CSRF.sub(b"", one.request("GET", stop.path, headers=stop.headers).body) for one in (server, plain))
    return ours != theirs
