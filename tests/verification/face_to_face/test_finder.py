"""The nearest offices, against a comparison with all of them; what is said of their hours."""

from datetime import UTC, datetime
from math import asin, atan2, cos, degrees, radians, sin
from random import Random

import pytest

from tests.verification.face_to_face.factories import OfficeFactory
from verification.face_to_face.finder import distance_km, kilometres, near
from verification.face_to_face.models import Office
from verification.face_to_face.offices import opening, week

MANY = 20_000
NOON_AND_NIGHT = {day: "09:00-12:00 14:00-17:00" for day in range(5)}
# Middle and reach in kilometres of what the offices lie around, and how many of a thousand: towns, countryside, islands.
AROUND = (
    (48.86, 2.35, 20, 220),
    (45.76, 4.84, 15, 80),
    (46.8, 2.5, 480, 600),
    (-21.1, 55.5, 30, 20),
    (14.65, -61.0, 30, 20),
    (46.8, -56.2, 20, 1),
    (-22.2, 166.4, 150, 20),
    (-13.3, -176.2, 60, 9),
    (-17.6, -149.5, 900, 30),
)
PLACES = {
    "Paris": (48.8566, 2.3522),
    "the countryside": (46.2, 3.1),
    "La Réunion": (-20.9, 55.45),
    "Saint-Pierre-et-Miquelon, where ten offices end on the other side of the ocean": (46.7791, -56.1773),
    "Wallis, where the boxes cross the antimeridian": (-13.28, -176.17),
    "the sea west of the antimeridian": (-16.0, 179.9),
    "the north pole": (90.0, 0.0),
    "the far south": (-89.0, 100.0),
}


def beside(random: Random, latitude: float, longitude: float, reach: float) -> tuple[float, float]:
    """Somewhere within `reach` kilometres, evenly."""
    angle, way = reach * random.random() ** 0.5 / 6371, random.random() * 6.2832
    there = asin(sin(radians(latitude)) * cos(angle) + cos(radians(latitude)) * sin(angle) * cos(way))
    turn = atan2(sin(way) * sin(angle) * cos(radians(latitude)), cos(angle) - sin(radians(latitude)) * sin(there))
    return degrees(there), (longitude + degrees(turn) + 540) % 360 - 180


