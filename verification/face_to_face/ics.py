"""The appointment as a calendar file (RFC 5545), written by `icalendar`; later ones of the same UID replace those before."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from identite import brand, references
from identite.http import absolute
from notifications.models import Attachment
from verification.face_to_face import dates, places
from verification.face_to_face.models import Appointment

NAME = "rendez-vous.ics"
PAGE = "/dossier/"


def invitation(appointment: Appointment) -> bytes:
    """To be kept. At home: the half-day; at an office: the last day, for the whole day, which keeps nobody busy."""
    return _calendar("PUBLISH", appointment)


def withdrawal(appointment: Appointment) -> bytes:
    """To be struck out."""
    return _calendar("CANCEL", appointment)


def attached(data: bytes, method: str) -> Attachment:
    return Attachment(NAME, f"text/calendar; method={method}", data.decode())


def _calendar(method: str, appointment: Appointment) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", f"-//{brand.words()['brand_operator']}//{brand.words()['brand']}//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(appointment, is_over=method == "CANCEL"))
    if appointment.slot is not None:
        calendar.add_missing_timezones()
    data: bytes = calendar.to_ical()
    return data


def _event(appointment: Appointment, *, is_over: bool) -> Event:
    event = Event()
    event.add("uid", f"{appointment.pk}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("sequence", appointment.changes + is_over)
    event.add("dtstamp", timezone.now())
    event.add("summary", _summary(appointment))
    event.add("location", ", ".join(places.lines(appointment)))
    event.add("description", _description(appointment))
    event.add("url", absolute(PAGE))
    event.add("organizer", _organizer())
    event.add("status", "CANCELLED" if is_over else "CONFIRMED")
    if appointment.slot is not None:
        begins, ends = dates.span(appointment.slot.day, appointment.slot.half_day, appointment.where)
        event.add("dtstart", begins)
        event.add("dtend", ends)
    else:
        event.add("dtstart", appointment.last_day)
        event.add("dtend", appointment.last_day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    if not is_over:
        event.add_component(_alarm(appointment))
    return event


def _alarm(appointment: Appointment) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _summary(appointment))
    alarm.add("trigger", timedelta(days=-1))
    return alarm


def _organizer() -> vCalAddress:
    organizer = vCalAddress(f"mailto:{settings.SUPPORT_EMAIL}")
    organizer.params["cn"] = vText(brand.words()["brand"])
    return organizer


def _summary(appointment: Appointment) -> str:
    if appointment.slot is not None:
        return _("Rendez-vous avec le facteur\u00a0: vérification d’identité")
    return _("Dernier jour pour vérifier votre identité en bureau de poste")


def _description(appointment: Appointment) -> str:
    shown = references.shown(appointment.reference)
    return "\n".join(
        [
            _("Rendez-vous %(reference)s") % {"reference": shown},
            _("À présenter\u00a0: votre pièce d’identité originale, et le code à six chiffres reçu par SMS."),
            *([_("Horaires\u00a0:"), *hours] if (hours := places.hours(appointment.office)) else []),
            _("Changer ou annuler\u00a0: %(url)s") % {"url": absolute(PAGE)},
        ]
    )
