"""The activation code: it leaves with the accepted letter and proves, in the app, that the phone is the right one."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enrollment.models import Enrollment, EnrollmentState
from identite import brand, journal
from identite.codes.one_time import shown
from identite.codes.use import CodeUse
from identite.http import absolute
from identite.locks import locked
from identite.transitions import TransitionNotAllowed
from notifications.services import send_email, send_sms
from verification.letter import records

APP_PATH = "/app/"
ACTIVATION: CodeUse[Enrollment] = CodeUse(
    purpose="activation",
    bound_to=lambda enrollment: enrollment.mobile,
    account=lambda enrollment: enrollment.account_id,
    label=_("Code d’activation"),
    crowded=_("Trop de codes d’activation demandés"),
)


@transaction.atomic
def deliver_code(enrollment: Enrollment) -> None:
    """The letter is accepted: its content and an SMS carry the code, a mail tells how to go on."""
    code = ACTIVATION.give(enrollment)
    _send(enrollment, code)
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
def resend_code(enrollment: Enrollment, *, client: str) -> None:
    """A new code by SMS; the one before it no longer counts. Raises CodeNotSent, TransitionNotAllowed."""
    present = locked(enrollment, "account")
    if present.state != EnrollmentState.PROVEN:
        raise TransitionNotAllowed(f"resend_code: enrollment {present.pk} is {present.state}")
    _send(present, ACTIVATION.ask(present, present.mobile, client=client))


def _send(enrollment: Enrollment, code: str) -> None:
    context = {"code": shown(code), "days": settings.ACTIVATION_CODE_LIFETIME_SECONDS // 86_400}
    send_sms("activation_code", address=enrollment.mobile, context=context, recipient=enrollment.account)
    journal.record(enrollment, "activation_code_sent", label="system")


def letter_text(enrollment: Enrollment, code: str) -> str:
    """The registered letter's content."""
    until = timezone.localtime() + timedelta(seconds=settings.ACTIVATION_CODE_LIFETIME_SECONDS)
    context = {"enrollment": enrollment, "code": shown(code), "until": until, "app_url": absolute(APP_PATH)}
    return render_to_string("enrollment/letter_content.txt", brand.words() | context).strip()
