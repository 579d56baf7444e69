"""The code that proves an e-mail address, and the mail that leaves instead where the address already has an account."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enrollment.models import Account, Registration
from identite.codes.one_time import CodeResult, shown
from identite.codes.use import CodeUse, refusals_count
from identite.http import absolute
from identite.locks import locked
from notifications.services import send_email

EMAIL: CodeUse[Registration] = CodeUse(
    purpose="email",
    bound_to=lambda registration: registration.email,
    label=_("Code reçu par e-mail"),
    crowded=_("Trop de codes demandés pour cette adresse"),
)


@refusals_count
@transaction.atomic
def send_code(registration: Registration, address: str, *, client: str, again: bool = False) -> None:
    """Make `address` the registration's and mail it a code. Raises CodeNotSent, and changes nothing.

    again: the citizen asks for another code; otherwise an address that is confirmed, or has just been sent one, gets
    none: a double press sends one mail. An address that has an account gets a mail that says so, and the code is a
    decoy.
    """
    present = locked(registration)
    changed = present.email != address
    if not changed and (present.email_verified_at or (not again and _is_fresh(present))):
        return
    account = Account.objects.filter(email_digest=address).first()
    code = EMAIL.ask(present, address, client=client, decoy=account is not None)
    if changed:
        # The password was checked against the address before.
        present.email, present.email_verified_at, present.password = address, None, ""
        present.save(update_fields=["email", "email_verified_at", "password"])
    minutes, until = settings.EMAIL_CODE_LIFETIME_SECONDS // 60, EMAIL.state(present).expires_at
    if account is None:
        context = {"code": shown(code), "minutes": minutes, "until": until}
        send_email("email_code_sent", address=address, context=context)
    else:
        context = {"login_url": absolute(reverse("login")), "reset_url": absolute(reverse("password-forgotten"))}
        send_email("email_already_known", address=address, context=context, recipient=account)


@transaction.atomic
def check_code(registration: Registration, typed: str, *, client: str) -> CodeResult:
    """RIGHT proves the address that the registration has at this moment, whatever another tab made of it meanwhile.

    Raises QuotaExceeded.
    """
    present = locked(registration)
    result = EMAIL.check(present, typed, client=client)
    if result == CodeResult.RIGHT:
        present.email_verified_at = timezone.now()
        present.save(update_fields=["email_verified_at"])
        registration.email, registration.email_verified_at = present.email, present.email_verified_at
    return result


def _is_fresh(registration: Registration) -> bool:
    """A code left a moment ago and can still be typed: asking for the same address again sends no second one."""
    present = EMAIL.state(registration)
    return bool(present.tries_left and present.waits_until)
