"""The one clock of the tests: what `timezone.now()` says while a test runs. The fixture `clock` gives it."""

from collections.abc import Callable
from datetime import datetime, timedelta


class Clock:
    """It goes on by itself and by what is let pass, or stands still where it was stopped."""

    def __init__(self, true_time: Callable[[], datetime]) -> None:
        self.true_time = true_time
        self.passed = timedelta()
        self.stands_at: datetime | None = None

    def now(self) -> datetime:
        return (self.stands_at or self.true_time()) + self.passed

    def pass_(self, **time: float) -> None:
        """Let time pass; arguments as of `timedelta`."""
        self.passed += timedelta(**time)

    def stop(self, instant: datetime) -> None:
        """Stand still at this instant."""
        self.stands_at, self.passed = instant, timedelta()
