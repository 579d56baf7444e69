"""Working time: the review's hours do not run on week-ends and French public holidays."""

from datetime import date, datetime, timedelta
from functools import cache

import holidays
from django.utils import timezone


@cache
def _holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("FR", years=year)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _holidays(day.year)


def after_working_hours(start: datetime, hours: float) -> datetime:
    """The moment at which `hours` of working days have passed. Working days count 24 hours each, Paris time.

    A file sent on a Friday at 18:00 has used 6 hours when the week-end begins; its clock goes on Monday at 0:00.
    """
    moment = timezone.localtime(start)
    left = timedelta(hours=hours)
    while True:
        midnight = timezone.make_aware(datetime.combine(moment.date() + timedelta(days=1), datetime.min.time()))
        if is_working_day(moment.date()):
            # Instants are compared, so that the days on which the clocks change count what they last.
            available = midnight.timestamp() - moment.timestamp()
            if left.total_seconds() <= available:
                return timezone.localtime(
                    datetime.fromtimestamp(moment.timestamp() + left.total_seconds(), tz=start.tzinfo)
                )
            left -= timedelta(seconds=available)
        moment = midnight
