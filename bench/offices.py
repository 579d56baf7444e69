"""Does the finder of post offices cost the same among two hundred of them and among twenty thousand?"""

from datetime import time
from statistics import median

from bench.counter import ASK
from bench.pages import HELLO, QUERIES_BUDGET, SLICE_SECONDS, SLICES
from bench.server import Server
from bench.table import Report, milliseconds, verdict

SIZES = (200, 20_000)
BOUND = 1.2
BATCH = 2_000
PLACES = {
    "Rennes": "35238",
    "Paris 11e": "75111",
    "Guéret": "23096",
    "Ajaccio": "2A004",
    "Saint-Denis (La Réunion)": "97411",
}


def measure(report: Report, server: Server) -> None:
    from django.urls import reverse

    page = reverse("offices")
    costs: dict[str, list[tuple[float, float]]] = {name: [] for name in PLACES}
    asked: dict[str, int] = {}
    for size in SIZES:
        fill(size)
        for name, code in PLACES.items():
            path = f"{page}?commune={code}"
            costs[name].append(compare(server, path))
            asked[name] = int(server.request("GET", path, headers={ASK: "1"}).headers[ASK.lower()])
    rows: list[tuple[object, ...]] = []
    for name, ((small, pace), (large, later)) in costs.items():
        ratio = large * pace / later / small
        kept = ratio <= BOUND and asked[name] <= QUERIES_BUDGET
        rows.append((name, milliseconds(small), milliseconds(large), f"{ratio:.2f}", asked[name], verdict(kept)))
    report.table(["Post offices near", *(f"{size:,}" for size in SIZES), "ratio", "queries", "budget"], rows)
    print(f"\nCPU of the whole page. The ratio is that of pages to «hello» of the same minute; budget: ≤ {BOUND}.")


def compare(server: Server, path: str) -> tuple[float, float]:
    """Processor seconds of the page and of «hello»: medians of slices that alternate."""
    slices = [[server.cost_of(one, {}, seconds=SLICE_SECONDS) for one in (path, HELLO)] for _ in range(SLICES)]
    shown, hello = (median(column) for column in zip(*slices, strict=True))
    return shown, hello


def fill(size: int) -> None:
    """Exactly so many offices, spread over the communes, all with the same hours."""
    from identite.cog import communes
    from identite.cog.centres import centre
    from verification.face_to_face.models import Office, OpeningHours

    OpeningHours.objects.all().delete()
    Office.objects.all().delete()
    places = [place for commune in communes.everything() if commune.kind == "" and (place := centre(commune.code))]
    spread = (places[number * len(places) // size] for number in range(size))
    offices = Office.objects.bulk_create(
        [
            Office(
                identifier=f"B{number}", name=f"Bureau {number}", city="Ville", latitude=place[0], longitude=place[1]
            )
            for number, place in enumerate(spread)
        ],
        BATCH,
    )
    hours = (time(9), time(12)), (time(14), time(17))
    OpeningHours.objects.bulk_create(
        (
            OpeningHours(office=office, weekday=weekday, opens=opens, closes=closes)
            for office in offices
            for weekday in range(5)
            for opens, closes in hours
        ),
        BATCH,
    )
