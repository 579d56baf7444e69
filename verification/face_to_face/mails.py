"""The mails and text messages about an appointment. None of them carries its code but the one that brings it."""

from typing import Any

from django.conf import settings

from identite import references
from identite.http import absolute
from notifications.models import Attachment, Message
from notifications.services import send_email, send_sms
from verification.face_to_face import ics, places
from verification.face_to_face.models import Appointment


def _words(appointment: Appointment) -> dict[str, Any]:
    """What the templates say of it. where: lines. day, half_day, span: at home only; hours: of an office, lines."""
    slot = appointment.slot
    return {
        "first_name": appointment.verification.first_name(),
        "reference": references.shown(appointment.reference),
        "where": places.lines(appointment),
        "at_home": slot is not None,
        "day": slot.day if slot else None,
        "half_day": slot.get_half_day_display() if slot else "",
        "span": places.span(slot.half_day) if slot else "",
        "hours": places.hours(appointment.office),
        "last_day": appointment.last_day,
        "days": settings.APPOINTMENT_LIFETIME_DAYS,
        "page_url": absolute(ics.PAGE),
    }


def tell(appointment: Appointment, event: str, *, attachment: Attachment | None = None, **context: Any) -> Message:
    """One mail to the applicant."""
    verification = appointment.verification
    return send_email(
        event,
        address=verification.email,
        recipient=verification.applicant,
        context={**_words(appointment), **context},
        attachment=attachment,
    )


def tell_by_sms(appointment: Appointment, event: str) -> Message:
    verification = appointment.verification
    return send_sms(event, address=verification.mobile, recipient=verification.applicant, context=_words(appointment))


def invite(appointment: Appointment, event: str) -> None:
    """«appointment_booked» or «appointment_changed», with the calendar file; the code has a message of its own."""
    tell(appointment, event, attachment=ics.attached(ics.invitation(appointment), "PUBLISH"))
    if event == "appointment_changed":
        tell_by_sms(appointment, "appointment_moved")


def withdraw(appointment: Appointment) -> None:
    tell(appointment, "appointment_cancelled", attachment=ics.attached(ics.withdrawal(appointment), "CANCEL"))


def remind(appointment: Appointment) -> None:
    """By mail, and by the way that is read in the street."""
    tell(appointment, "appointment_reminder")
    tell_by_sms(appointment, "appointment_near")
