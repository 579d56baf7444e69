"""The appointment of an identity proven in person, as the enrollment asks for it."""

from datetime import date

from django.db import transaction

from enrollment.models import Enrollment, EnrollmentState
from identite import quotas
from identite.codes.use import refusals_count
from identite.locks import locked
from identite.transitions import TransitionNotAllowed
from verification import services as verifications
from verification import transitions as verification_transitions
from verification.face_to_face import appointments, codes, dates
from verification.face_to_face.models import STANDING, Appointment, Office, Place
from verification.models import Mode, VerificationState


@transaction.atomic
def book(
    enrollment: Enrollment, *, office: Office | None = None, day: date | None = None, half_day: str = ""
) -> Enrollment:
    """Book a post office, or a half-day at the file's address; or change what is booked. Done twice, it books once.

    Raises appointments.Full and QuotaExceeded, and nothing was changed; TransitionNotAllowed when the file is not there yet, or
    when the meeting has taken place.
    """
    row = locked(enrollment, "account", "verification")
    quotas.take("appointment_booking", f"account:{row.account_id}")
    if row.verification is not None:
        appointments.change(_standing(row), address=row, office=office, day=day, half_day=half_day)
    elif row.state != EnrollmentState.PROVING or row.mode != Mode.FACE_TO_FACE:
        raise TransitionNotAllowed(f"book: enrollment {row.pk} is {row.state}, mode {row.mode!r}")
    else:
        row.verification = verifications.open_verification(
            applicant=row.account,
            file=row.pk,
            identity=row,
            mode=Mode.FACE_TO_FACE,
            email=row.account.email,
            mobile=row.mobile,
        )
        appointments.open_appointment(row.verification, address=row, office=office, day=day, half_day=half_day)
    row.meeting_place = Place.OFFICE if office is not None else Place.HOME
    row.save(update_fields=["verification", "meeting_place"])
    return row


@transaction.atomic
def cancel(enrollment: Enrollment) -> Enrollment:
    """Give the appointment up, and choose the mode anew; what was answered is kept. Raises TransitionNotAllowed."""
    row = locked(enrollment, "account", "verification")
    standing = _standing(row)
    verification_transitions.move(standing.verification, "abandon", actor=row.account)
    return Enrollment.objects.select_related("account", "verification").get(pk=row.pk)


@refusals_count
@transaction.atomic
def resend_code(enrollment: Enrollment, *, client: str) -> None:
    """A new code by SMS; the one before it no longer counts. Raises CodeNotSent, TransitionNotAllowed."""
    codes.resend(_standing(locked(enrollment, "account", "verification")), client=client)


def last_day(enrollment: Enrollment) -> date:
    """Until when, included, this file's appointment may take place: as booked, or if it were booked now."""
    verification = enrollment.verification
    booked: Appointment | None = getattr(verification, "appointment", None)
    if booked is not None and booked.state in STANDING:
        return booked.last_day
    return dates.last_day(enrollment.address_commune)


def _standing(row: Enrollment) -> Appointment:
    """The appointment that may still take place. Raises TransitionNotAllowed."""
    rows = Appointment.objects.select_related("verification__applicant", "office", "slot")
    waiting = rows.filter(
        verification=row.verification_id, verification__state=VerificationState.OPEN, state__in=STANDING
    )
    found = waiting.first() if row.verification_id else None
    if found is None:
        raise TransitionNotAllowed(f"enrollment {row.pk} has no appointment that stands")
    return found
