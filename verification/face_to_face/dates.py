"""Days and hours of appointments, in the time of the place: an afternoon in La Réunion is a morning in Paris.

A place is given by its COG code, or by a postal code: both begin with the territory.
"""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings
from django.utils import timezone

MAINLAND = "Europe/Paris"
ZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
# Where other days are public holidays than in the rest of France: names of `holidays`.
OWN_HOLIDAYS = {
    "57": "57",
    "67": "6AE",
    "68": "6AE",
    "971": "971",
    "972": "972",
    "973": "973",
    "974": "974",
    "975": "PM",
    "976": "976",
    "977": "BL",
    "978": "MF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}
SUNDAY = 6
# From when to when the postman may come.
HOURS = {"morning": (time(8), time(13)), "afternoon": (time(13), time(18))}
# A round may be late: until then nobody is told that a meeting was missed.
GRACE = timedelta(hours=2)
EVENING_BEFORE, EARLY = time(10), time(7)  # when reminders leave
# At an office there is no day: how long before the last one.
OFFICE_REMINDER_DAYS = (7, 2)


def zone(code: str) -> ZoneInfo:
    return ZoneInfo(ZONES.get(code[:3], MAINLAND))


def today(code: str) -> date:
    """The date that it is there now."""
    return timezone.localtime(timezone.now(), zone(code)).date()


@cache
def _holidays(subdivision: str, year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("FR", subdiv=subdivision or None, years=year)


def is_working_day(day: date, code: str) -> bool:
    """May a postman go round there? Mondays to Saturdays but for the public holidays of that place."""
    subdivision = OWN_HOLIDAYS.get(code[:3]) or OWN_HOLIDAYS.get(code[:2], "")
    return day.weekday() != SUNDAY and day not in _holidays(subdivision, day.year)


def last_day(code: str) -> date:
    """Until when, included, what is booked today may be kept."""
    return today(code) + timedelta(days=settings.APPOINTMENT_LIFETIME_DAYS)


def at(day: date, hour: time, code: str) -> datetime:
    """That day and hour of the place, as an instant."""
    return datetime.combine(day, hour, zone(code))


def end_of(day: date, code: str) -> datetime:
    return at(day, time(23, 59, 59), code)


def span(day: date, half_day: str, code: str) -> tuple[datetime, datetime]:
    """From when to when the postman may come."""
    begins, ends = HOURS[half_day]
    return at(day, begins, code), at(day, ends, code)


def home_reminders(day: date, code: str) -> list[datetime]:
    """The day before, and the morning of the day."""
    return [at(day - timedelta(days=1), EVENING_BEFORE, code), at(day, EARLY, code)]


def office_reminders(last: date, code: str) -> list[datetime]:
    """Some days before the last one, and its morning."""
    before = [at(last - timedelta(days=days), EVENING_BEFORE, code) for days in OFFICE_REMINDER_DAYS]
    return [*before, at(last, EARLY, code)]


def next_of(moments: list[datetime]) -> datetime | None:
    """The first of these moments, in their order, that is still to come."""
    return next((moment for moment in moments if moment > timezone.now()), None)
