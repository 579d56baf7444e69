"""The code of the appointment: six digits by SMS, which the citizen gives to the postman or at the counter."""

from django.utils.translation import gettext_lazy as _

from identite import journal, references
from identite.codes.one_time import shown
from identite.codes.use import CodeUse
from notifications.services import send_sms
from verification.face_to_face.models import Appointment

APPOINTMENT: CodeUse[Appointment] = CodeUse(
    purpose="appointment",
    bound_to=lambda appointment: appointment.verification.mobile,
    account=lambda appointment: appointment.verification.applicant_id,
    label=_("Code de vérification du rendez-vous"),
    crowded=_("Trop de codes de rendez-vous demandés"),
)


def give(appointment: Appointment) -> None:
    """The service sends a code by itself, and ends the one before."""
    _send(appointment, APPOINTMENT.give(appointment))


def resend(appointment: Appointment, *, client: str) -> None:
    """Somebody asks for a new code; the one before it no longer counts. appointment: as it is under its lock.

    Raises CodeNotSent. Its caller counts refusals (`refusals_count`).
    """
    _send(appointment, APPOINTMENT.ask(appointment, appointment.verification.mobile, client=client))


def _send(appointment: Appointment, code: str) -> None:
    verification = appointment.verification
    context = {"code": shown(code), "reference": references.shown(appointment.reference)}
    send_sms("appointment_code_sent", address=verification.mobile, context=context, recipient=verification.applicant)
    journal.record(appointment, "appointment_code_sent", label="system")
