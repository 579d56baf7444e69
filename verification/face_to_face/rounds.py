"""When the postman can come: the rounds of a commune, less what is booked already."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from verification.face_to_face import dates
from verification.face_to_face.models import STANDING, HalfDay, Round, Slot


@dataclass(frozen=True)
class Half:
    """half_day: of HalfDay. left: how many more can book it, at least one."""

    half_day: str
    left: int

    @property
    def label(self) -> str:
        return str(HalfDay(self.half_day).label)


@dataclass(frozen=True)
class Day:
    date: date
    halves: list[Half]


def _capacities(commune_code: str) -> dict[tuple[int, str], int]:
    """(weekday, half-day) → places: the commune's own rows, or where it has none those of everywhere."""
    rows = list(Round.objects.filter(commune_code__in={commune_code, ""}))
    own = [row for row in rows if row.commune_code == commune_code]
    return {(row.weekday, row.half_day): row.capacity for row in own or rows}


def _may_come(commune_code: str, day: date, today: date) -> bool:
    """Not on the day itself: the round has left, or its list is printed."""
    return day > today and dates.is_working_day(day, commune_code)


def capacity(commune_code: str, day: date, half_day: str, *, until: date) -> int:
    """How many may book this half-day in all; 0 where it is closed, over, or after `until`."""
    if day > until or not _may_come(commune_code, day, dates.today(commune_code)):
        return 0
    return _capacities(commune_code).get((day.weekday(), half_day), 0)


def open_days(commune_code: str, *, until: date, today: date | None = None) -> list[Day]:
    """The days and half-days that can be booked, up to `until` included. today: in the commune, if it is not now. Two queries."""
    today = today or dates.today(commune_code)
    capacities, taken = _capacities(commune_code), _taken(commune_code, today, until)
    days = []
    for ahead in range(1, (until - today).days + 1):
        day = today + timedelta(days=ahead)
        if not _may_come(commune_code, day, today):
            continue
        left = {half: capacities.get((day.weekday(), half), 0) - taken[day, half] for half in HalfDay.values}
        halves = [Half(half, places) for half, places in left.items() if places > 0]
        if halves:
            days.append(Day(day, halves))
    return days


def _taken(commune_code: str, after: date, until: date) -> Counter[tuple[date, str]]:
    standing = Count("appointments", filter=Q(appointments__state__in=STANDING))
    slots = Slot.objects.filter(commune_code=commune_code, day__gt=after, day__lte=until)
    counted = slots.annotate(standing=standing).values_list("day", "half_day", "standing")
    return Counter({(day, half): count for day, half, count in counted})
