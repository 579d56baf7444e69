"""The activation code: it leaves by SMS alone once the identity is proven, and proves in the app that the phone is hers."""

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enrollment import transitions
from enrollment.models import Enrollment, EnrollmentState
from enrollment.services.files import give_time
from identite import brand, journal
from identite.codes import one_time
from identite.codes.one_time import CodeResult, shown
from identite.codes.use import CodeUse, refusals_count
from identite.http import absolute
from identite.locks import locked
from identite.transitions import TransitionNotAllowed
from notifications.services import send_email, send_sms
from verification.letter import records
from verification.models import Mode

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
    """The identity is proven: an SMS carries the code and a reference, which an accepted letter's content has too; a mail tells
    how to go on.
    """
    Enrollment.objects.filter(pk=enrollment.pk).update(wrong_activation_codes=0)
    _send(enrollment, ACTIVATION.give(enrollment))
    verification = enrollment.verification
    if verification is not None and verification.mode == Mode.ONLINE:
        records.set_content(verification.letter, letter_text(enrollment))
    send_email(
        "identity_proven",
        address=enrollment.account.email,
        recipient=enrollment.account,
        context={
            "first_name": enrollment.first_name(),
            "in_person": in_person(enrollment),
            "app_url": absolute(APP_PATH),
        },
    )


@refusals_count
@transaction.atomic
def resend_code(enrollment: Enrollment, *, client: str) -> None:
    """A new code by SMS; the one before it no longer counts. Raises CodeNotSent, TransitionNotAllowed."""
    present = locked(enrollment, "account", "verification__letter", "verification__appointment")
    if present.state != EnrollmentState.PROVEN:
        raise TransitionNotAllowed(f"resend_code: enrollment {present.pk} is {present.state}")
    _send(present, ACTIVATION.ask(present, present.mobile, client=client))


def _send(enrollment: Enrollment, code: str) -> None:
    context = {
        "code": shown(code),
        "days": settings.ACTIVATION_CODE_LIFETIME_SECONDS // 86_400,
        "reference": reference(enrollment),
        "in_person": in_person(enrollment),
    }
    send_sms("activation_code", address=enrollment.mobile, context=context, recipient=enrollment.account)
    journal.record(enrollment, "activation_code_sent", label="system")


def check_code(enrollment: Enrollment, typed: str, *, client: str) -> CodeResult:
    """RIGHT uses the code up. Whoever has guessed ACTIVATION_MAX_WRONG_CODES times, over all codes sent, stops the file.

    enrollment: as it is under its lock. Raises QuotaExceeded.
    """
    guessed = ACTIVATION.state(enrollment).usable
    result = ACTIVATION.check(enrollment, typed, client=client)
    if guessed and result in (CodeResult.WRONG, CodeResult.EXHAUSTED):
        enrollment.wrong_activation_codes += 1
        enrollment.save(update_fields=["wrong_activation_codes"])
        journal.record(enrollment, "activation_code_refused", label="citizen", count=enrollment.wrong_activation_codes)
        if enrollment.wrong_activation_codes >= settings.ACTIVATION_MAX_WRONG_CODES:
            _stop(enrollment)
    return result


def _stop(enrollment: Enrollment) -> None:
    """Somebody who has the password guesses: the identity has to be proven anew, with a phone."""
    stopped = transitions.move(enrollment, "stop", label="system", reason="activation_codes")
    one_time.forget(ACTIVATION.purpose, stopped)
    give_time(stopped)
    send_email(
        "activation_stopped",
        address=enrollment.account.email,
        recipient=enrollment.account,
        context={
            "first_name": enrollment.first_name(),
            "in_person": in_person(enrollment),
            "wrong_codes": enrollment.wrong_activation_codes,
            "reset_url": absolute(reverse("password-forgotten")),
            "resume_url": absolute(reverse("enrollment:resume")),
        },
    )


def in_person(enrollment: Enrollment) -> bool:
    return enrollment.verification is not None and enrollment.verification.mode == Mode.FACE_TO_FACE


def reference(enrollment: Enrollment) -> str:
    """What the SMS has in common with what came before it, so that the citizen knows that they belong together.

    The letter's number; of an identity proven in person the appointment's reference.
    """
    verification = enrollment.verification
    if verification is None:
        return ""
    return str(verification.appointment) if verification.mode == Mode.FACE_TO_FACE else verification.letter.number


def letter_text(enrollment: Enrollment) -> str:
    """The registered letter's content. It opens with the mailbox: no code stands in it."""
    context = {
        "enrollment": enrollment,
        "reference": reference(enrollment),
        "mobile_end": enrollment.mobile[-2:],
        "app_url": absolute(APP_PATH),
        "support_email": settings.SUPPORT_EMAIL,
    }
    return render_to_string("enrollment/letter_content.txt", brand.words() | context).strip()
