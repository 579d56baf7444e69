"""Which half-days can be booked: rounds, working days, holidays, places."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from identite.transitions import follow
from tests.verification.face_to_face.helpers import BEAUVAIS, LAST, MONDAY, TUESDAY, book_home
from verification.face_to_face import dates, rounds
from verification.face_to_face.models import AppointmentState, HalfDay, Round
from verification.face_to_face.transitions import ARROWS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(clock) -> None:
    clock.stop(MONDAY)


def halves(commune: str = BEAUVAIS, until: date = LAST) -> dict[date, list[str]]:
    return {day.date: [half.half_day for half in day.halves] for day in rounds.open_days(commune, until=until)}


def test_the_postman_goes_round_on_working_half_days_and_on_saturday_mornings():
    found = halves()
    assert min(found) == TUESDAY
    assert max(found) == LAST
    assert found[TUESDAY] == [HalfDay.MORNING, HalfDay.AFTERNOON]
    assert found[date(2026, 11, 28)] == [HalfDay.MORNING]
    assert not any(day.weekday() == 6 for day in found)


def test_not_today_nor_after_the_last_day():
    assert MONDAY.date() not in halves()
    assert LAST + timedelta(days=1) not in halves(until=LAST)
    assert halves(until=MONDAY.date()) == {}


def test_a_commune_with_rounds_of_its_own_has_no_other_ones():
    Round.objects.create(commune_code=BEAUVAIS, weekday=2, half_day=HalfDay.AFTERNOON, capacity=1)
    assert halves() == {date(2026, 11, 25): [HalfDay.AFTERNOON], date(2026, 12, 2): [HalfDay.AFTERNOON]}
    assert len(halves("75114")) > 2


def test_a_round_without_places_is_none():
    Round.objects.create(commune_code=BEAUVAIS, weekday=2, half_day=HalfDay.AFTERNOON, capacity=0)
    assert halves() == {}


def test_every_booking_takes_a_place_and_every_ending_gives_one_back():
    Round.objects.create(commune_code=BEAUVAIS, weekday=1, half_day=HalfDay.MORNING, capacity=2)

    def left() -> list[int]:
        return [half.left for day in rounds.open_days(BEAUVAIS, until=TUESDAY) for half in day.halves]

    assert left() == [2]
    first = book_home()
    assert left() == [1]
    book_home()
    assert left() == []
    follow(ARROWS, "cancel_appointment", first)
    assert left() == [1]
    assert type(first).objects.get(pk=first.pk).state == AppointmentState.CANCELLED


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("75114", date(2026, 12, 25)),
        ("67482", date(2026, 12, 26)),  # Saint-Étienne, in Strasbourg
        ("57463", date(2027, 3, 26)),  # Good Friday, in Metz
        ("97411", date(2027, 12, 20)),  # the end of slavery, in Saint-Denis de La Réunion
        ("97105", date(2027, 5, 27)),
        ("97701", date(2026, 10, 9)),
        ("75114", date(2026, 11, 29)),  # a Sunday
    ],
)
def test_nobody_comes_on_a_sunday_or_on_a_holiday_of_that_place(code, day):
    assert not dates.is_working_day(day, code)


@pytest.mark.parametrize(
    ("code", "day"),
    [("75114", date(2026, 12, 26)), ("75114", date(2027, 3, 26)), ("97411", date(2027, 5, 27))],
)
def test_another_places_holiday_is_a_working_day(code, day):
    assert dates.is_working_day(day, code)


def test_a_day_begins_where_the_door_is(clock):
    """At 21:30 in Paris it is tomorrow in La Réunion, and still today in Guadeloupe."""
    clock.stop(datetime(2026, 11, 23, 21, 30, tzinfo=ZoneInfo("Europe/Paris")))
    assert dates.today("97411") == TUESDAY
    assert TUESDAY not in halves("97411")
    assert TUESDAY in halves("97105")


def test_what_is_open_is_asked_in_two_queries(django_assert_num_queries):
    book_home()
    with django_assert_num_queries(2):
        rounds.open_days(BEAUVAIS, until=LAST)
