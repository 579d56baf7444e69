"""Working time in Paris: week-ends and public holidays do not count."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from verification.review.deadlines import after_working_hours

PARIS = ZoneInfo("Europe/Paris")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-17 10:00", 24, "2026-11-18 10:00"),  # Tuesday
        ("2026-11-20 18:00", 24, "2026-11-23 18:00"),  # Friday evening
        ("2026-11-21 12:00", 24, "2026-11-24 00:00"),  # Saturday: begins on Monday
        ("2026-11-10 18:00", 24, "2026-11-12 18:00"),  # 11 November lies between
        ("2026-12-24 12:00", 48, "2026-12-29 12:00"),  # Christmas on a Friday, then a week-end
        ("2027-03-26 12:00", 24, "2027-03-30 12:00"),  # Easter Monday
        ("2026-11-17 10:00", 0.5, "2026-11-17 10:30"),
    ],
)
def test_hours_run_on_working_days_only(start, hours, end):
    assert after_working_hours(at(start), hours) == at(end)


def test_a_day_on_which_the_clocks_change_counts_what_it_lasts():
    # The change is on a Sunday, which does not count at all: Friday noon + 24 h is Monday noon by the clock.
    assert after_working_hours(at("2026-10-23 12:00"), 24) == at("2026-10-26 12:00")
