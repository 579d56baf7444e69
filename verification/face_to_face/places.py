"""Where an appointment takes place, and when, as people write it."""

from datetime import time
from itertools import groupby

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from identite.cog import communes
from verification.face_to_face import dates
from verification.face_to_face.address import PostalAddress
from verification.face_to_face.models import Appointment, Office


def lines(appointment: Appointment) -> list[str]:
    """The address as on an envelope, without a name."""
    return office_lines(appointment.office) if appointment.office is not None else address_lines(appointment)


def address_lines(address: PostalAddress) -> list[str]:
    commune = communes.by_code(address.address_commune, "")
    town = f"{address.address_postal_code} {commune.name if commune else ''}".strip()
    return [line for line in (address.address_street, address.address_complement, town) if line]


def office_lines(office: Office) -> list[str]:
    town = f"{office.postal_code} {office.city}".strip()
    return [line for line in (office.name, office.complement, office.street, office.place, town) if line]


def hours(office: Office | None) -> list[str]:
    """«lundi : 9 h–12 h, 14 h–17 h 30», a line a day on which it opens; none where the hours are not known."""
    stretches = list(office.hours.all()) if office is not None else []
    return [
        _("%(day)s\u00a0: %(hours)s")
        % {
            "day": WEEKDAYS[weekday],
            "hours": ", ".join(f"{clock(one.opens)}–{clock(one.closes)}" for one in of_day),
        }
        for weekday, of_day in groupby(stretches, key=lambda one: one.weekday)
    ]


def span(half_day: str) -> str:
    """«entre 8 h et 13 h»"""
    begins, ends = dates.HOURS[half_day]
    return _("entre %(from)s et %(to)s") % {"from": clock(begins), "to": clock(ends)}


def clock(hour: time) -> str:
    """«9 h 00»; without its minutes on the hour: «9 h»."""
    return f"{hour.hour}\u00a0h\u00a0{hour:%M}" if hour.minute else f"{hour.hour}\u00a0h"
