import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from identite.templatetags import dates


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2030, 1, 15, 13, 5, tzinfo=UTC), "14\u00a0h\u00a005"),
        (datetime(2030, 7, 15, 7, 0, tzinfo=UTC), "9\u00a0h\u00a000"),
    ],
)
def test_hours_are_french_and_local(moment, text):
    assert dates.hour(moment) == text


def test_a_moment_to_come_is_rounded_up_to_the_minute_so_that_a_lock_is_open_by_then():
    tomorrow = timezone.localtime().replace(hour=12, minute=0, second=40, microsecond=0) + timedelta(days=1)
    assert dates.when(tomorrow) == "demain à 12\u00a0h\u00a001"
    assert dates.when(tomorrow - timedelta(days=2)) == "hier à 12\u00a0h\u00a000"


def test_a_moment_is_named_by_its_day():
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    assert dates.when(noon) == "à 12\u00a0h\u00a000"
    assert dates.when(noon + timedelta(days=1)) == "demain à 12\u00a0h\u00a000"
    assert dates.when(noon - timedelta(days=1)) == "hier à 12\u00a0h\u00a000"
    assert re.fullmatch(
        r"\w+ \d+(?:er)? \w+ à 12\u00a0h\u00a000|\d+(?:er)? \w+ \d{4} à 12.*", dates.when(noon + timedelta(days=9))
    )


def test_seconds_left_are_never_negative():
    assert dates.seconds_left(timezone.now() - timedelta(hours=1)) == 0
    assert 53 <= dates.seconds_left(timezone.now() + timedelta(seconds=54)) <= 54
