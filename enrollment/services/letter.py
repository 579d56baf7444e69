"""The registered letter of an identity proven online, as the enrollment asks for it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from enrollment.models import Enrollment, EnrollmentState
from enrollment.services import files
from identite import journal, quotas
from identite.locks import locked
from identite.quotas import TooSoon
from identite.transitions import TransitionNotAllowed
from notifications.models import Message
from verification import services as verifications
from verification.letter import delivery
from verification.models import Mode, VerificationState

MAILS = ("letter_notified", "letter_reminder")


@transaction.atomic
def start_online_verification(enrollment: Enrollment, *, terms_accepted: bool) -> Enrollment:
    """Accept AR24's terms and have the registered letter sent. Done twice, it sends one letter.

    terms_accepted: False for a new letter under terms accepted before. Raises TransitionNotAllowed when the file is
    not there yet.
    """
    row = locked(enrollment, "account")
    if row.verification_id is not None:
        return row
    if row.state != EnrollmentState.PROVING or row.mode != Mode.ONLINE:
        raise TransitionNotAllowed(f"start_online_verification: enrollment {row.pk} is {row.state}, mode {row.mode!r}")
    if terms_accepted:
        row.ar24_terms_version, row.ar24_terms_accepted_at = settings.AR24_TERMS_VERSION, timezone.now()
        journal.record(row, "accept_ar24_terms", actor=row.account, terms=settings.AR24_TERMS_VERSION)
    row.verification = verifications.open_verification(
        applicant=row.account,
        file=row.pk,
        identity=row,
        mode=Mode(row.mode),
        email=row.account.email,
        mobile=row.mobile,
    )
    row.save(update_fields=["verification", "ar24_terms_version", "ar24_terms_accepted_at"])
    return row


@transaction.atomic
def resend(enrollment: Enrollment) -> None:
    """The same letter's mail once more. Raises LimitReached, and TransitionNotAllowed when no letter waits."""
    verification = enrollment.verification
    if verification is None or verification.state != VerificationState.OPEN:
        raise TransitionNotAllowed(f"resend: enrollment {enrollment.pk} has no letter that waits")
    locked(enrollment)  # of two clicks, one sends
    last = mailed_at(enrollment)
    again = last + timedelta(seconds=settings.CODE_RESEND_DELAY_SECONDS) if last else timezone.now()
    if again > timezone.now():
        raise TooSoon("letter_resend", again)
    quotas.take("letter_resend", enrollment.pk)
    delivery.resend(verification.letter)


def mailed_at(enrollment: Enrollment) -> datetime | None:
    """When the letter's last mail was written."""
    verification = enrollment.verification
    if verification is None:
        return None
    mails = Message.objects.filter(
        recipient_id=enrollment.account_id, event__in=MAILS, created_at__gte=verification.created_at
    )
    return mails.order_by("-created_at").values_list("created_at", flat=True).first()


@transaction.atomic
def new_attempt(enrollment: Enrollment) -> Enrollment:
    """After an attempt that ended, whatever way it went: another verification of the same identity, with a letter of its own.

    Where AR24's terms changed meanwhile they are asked first. Raises TransitionNotAllowed when an attempt is running, or
    when the document can only be shown in person any more.
    """
    row = files.begin_again(enrollment, Mode.ONLINE)
    if row.ar24_terms_version == settings.AR24_TERMS_VERSION:
        return start_online_verification(row, terms_accepted=False)
    return row
