"""The code that proves an e-mail address, and the mail that leaves instead where the address already has an account."""

import secrets

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from enrollment.models import Account, Registration
from identite import codes, quotas
from identite.codes import CodePurpose, CodeResult, CodeState
from identite.http import absolute, client_key
from identite.locks import locked
from notifications.services import send_email


@transaction.atomic
def send_code(request: HttpRequest, registration: Registration, address: str, *, again: bool = False) -> None:
    """Make `address` the registration's and mail it a code. Raises CodeNotSent, and changes nothing.

    again: the citizen asks for another code; otherwise an address that is confirmed, or has just been sent one, gets
    none: a double press sends one mail. Another address than before does not wait for the delay.
    An address that has an account gets a mail that says so, and a code that nobody knows is drawn all the same: the
    page, its counters and its work are those of any other address, and no code is ever right.
    """
    present = locked(registration)
    changed = present.email != address
    if not changed and (present.email_verified_at or (not again and code_is_fresh(present))):
        return
    try:
        quotas.take("ip_code", client_key(request))
    except quotas.QuotaExceeded as exceeded:
        raise codes.CodeNotSent(exceeded.until, per_client=True) from exceeded
    try:
        quotas.take("email_code_send", address)
        if changed:
            codes.forget(CodePurpose.EMAIL, present)
        account = Account.objects.filter(email=address).first()
        binding = address if account is None else secrets.token_urlsafe()
        code = codes.issue(CodePurpose.EMAIL, present, binding=binding)
    except quotas.LimitReached as refused:
        raise codes.CodeNotSent(refused.until) from refused
    if changed:
        # The password was checked against the address before.
        present.email, present.email_verified_at, present.password = address, None, ""
        present.save(update_fields=["email", "email_verified_at", "password"])
    minutes, until = settings.EMAIL_CODE_LIFETIME_SECONDS // 60, state(present).expires_at
    if account is None:
        context = {"code": codes.shown(code), "minutes": minutes, "until": until}
        send_email("email_code_sent", address=address, context=context)
    else:
        context = {"login_url": absolute(reverse("login")), "reset_url": absolute(reverse("password-forgotten"))}
        send_email("email_already_known", address=address, context=context, recipient=account)


def state(registration: Registration) -> CodeState:
    return codes.state(CodePurpose.EMAIL, registration)


@transaction.atomic
def check(registration: Registration, typed: str) -> CodeResult:
    """RIGHT proves the address that the registration has at this moment, whatever another tab made of it meanwhile."""
    present = locked(registration)
    result = codes.check(CodePurpose.EMAIL, present, typed, binding=present.email)
    if result == CodeResult.RIGHT:
        present.email_verified_at = timezone.now()
        present.save(update_fields=["email_verified_at"])
        registration.email, registration.email_verified_at = present.email, present.email_verified_at
    return result


def code_is_fresh(registration: Registration) -> bool:
    """A code left a moment ago and can still be typed: asking for the same address again sends no second one."""
    now = timezone.now()
    present = state(registration)
    return bool(present.tries_left and present.resend_at and present.resend_at > now)
