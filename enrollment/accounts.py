"""What happens to an account: created, tried, locked, password changed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.urls import reverse

from enrollment.models import Account, Registration
from identite import journal, quotas, tokens
from identite.crypto import digest
from identite.http import absolute
from identite.locks import locked
from identite.sessions import Session
from notifications.services import send_email
from verification import access
from verification.letter.mails import end_links

logger = logging.getLogger(__name__)
RESET_PURPOSE = "password-reset"


class AddressTaken(Exception):
    """Another registration with the same address was faster."""


class AddressNotProven(Exception):
    """Another tab changed the address meanwhile: it has to be proven, and a password chosen, first."""


@dataclass(frozen=True)
class Pause:
    """No password is looked at before `until`. is_lock: the long one, after the last try; otherwise a short delay."""

    until: datetime
    is_lock: bool


class Paused(Exception):
    """No password of this address is looked at for now. examined: this one still was, and is wrong."""

    def __init__(self, pause: Pause, *, examined: bool = False) -> None:
        super().__init__(f"until {pause.until.isoformat()}")
        self.pause = pause
        self.examined = examined


@dataclass(frozen=True)
class Tried:
    """Whose password it was, None for a wrong one; left: how many more before the lock."""

    account: Account | None
    left: int


def pause_of(email: str) -> Pause | None:
    """Must somebody who types this address wait? The same whether or not it has an account."""
    tries = quotas.usage("password_try", email)
    if tries.exceeded and tries.until:
        return Pause(tries.until, is_lock=True)
    if tries.used in settings.PASSWORD_PAUSES_SECONDS:
        delay = quotas.usage(f"password_pause_{tries.used}", email)
        if delay.exceeded and delay.until:
            return Pause(delay.until, is_lock=False)
    return None


def count_try(email: str) -> quotas.Usage:
    """Count a try before the password is looked at: tries sent at once are all counted. Raises QuotaExceeded."""
    return quotas.take("password_try", email)


def begin_pause(email: str, wrong_tries: int) -> None:
    """After a wrong password: the more of them, the longer the wait."""
    if wrong_tries in settings.PASSWORD_PAUSES_SECONDS:
        quotas.reset(f"password_pause_{wrong_tries}", email)
        quotas.take(f"password_pause_{wrong_tries}", email)


def unlock(email: str) -> None:
    """After a success, or a new password, the wrong tries are forgotten."""
    quotas.reset("password_try", email)


def try_password(
    email: str, password: str, *, client: str, may_enter: Callable[[Account], bool] = lambda account: True
) -> Tried:
    """Look at a password: at every door, and nowhere else, so that wrong ones are counted once, whichever door they tried.

    Counted per account over all clients, and per client over all accounts; each that opens nothing is a line in the log, with
    the beginning of the account's `email_digest`. email: as accounts have it. may_enter: who may
    pass this door; the right password of somebody else is a wrong one. Raises Paused, and quotas.QuotaExceeded for the client.
    """
    quotas.take("ip_login", client)
    whose = digest("email", email)[:16]
    if pause := pause_of(email):
        logger.warning("password of account %s not looked at: %s", whose, "locked" if pause.is_lock else "delayed")
        raise Paused(pause)
    try:
        tries = count_try(email)
    except quotas.QuotaExceeded as exceeded:
        logger.warning("password of account %s not looked at: locked", whose)
        raise Paused(Pause(exceeded.until, is_lock=True)) from None
    account = authenticate(username=email, password=password)  # takes as long for an unknown address
    if isinstance(account, Account) and may_enter(account):
        unlock(email)
        return Tried(account, tries.left)
    logger.warning("wrong password for account %s, %d tries left", whose, tries.left)
    begin_pause(email, tries.used)
    if pause := pause_of(email):
        raise Paused(pause, examined=True)
    return Tried(None, tries.left)


@transaction.atomic
def create_account(registration: Registration) -> Account:
    """Make the account of a registration whose answers are complete; once, however often it is asked.

    The answers move: the registration keeps none of them. Raises AddressTaken, AddressNotProven.
    """
    present = locked(registration)
    if present.account is not None:
        return present.account
    if present.email_verified_at is None or not present.password:
        raise AddressNotProven
    account = Account(
        email=present.email,
        password=present.password,
        civility=registration.civility,
        first_name=registration.first_name,
        last_name=registration.last_name,
        phone=present.phone,
        commercial_offers=registration.commercial_offers,
        terms_version=registration.terms_version,
    )
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as error:
        raise AddressTaken from error
    for name in ("email", "password", "phone", "civility", "first_name", "last_name", "terms_version"):
        setattr(present, name, "")
    present.account = account
    present.save()
    journal.record(account, "account_created", actor=account, terms=account.terms_version)
    context = {"account": account, "login_url": absolute(reverse("login"))}
    send_email("account_created", address=account.email, recipient=account, context=context)
    return account


@transaction.atomic
def change_password(account: Account, password: str) -> None:
    """Set a validated password. Ends every session, link and pass of the account, lifts the lock, tells the owner."""
    account.set_password(password)
    account.save(update_fields=["password"])
    Session.objects.filter(account=account).delete()
    tokens.revoke(RESET_PURPOSE, account)
    access.revoke(account)
    end_links(account)
    unlock(account.email)
    journal.record(account, "password_changed", actor=account)
    context = {"account": account, "reset_url": absolute(reverse("password-forgotten"))}
    send_email("password_changed", address=account.email, recipient=account, context=context)
