"""The offices around a place as a drawing: rings of distance, north, and pins with the numbers of the list.

No background and no foreign host: bearing and distance are what the list does not show at a glance. A reader of the
screen misses nothing, all of it stands in the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, hypot, pi, radians, sin

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from verification.face_to_face.finder import Found, kilometres

SIDE = 340  # of the drawing; the place searched is in the middle
MIDDLE = SIDE / 2
REACH = 140  # where the farthest office stands
PIN = 11  # radius
APART = 2 * PIN + 1
NICE = tuple(step * 10.0**power for power in range(-2, 5) for step in (1, 2, 5))
RINGS = 4  # at most
# Shifts of a pin to try, the smallest first; directions of a ring's name, the bottom first.
SHIFTS = (
    (0.0, 0.0),
    *(
        (APART * ring / 2 * sin(turn * pi / 6), -APART * ring / 2 * cos(turn * pi / 6))
        for ring in range(1, 9)
        for turn in range(12)
    ),
)
DIRECTIONS = tuple(
    (sin(turn * pi / 8), cos(turn * pi / 8)) for turn in (0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6, 7, -7, 8)
)


@dataclass(frozen=True)
class Pin:
    """x, y: the office. at_x, at_y: its number, beside it where another one has the place."""

    number: int
    x: float
    y: float
    at_x: float
    at_y: float


def draw(origin: tuple[float, float], found: Sequence[Found]) -> SafeString:
    """An SVG. origin: latitude and longitude in degrees; found: the list, nearest first."""
    scale = REACH / max([one.km for one in found] + [0.1])
    pins = _placed(origin, found, scale)
    words = _("Plan des bureaux de la liste, autour du lieu recherché, le nord en haut.")
    return format_html(
        '<svg class="map" viewBox="0 0 {0} {0}" role="img" aria-label="{1}">{2}{3}{4}{5}</svg>',
        SIDE,
        words,
        _rings(scale, pins),
        _north(),
        format_html('<path class="here" d="M{0} {1}v14M{2} {3}h14"/>', MIDDLE, MIDDLE - 7, MIDDLE - 7, MIDDLE),
        _pins(pins),
    )


def _rings(scale: float, pins: Sequence[Pin]) -> SafeString:
    """Circles of a round number of kilometres, each with its distance where the pins leave room."""
    step = next(nice for nice in NICE if nice * RINGS * scale >= REACH)
    radii = [(ring * step * scale, kilometres(ring * step)) for ring in range(1, RINGS + 1)]
    return format_html_join(
        "",
        '<circle class="ring" cx="{0}" cy="{0}" r="{1}"/><text class="ring-name" x="{2}" y="{3}" dy=".36em">{4}</text>',
        [
            (MIDDLE, f"{radius:.1f}", *(f"{value:.1f}" for value in _free_place(radius, pins)), name)
            for radius, name in radii
            if radius <= MIDDLE - 2
        ],
    )


def _free_place(radius: float, pins: Sequence[Pin]) -> tuple[float, float]:
    """On the ring, away from the pins and from the edge; at the bottom where it makes no difference."""
    places = [(MIDDLE + radius * across, MIDDLE + radius * down) for across, down in DIRECTIONS]
    inside = [
        (x, y) for x, y in places if 34 <= x <= SIDE - 34 and 10 <= y <= SIDE - 10 and not (x > SIDE - 60 and y < 50)
    ]
    return max(
        inside or places,
        key=lambda place: min([hypot((place[0] - pin.at_x) / 2, place[1] - pin.at_y) for pin in pins] + [2 * PIN]),
    )


def _north() -> SafeString:
    return format_html(
        '<g class="north"><path d="M{0} 8l6 14h-12z"/><text x="{0}" y="36">{1}</text></g>', SIDE - 18, _("N")
    )


def _placed(origin: tuple[float, float], found: Sequence[Found], scale: float) -> list[Pin]:
    """Where each number stands. One that would cover another moves round its office until it is free."""
    pins: list[Pin] = []
    for number, one in enumerate(found, start=1):
        bearing = _bearing(*origin, one.office.latitude, one.office.longitude)
        x, y = MIDDLE + one.km * scale * sin(bearing), MIDDLE - one.km * scale * cos(bearing)
        at_x, at_y = next(
            ((x + dx, y + dy) for dx, dy in SHIFTS if _is_free(x + dx, y + dy, pins)),
            (x, y),
        )
        pins.append(Pin(number, x, y, at_x, at_y))
    return pins


def _is_free(x: float, y: float, pins: Sequence[Pin]) -> bool:
    inside = min(x, y) >= PIN and max(x, y) <= SIDE - PIN
    return inside and all(hypot(x - pin.at_x, y - pin.at_y) >= APART for pin in pins)


def _bearing(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Radians, clockwise from north."""
    here, there, turn = radians(latitude), radians(to_latitude), radians(to_longitude - longitude)
    return atan2(sin(turn) * cos(there), cos(here) * sin(there) - sin(here) * cos(there) * cos(turn))


def _pins(pins: Sequence[Pin]) -> SafeString:
    """Lines below, numbers above; the first of the list last, on top of all."""
    rows = [(f"{pin.x:.1f}", f"{pin.y:.1f}", f"{pin.at_x:.1f}", f"{pin.at_y:.1f}", PIN, pin.number) for pin in pins]
    return format_html(
        "{}{}",
        format_html_join("", '<path class="lead-line" d="M{0} {1}L{2} {3}"/>', rows),
        format_html_join(
            "",
            '<g class="pin"><circle cx="{2}" cy="{3}" r="{4}"/><text x="{2}" y="{3}" dy=".36em">{5}</text></g>',
            reversed(rows),
        ),
    )
