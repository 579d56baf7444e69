"""The letter's deadlines, in Paris time (CPCE R.53-3: 15 days counted from the day after notification)."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone


def due_at(notified_at: datetime) -> datetime:
    """The last second of the last day on which the letter may be opened."""
    last_day = timezone.localtime(notified_at).date() + timedelta(days=settings.LETTER_LIFETIME_DAYS)
    return timezone.make_aware(datetime.combine(last_day, time(23, 59, 59)))


def next_reminder(notified_at: datetime, sent: int) -> datetime:
    """When reminder number `sent` + 1 leaves."""
    return notified_at + timedelta(days=settings.LETTER_REMINDER_DAYS * (sent + 1))
