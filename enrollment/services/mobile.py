"""The mobile that will carry the identity, proven by a code."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from enrollment.models import Enrollment, EnrollmentState
from enrollment.services.answers import write
from identite import codes, journal, quotas
from identite.locks import locked
from notifications.services import send_sms


def holds_identity(number: str, enrollment: Enrollment) -> Enrollment | None:
    """Whose identity, if anybody's, this number already belongs to."""
    owners = Enrollment.objects.filter(mobile=number, state__in=(EnrollmentState.ACTIVATED, EnrollmentState.SUSPENDED))
    return owners.exclude(pk=enrollment.pk).select_related("account").first()


@transaction.atomic
def send_mobile_code(enrollment: Enrollment, number: str, *, client: str) -> None:
    """Send a new code to `number` and make it the file's. Raises CodeNotSent, AnswersFrozen.

    A number that holds an identity gets an SMS that says so, and a code that nobody knows is drawn all the same: the
    page, its counters and its work are those of any other number, and no code is ever right.
    """
    try:
        quotas.take("ip_code", client)
    except quotas.QuotaExceeded as exceeded:
        raise codes.CodeNotSent(exceeded.until, per_client=True) from exceeded
    # Of two clicks at once the second one sees the first one's number, and that its code left a moment ago.
    saved = locked(enrollment).mobile
    changed = number != saved
    owner = holds_identity(number, enrollment)
    try:
        quotas.take("sms_code_send", number)
        quotas.take("sms_code_send", f"account:{enrollment.account_id}")
        if changed:  # the delay since the last code protects the other number
            codes.forget(codes.CodePurpose.MOBILE, enrollment)
        code = codes.issue(codes.CodePurpose.MOBILE, enrollment, binding=secrets.token_urlsafe() if owner else number)
    except quotas.LimitReached as refused:
        raise codes.CodeNotSent(refused.until) from refused
    if changed:
        write(enrollment, mobile=number, mobile_verified_at=None)
    if owner:
        send_sms("mobile_already_used", address=number, context={}, recipient=owner.account)
    else:
        context = {"code": codes.shown(code), "minutes": settings.SMS_CODE_LIFETIME_SECONDS // 60}
        send_sms("mobile_code_sent", address=number, context=context, recipient=enrollment.account)


def mobile_code_state(enrollment: Enrollment) -> codes.CodeState:
    return codes.state(codes.CodePurpose.MOBILE, enrollment)


def mobile_code_counts(enrollment: Enrollment) -> bool:
    """Can the code that left last still be typed?"""
    present = mobile_code_state(enrollment)
    return bool(present.tries_left and present.expires_at and present.expires_at > timezone.now())


def mobile_sends_locked_until(enrollment: Enrollment) -> datetime | None:
    """When the next code may be asked for, if as many as allowed have left; None when one may leave now."""
    keys = (enrollment.mobile, f"account:{enrollment.account_id}")
    ends = [
        usage.until for usage in (quotas.usage("sms_code_send", key) for key in keys) if usage.exceeded and usage.until
    ]
    return max(ends, default=None)


@transaction.atomic
def check_mobile_code(enrollment: Enrollment, typed: str) -> codes.CodeResult:
    """RIGHT proves the number. Raises AnswersFrozen when another tab confirmed the file meanwhile."""
    result = codes.check(codes.CodePurpose.MOBILE, enrollment, typed, binding=locked(enrollment).mobile)
    if result == codes.CodeResult.RIGHT:
        write(enrollment, mobile_verified_at=timezone.now())
        journal.record(enrollment, "verify_mobile", actor=enrollment.account)
    return result
