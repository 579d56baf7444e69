"""The nearest offices that take part: exactly those of a comparison with all of them, at the price of a few.

One query asks which of a few boxes around the place holds enough offices; it ends at the first that does, and the index on
latitude and longitude answers it. The offices sought lie no farther than that box's corners: a second query sorts what
lies within that distance. A third reads their opening hours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from math import asin, cos, degrees, pi, radians, sin, sqrt
from typing import NamedTuple

from django.db.models import Case, Exists, F, FloatField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cos, Sin
from django.utils import timezone

from identite.cog.centres import centre
from identite.templatetags.dates import NBSP
from verification.face_to_face.models import Office, OpeningHours
from verification.face_to_face.offices import SERVICES, TAKING_PART, Days, Opening, is_elsewhere, opening, week

EARTH_KM = 6371.0088  # mean radius, IUGG
BOXES_KM = (12.0, 90.0, 700.0)  # half the side
MARGIN = 1.0001  # more than floating point loses
COUNT = 10


class Hours(NamedTuple):
    """What is read of OpeningHours: a hundred rows a page are no objects of their own."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True)
class Found:
    """km: as the crow flies."""

    office: Office
    km: float
    opening: Opening
    hours: Sequence[Hours] = ()

    @property
    def distance(self) -> str:
        """«850 m», «3,2 km», «1 240 km»."""
        return kilometres(self.km)

    @property
    def week(self) -> list[Days]:
        return week(self.hours)

    @property
    def address(self) -> list[str]:
        office = self.office
        lines = (office.complement, office.street, office.place, f"{office.postal_code} {office.city}")
        return [line for line in lines if line]

    @property
    def services(self) -> list[str]:
        return [str(SERVICES[code]) for code in self.office.services if code in SERVICES]

    @property
    def is_elsewhere(self) -> bool:
        return is_elsewhere(self.office)


def near(latitude: float, longitude: float, *, count: int = COUNT, at: datetime | None = None) -> list[Found]:
    """The nearest offices that take part, the nearest first, with whether they are open (at: now). Three queries at most.

    latitude, longitude: degrees, WGS 84. Offices equally far come by their identifier.
    """
    at = at or timezone.now()
    reach = _reach(latitude, longitude, count)
    offices = Office.objects.filter(TAKING_PART)
    if reach is not None:
        offices = offices.filter(_box(latitude, longitude, reach))
    nearest = list(offices.order_by(_haversine(latitude, longitude), "identifier")[:count])
    hours = _hours_of(nearest)
    return [
        Found(
            office,
            distance_km(latitude, longitude, office.latitude, office.longitude),
            opening(office, hours[office.pk], at),
            hours[office.pk],
        )
        for office in nearest
    ]


def _hours_of(offices: Sequence[Office]) -> dict[int, list[Hours]]:
    """By the key of the office; in their order."""
    hours: dict[int, list[Hours]] = {office.pk: [] for office in offices}
    rows = OpeningHours.objects.filter(office__in=list(hours)).order_by("weekday", "opens")
    for office, weekday, opens, closes in rows.values_list("office", "weekday", "opens", "closes") if hours else ():
        hours[office].append(Hours(weekday, opens, closes))
    return hours


def kilometres(km: float) -> str:
    """As people say it: to fifty metres below a kilometre, to a hundred below ten."""
    if km < 0.975:
        return f"{max(50, round(km * 20) * 50)}{NBSP}m"
    shown = f"{km:.1f}".replace(".", ",") if km < 9.95 else f"{km:,.0f}".replace(",", NBSP)
    return f"{shown.removesuffix(',0')}{NBSP}km"


def centre_of(commune_code: str) -> tuple[float, float] | None:
    """Latitude and longitude of a commune, by its COG code."""
    return centre(commune_code)


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Along the great circle, by the haversine formula (R. W. Sinnott, Sky and Telescope 68, 1984)."""
    up, along = radians(other_latitude - latitude), radians(other_longitude - longitude)
    half = sin(up / 2) ** 2 + cos(radians(latitude)) * cos(radians(other_latitude)) * sin(along / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def _reach(latitude: float, longitude: float, count: int) -> float | None:
    """Kilometres within which at least `count` offices lie; None where only the whole table is sure to."""
    offices = Office.objects.filter(TAKING_PART).order_by()
    whens = [
        When(Exists(offices.filter(_box(latitude, longitude, side))[count - 1 :]), then=Value(side))
        for side in BOXES_KM
    ]
    chosen = Case(*whens, default=Value(0.0), output_field=FloatField())
    side = offices.annotate(box=chosen).values_list("box", flat=True)[:1]
    found = next(iter(side), 0.0)
    return _corner(latitude, found) if found else None


def _corner(latitude: float, side: float) -> float:
    """Kilometres from the middle of a box to the farthest point of it."""
    up, along = _half_sides(latitude, side)
    return MARGIN * max(
        distance_km(latitude, 0, end, min(along, 180)) for end in (latitude - up, latitude, latitude + up)
    )


def _half_sides(latitude: float, km: float) -> tuple[float, float]:
    """Degrees of latitude and longitude that a circle of this radius spans on each side; 180 of longitude round a pole."""
    angle = km / EARTH_KM
    if abs(radians(latitude)) + angle >= pi / 2:
        return degrees(angle), 180.0
    return degrees(angle), degrees(asin(sin(angle) / cos(radians(latitude))))


def _box(latitude: float, longitude: float, km: float) -> Q:
    """The box that holds the circle; in two pieces where it crosses the antimeridian."""
    up, along = (MARGIN * side for side in _half_sides(latitude, km))
    rows = Q(latitude__range=(latitude - up, latitude + up))
    if along >= 180:
        return rows
    west, east = longitude - along, longitude + along
    if west < -180:
        return rows & (Q(longitude__gte=west + 360) | Q(longitude__lte=east))
    if east > 180:
        return rows & (Q(longitude__gte=west) | Q(longitude__lte=east - 360))
    return rows & Q(longitude__range=(west, east))


def _haversine(latitude: float, longitude: float) -> Combinable:
    """What grows with the distance, for the database to sort by."""
    turn = pi / 180
    up = Sin((F("latitude") - Value(latitude)) * Value(turn / 2))
    along = Sin((F("longitude") - Value(longitude)) * Value(turn / 2))
    here, there = Value(cos(latitude * turn)), Cos(F("latitude") * Value(turn))
    return up * up + here * there * along * along
