"""What falls due for appointments."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from identite import journal
from identite.locks import locked
from identite.sweep import Whose, duty, each, everybody
from verification.face_to_face import appointments
from verification.face_to_face.address import ADDRESS_FIELDS
from verification.face_to_face.models import STANDING, Appointment, AppointmentState
from verification.identity import IDENTITY_FIELDS
from verification.models import Verification, VerificationState

BATCH = 200


@duty
def lapse_appointments(whose: Whose = everybody) -> int:
    """Whose 15 days are over misses no half-day any more, and is reminded of none."""
    over = whose(Appointment.objects.filter(state__in=STANDING, due_at__lt=timezone.now()))
    return each(over.order_by("due_at")[:BATCH], appointments.lapse)


@duty
def miss_appointments(whose: Whose = everybody) -> int:
    """Half-days that passed without a meeting."""
    over = whose(Appointment.objects.filter(state=AppointmentState.BOOKED, over_at__lte=timezone.now()))
    return each(over.order_by("over_at")[:BATCH], appointments.miss_if_over)


@duty
def remind_of_appointments(whose: Whose = everybody) -> int:
    due = whose(Appointment.objects.filter(state=AppointmentState.BOOKED, reminder_due_at__lte=timezone.now()))
    return each(due.order_by("reminder_due_at")[:BATCH], appointments.remind)


@duty
def erase_old_appointments(whose: Whose = everybody) -> int:
    """Where somebody was to be met goes, and what an agent copied from a document; where no identity came of it, whose it was too."""
    past = timezone.now() - timedelta(days=settings.APPOINTMENT_RETENTION_DAYS)
    over = whose(Appointment.objects.filter(erased_at=None, ended_at__isnull=False, ended_at__lt=past))
    return each(over.order_by("ended_at").select_related("verification")[:BATCH], _erase)


def _erase(appointment: Appointment) -> bool:
    verification = locked(appointment.verification)
    appointment.meetings.update(document_number="", expiry_date=None, unsent="")
    Appointment.objects.filter(pk=appointment.pk).update(
        **dict.fromkeys(ADDRESS_FIELDS, ""), person_digest="", erased_at=timezone.now()
    )
    if verification.state != VerificationState.PROVEN:
        empty = Verification()
        names = (*IDENTITY_FIELDS, "email", "mobile")
        Verification.objects.filter(pk=verification.pk).update(**{name: getattr(empty, name) for name in names})
    journal.record(appointment, "appointment_erased", label="system")
    return True
