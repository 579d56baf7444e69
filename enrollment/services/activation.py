"""The activation code: it leaves with the accepted letter and proves, in the app, that the phone is the right one."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from enrollment.models import Enrollment, EnrollmentState
from identite import brand, codes, journal, quotas
from identite.http import absolute
from identite.locks import locked
from identite.transitions import TransitionNotAllowed
from notifications.services import send_email, send_sms
from verification.letter import records

APP_PATH = "/app/"


@transaction.atomic
def deliver_activation_code(enrollment: Enrollment) -> None:
    """The letter is accepted: its content and an SMS carry the code, a mail tells how to go on."""
    codes.forget(codes.CodePurpose.ACTIVATION, enrollment)
    code = _issue_activation_code(enrollment)
    verification = enrollment.verification
    if verification is not None:
        records.set_content(verification.letter, letter_text(enrollment, code))
    send_email(
        "identity_proven",
        address=enrollment.account.email,
        recipient=enrollment.account,
        context={"first_name": enrollment.first_name(), "app_url": absolute(APP_PATH)},
    )


@transaction.atomic
def resend_activation_code(enrollment: Enrollment) -> None:
    """A new code by SMS; the one before it no longer counts. Raises CodeNotSent, TransitionNotAllowed."""
    if enrollment.state != EnrollmentState.PROVEN:
        raise TransitionNotAllowed(f"resend_activation_code: enrollment {enrollment.pk} is {enrollment.state}")
    locked(enrollment)
    try:
        quotas.take("activation_code_send", enrollment.mobile)
        _issue_activation_code(enrollment)
    except quotas.LimitReached as refused:
        raise codes.CodeNotSent(refused.until) from refused


def _issue_activation_code(enrollment: Enrollment) -> str:
    code = codes.issue(codes.CodePurpose.ACTIVATION, enrollment, binding=enrollment.mobile)
    context = {"code": codes.shown(code), "days": settings.ACTIVATION_CODE_LIFETIME_SECONDS // 86_400}
    send_sms("activation_code", address=enrollment.mobile, context=context, recipient=enrollment.account)
    journal.record(enrollment, "activation_code_sent", label="system")
    return code


def letter_text(enrollment: Enrollment, code: str) -> str:
    """The registered letter's content."""
    until = timezone.localtime() + timedelta(seconds=settings.ACTIVATION_CODE_LIFETIME_SECONDS)
    context = {"enrollment": enrollment, "code": codes.shown(code), "until": until, "app_url": absolute(APP_PATH)}
    return render_to_string("enrollment/letter_content.txt", brand.words() | context).strip()