@pytest.fixture
def crowd(db: None) -> list[Office]:
    random = Random(9)  # noqa: S311  (drawn the same each time)
    offices = []
    for latitude, longitude, reach, share in AROUND:
        for _ in range(share * MANY // 1000):
            place = beside(random, latitude, longitude, reach)
            offices.append(Office(name="Bureau", city="Ville", latitude=place[0], longitude=place[1]))
    for first, second in zip(offices[::40], offices[1::40], strict=False):  # two counters under one roof
        second.latitude, second.longitude = first.latitude, first.longitude
    for number, office in enumerate(offices):
        office.identifier = f"T{number:05d}"
    assert len(offices) == MANY
    Office.objects.bulk_create(offices, 1000)
    return offices


def test_the_ten_nearest_of_twenty_thousand_are_those_of_a_comparison_with_all(crowd, django_assert_max_num_queries):
    random = Random(1)  # noqa: S311
    places = list(PLACES.values())
    places += [beside(random, latitude, longitude, reach) for latitude, longitude, reach, _ in AROUND for _ in range(5)]
    for latitude, longitude in places:
        all_of_them = sorted(
            (distance_km(latitude, longitude, office.latitude, office.longitude), office.identifier) for office in crowd
        )
        with django_assert_max_num_queries(3):
            found = near(latitude, longitude)
        assert [one.km for one in found] == pytest.approx([km for km, _ in all_of_them[:10]], abs=1e-9)
        # Two of one place may stand for each other at the end of the ten.
        sure = {identifier for km, identifier in all_of_them if km < all_of_them[9][0] - 1e-9}
        assert sure <= {one.office.identifier for one in found}


def test_offices_equally_far_come_by_their_identifier(db):
    for identifier in ("B2", "B1", "B3"):
        OfficeFactory(identifier=identifier, latitude=48.2, longitude=-1.7)
    assert [one.office.identifier for one in near(48.11, -1.68, count=2)] == ["B1", "B2"]


def test_those_that_are_closed_or_do_not_take_part_are_not_found(db, clock):
    OfficeFactory(participates=False)
    OfficeFactory(closed_at=clock.now())
    there = OfficeFactory(latitude=43.6, longitude=1.44)
    assert [one.office for one in near(48.11, -1.68)] == [there]


def test_fewer_offices_than_asked_for_are_all_found(db, django_assert_max_num_queries):
    OfficeFactory.create_batch(3)
    with django_assert_max_num_queries(3):
        assert len(near(-22.27, 166.44)) == 3


def test_without_offices_nothing_is_found(db):
    assert near(48.11, -1.68) == []


@pytest.mark.parametrize(
    ("km", "said"),
    [(0.01, "50 m"), (0.84, "850 m"), (0.98, "1 km"), (3.24, "3,2 km"), (9.96, "10 km"), (4321.4, "4 321 km")],
)
def test_distances_are_said_as_people_say_them(km, said):
    assert kilometres(km).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-11-23 09:30", "ouvert jusqu’à 12 h"),
        ("2026-11-23 12:00", "fermé, ouvre à 14 h"),
        ("2026-11-23 16:59", "ouvert jusqu’à 17 h"),
        ("2026-11-23 17:00", "fermé, ouvre demain à 9 h"),
        ("2026-11-27 18:00", "fermé, ouvre lundi à 9 h"),
        ("2026-12-24 17:30", "fermé, ouvre lundi à 9 h"),  # Christmas is a Friday
        ("2026-05-13 18:00", "fermé, ouvre vendredi à 9 h"),  # Ascension day
    ],
)
def test_open_until_and_opens_at_are_said(db, monkeypatch, now, said):
    office = OfficeFactory(hours=NOON_AND_NIGHT)
    at = datetime.fromisoformat(f"{now}+{'02' if '-05-' in now else '01'}:00")
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    assert near(48.11, -1.68)[0].opening.words.replace("\u00a0", " ") == said
    assert office.hours.count() == 10


def test_an_office_overseas_keeps_its_own_time_and_holidays(db):
    noumea = OfficeFactory(commune_code="98818", postal_code="98800", hours=NOON_AND_NIGHT)
    monday_morning = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # Sunday night in Paris
    now = opening(noumea, noumea.hours.all(), monday_morning)
    assert now.is_open
    assert now.until is not None
    assert now.until.isoformat() == "2026-11-23T12:00:00+11:00"
    citizenship_day = datetime(2026, 9, 23, 22, 30, tzinfo=UTC)  # 24 September there
    assert opening(noumea, noumea.hours.all(), citizenship_day).opens_at == datetime(2026, 9, 24, 22, 0, tzinfo=UTC)


def test_saint_martin_is_told_from_guadeloupe_by_its_commune(db):
    marigot = OfficeFactory(commune_code="97801", postal_code="97150", hours=NOON_AND_NIGHT)
    found = opening(marigot, marigot.hours.all(), datetime(2026, 11, 23, 13, 30, tzinfo=UTC))
    assert found.is_open
    assert str(found.until.tzinfo) == "America/Marigot"


def test_unknown_hours_say_nothing(db):
    OfficeFactory()
    found = near(48.11, -1.68)[0]
    assert found.opening.words == ""
    assert found.week == []


def test_a_week_is_read_in_as_few_lines_as_it_has_different_days(db):
    office = OfficeFactory(hours=NOON_AND_NIGHT | {0: "14:00-17:30", 5: "09:00-12:00"})
    lines = [f"{days.name} {days.hours}".replace("\u00a0", " ") for days in week(office.hours.all())]
    assert lines == [
        "lundi 14 h – 17 h 30",
        "du mardi au vendredi 9 h – 12 h, 14 h – 17 h",
        "samedi 9 h – 12 h",
        "dimanche fermé",
    ]
