"""What a page of the funnel costs, against «hello» on the same server."""

import re
from statistics import median

from bench import passwords
from bench.server import Server
from bench.table import Report, milliseconds
from bench.walk import Person, Stop, walk

QUERIES_BUDGET = 8
RATIO_BUDGET = 7
# The way of a new person; the camera steps follow.
START = "/"
LONG_TOKEN = re.compile(r"[\w.-]{30,}")
HELLO = "/bench/hello"
SLICES = 5
SLICE_SECONDS = 0.3
PEOPLE = 5
PASSWORDS_HASHED = 2  # when the account is made, and when its owner logs in


def measure(report: Report, server: Server, bare: Server) -> None:
    from django.urls import reverse

    rows: list[tuple[object, ...]] = []
    over: list[str] = []
    for start in (START, reverse("registration:prerequisites")):
        for stop in walk(Person(server), start):
            cost, ours, alone = compare(server, bare, stop)
            rows.append(
                (
                    LONG_TOKEN.sub("…", stop.path),
                    milliseconds(cost),
                    f"{cost / ours:.1f}",
                    f"{cost / alone:.1f}",
                    stop.queries,
                )
            )
            if stop.queries > QUERIES_BUDGET or cost / ours > RATIO_BUDGET:
                over.append(stop.path)
    report.table(["Page (GET)", "CPU", "× «hello»", "× Django alone", "queries"], rows)
    print(
        f"\n«hello» is a view of the same server, behind the same middleware; «Django alone» has no middleware and no "
        f"application. Budget: ≤ {RATIO_BUDGET} × «hello», ≤ {QUERIES_BUDGET} queries. Over it: {', '.join(over) or 'none'}."
    )


def measure_whole(report: Report, server: Server) -> None:
    """The way of several people from the first form to the camera, over HTTP; no checks, no sending."""
    from django.urls import reverse

    start = reverse("registration:prerequisites")
    hashing = PASSWORDS_HASHED * passwords.cost(passwords.Argon2Hasher())
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


def compare(server: Server, bare: Server, stop: Stop) -> tuple[float, float, float]:
    """Processor seconds of the page, of «hello» and of Django alone: medians of slices that alternate.

    Whatever else the machine does slows all three alike.
    """
    slices = [
        (
            server.cost_of(stop.path, stop.headers, seconds=SLICE_SECONDS),
            server.cost_of(HELLO, {}, seconds=SLICE_SECONDS),
            bare.cost_of(HELLO, {}, seconds=SLICE_SECONDS),
        )
        for _ in range(SLICES)
    ]
    page, ours, alone = zip(*slices, strict=True)
    return median(page), median(ours), median(alone)
