"""What is known of a post office beside its address: what time it is there, when it opens, how it receives disabled people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import groupby
from typing import Protocol
from zoneinfo import ZoneInfo

import holidays
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from identite.templatetags.dates import NBSP
from verification.face_to_face.models import Office

# Where an identity can be proven today; the condition of the index `office_near`.
TAKING_PART = Q(participates=True, closed_at=None)
WEEKDAYS = (_("lundi"), _("mardi"), _("mercredi"), _("jeudi"), _("vendredi"), _("samedi"), _("dimanche"))
# Code → what people read. The published file has a column of its own for each (`loader.SERVICE_COLUMNS`).
SERVICES: dict[str, Promise] = {
    "wheelchair": _("entrée possible seul(e) en fauteuil roulant"),
    "step_free": _("pas de marche de plus de 2\u00a0cm"),
    "room": _("place pour circuler en fauteuil à l’intérieur"),
    "hearing_loop": _("boucle magnétique"),
    "sound_beacon": _("borne sonore à l’entrée"),
    "guiding_strip": _("bande de guidage au sol"),
    "audio_cash": _("distributeur de billets avec prise audio"),
    "audio_machine": _("automate avec prise audio"),
}
DAYS_AHEAD = 14  # how far the next opening is looked for: longer than any row of holidays
MAINLAND = "Europe/Paris"
# By department, and where a territory has several times by commune; IANA names.
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
    "98719": "Pacific/Gambier",
    **dict.fromkeys(("98718", "98723", "98731", "98746", "98756", "98757"), "Pacific/Marquesas"),
}
# Departments with public holidays of their own, as the package `holidays` calls them.
HOLIDAY_REGIONS = {
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


class Stretch(Protocol):
    """From when to when an office is open on a weekday; 0 is Monday. A row, or what a query brought of it."""

    @property
    def weekday(self) -> int: ...
    @property
    def opens(self) -> time: ...
    @property
    def closes(self) -> time: ...


@dataclass(frozen=True)
class Opening:
    """Open now and until when, or closed and until when; in the time of the office. All empty: its hours are not known."""

    is_open: bool
    until: datetime | None
    opens_at: datetime | None

    @property
    def words(self) -> str:
        """«ouvert jusqu’à 17 h», «fermé, ouvre lundi à 9 h»; empty where nothing is known."""
        if self.is_open and self.until:
            return gettext("ouvert jusqu’à %(hour)s") % {"hour": short_hour(self.until)}
        if self.opens_at is None:
            return ""
        at = {"hour": short_hour(self.opens_at)}
        days = (self.opens_at.date() - timezone.localdate(timezone=self.opens_at.tzinfo)).days
        if days == 0:
            return gettext("fermé, ouvre à %(hour)s") % at
        if days == 1:
            return gettext("fermé, ouvre demain à %(hour)s") % at
        day = date_format(self.opens_at, "l" if days < 7 else "l j F")
        return gettext("fermé, ouvre %(day)s à %(hour)s") % (at | {"day": day})


def short_hour(moment: datetime | time) -> str:
    """«9 h», «17 h 30»."""
    return f"{moment.hour}{NBSP}h{NBSP}{moment.minute:02d}" if moment.minute else f"{moment.hour}{NBSP}h"


def department(office: Office) -> str:
    """Two characters, three overseas. Saint-Martin and Saint-Barthélemy have Guadeloupe's postal codes: the commune tells."""
    code = office.commune_code or office.postal_code
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def zone(office: Office) -> ZoneInfo:
    name = ZONES.get(office.commune_code) or ZONES.get(department(office), MAINLAND)
    return ZoneInfo(name)


def is_elsewhere(office: Office) -> bool:
    """Is it another time there than in mainland France?"""
    return zone(office).key != MAINLAND


@cache
def _holidays(region: str | None, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", subdiv=region, years=year))


def is_holiday(office: Office, day: date) -> bool:
    return day in _holidays(HOLIDAY_REGIONS.get(department(office)), day.year)


def opening(office: Office, hours: Iterable[Stretch], at: datetime) -> Opening:
    """Is it open then? hours: all of this office, sorted; at: an aware moment."""
    here = zone(office)
    now = at.astimezone(here)
    of_weekday: dict[int, list[Stretch]] = {}
    for stretch in hours:
        of_weekday.setdefault(stretch.weekday, []).append(stretch)
    if not of_weekday:
        return Opening(False, None, None)
    for ahead in range(DAYS_AHEAD + 1):
        day = now.date() + timedelta(days=ahead)
        stretches = of_weekday.get(day.weekday())
        if not stretches or is_holiday(office, day):
            continue
        for stretch in stretches:
            opens, closes = (datetime.combine(day, moment, here) for moment in (stretch.opens, stretch.closes))
            if opens <= now < closes:
                return Opening(True, closes, None)
            if now < opens:
                return Opening(False, None, opens)
    return Opening(False, None, None)


@dataclass(frozen=True)
class Days:
    """name: «lundi», «du mardi au vendredi». hours: «9 h – 12 h, 14 h – 17 h», «fermé»."""

    name: str
    hours: str


def week(hours: Iterable[Stretch]) -> list[Days]:
    """From Monday to Sunday, neighbouring days with the same hours in one; empty where no hours are known."""
    of_weekday: dict[int, list[str]] = {}
    for stretch in hours:
        words = f"{short_hour(stretch.opens)}{NBSP}–{NBSP}{short_hour(stretch.closes)}"
        of_weekday.setdefault(stretch.weekday, []).append(words)
    if not of_weekday:
        return []
    closed = gettext("fermé")
    of_day = [", ".join(of_weekday.get(day, ())) or closed for day in range(len(WEEKDAYS))]
    return [Days(_run(days), words) for words, days in _runs(of_day)]


def _runs(of_day: list[str]) -> Iterator[tuple[str, list[int]]]:
    for words, group in groupby(range(len(of_day)), key=of_day.__getitem__):
        yield words, list(group)


def _run(days: list[int]) -> str:
    first, last = WEEKDAYS[days[0]], WEEKDAYS[days[-1]]
    if len(days) == 1:
        return str(first)
    words = gettext("%(first)s et %(last)s") if len(days) == 2 else gettext("du %(first)s au %(last)s")
    return words % {"first": first, "last": last}
