"""A code: six digits, a short life, few tries. Stored as a keyed digest, compared in constant time.

One row a (purpose, subject): a new code replaces the one before it, and its tries start again. Between two codes there
is a delay; how many leave in an hour is limited by whoever sends them (`use`).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from identite.crypto import digest, same
from identite.journal import subject_of
from identite.quotas import TooSoon


class OneTimeCode(models.Model):
    purpose = models.CharField(max_length=20)
    subject = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("purpose", "subject"), name="one_code_a_purpose_and_subject")]
        indexes = [models.Index(fields=("expires_at",), name="code_end")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject}"


class CodeResult(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    EXHAUSTED = "exhausted"
    NONE = "none"


@dataclass(frozen=True)
class CodeState:
    """What a page may say of the present code. exists: one was sent and not used. resend_at: when the next may leave."""

    exists: bool
    tries_left: int = 0
    sent_at: datetime | None = None
    expires_at: datetime | None = None
    resend_at: datetime | None = None

    @property
    def usable(self) -> bool:
        """Could the right digits still be typed?"""
        return bool(self.tries_left and self.expires_at and self.expires_at > timezone.now())

    @property
    def waits_until(self) -> datetime | None:
        """When the next code may leave; None when now."""
        return self.resend_at if self.resend_at and self.resend_at > timezone.now() else None

    @property
    def lasts_days(self) -> bool:
        """Is its end told by the day rather than by the hour?"""
        return bool(self.sent_at and self.expires_at and self.expires_at - self.sent_at > timedelta(days=1))


def _limits(purpose: str) -> tuple[int, int]:
    name = purpose.upper()
    return getattr(settings, f"{name}_CODE_LIFETIME_SECONDS"), getattr(settings, f"{name}_CODE_MAX_ATTEMPTS")


@transaction.atomic
def issue(purpose: str, row: models.Model, *, binding: str = "") -> str:
    """Draw a new code for `row` and return it: the only moment at which it exists in clear.

    binding: the address or number that it is sent to; a code asked for one address does not open another.
    Raises TooSoon when the last one left less than CODE_RESEND_DELAY_SECONDS ago.
    """
    now = timezone.now()
    lifetime, _tries = _limits(purpose)
    code = f"{secrets.randbelow(10**settings.CODE_DIGITS):0{settings.CODE_DIGITS}d}"
    fields = {"sent_at": now, "expires_at": now + timedelta(seconds=lifetime), "wrong_tries": 0, "used_at": None}
    subject = subject_of(row)
    last = (
        OneTimeCode.objects.select_for_update(of=("self",), no_key=True)
        .filter(purpose=purpose, subject=subject)
        .first()
    )
    if last is not None and last.used_at is None:
        until = last.sent_at + timedelta(seconds=settings.CODE_RESEND_DELAY_SECONDS)
        if now < until:
            raise TooSoon(purpose, until)
    OneTimeCode.objects.update_or_create(
        purpose=purpose, subject=subject, defaults={"digest": _digest(purpose, subject, binding, code), **fields}
    )
    return code


@transaction.atomic
def check(purpose: str, row: models.Model, typed: str, *, binding: str = "") -> CodeResult:
    """Compare, and count a wrong try. RIGHT uses the code up."""
    subject = subject_of(row)
    code = (
        OneTimeCode.objects.select_for_update(of=("self",), no_key=True)
        .filter(purpose=purpose, subject=subject)
        .first()
    )
    if code is None or code.used_at is not None:
        return CodeResult.NONE
    _lifetime, tries = _limits(purpose)
    if code.wrong_tries >= tries:
        return CodeResult.EXHAUSTED
    if code.expires_at <= timezone.now():
        return CodeResult.EXPIRED
    digits = "".join(character for character in typed if character.isdigit())
    if same(code.digest, _digest(purpose, subject, binding, digits)):
        code.used_at = timezone.now()
        code.save(update_fields=["used_at"])
        return CodeResult.RIGHT
    code.wrong_tries += 1
    code.save(update_fields=["wrong_tries"])
    return CodeResult.EXHAUSTED if code.wrong_tries >= tries else CodeResult.WRONG


def state(purpose: str, row: models.Model) -> CodeState:
    """For the page: tries left, end of life, and when a new code may leave."""
    code = OneTimeCode.objects.filter(purpose=purpose, subject=subject_of(row), used_at=None).first()
    if code is None:
        return CodeState(exists=False)
    _lifetime, tries = _limits(purpose)
    return CodeState(
        exists=True,
        tries_left=max(0, tries - code.wrong_tries),
        sent_at=code.sent_at,
        expires_at=code.expires_at,
        resend_at=code.sent_at + timedelta(seconds=settings.CODE_RESEND_DELAY_SECONDS),
    )


def forget(purpose: str, row: models.Model) -> None:
    """End the present code, and with it the delay before the next one: it was for another address or number."""
    OneTimeCode.objects.filter(purpose=purpose, subject=subject_of(row)).delete()


def shown(code: str) -> str:
    """«123-456»"""
    return f"{code[:3]}-{code[3:]}"


def _digest(purpose: str, subject: str, binding: str, digits: str) -> str:
    return digest(f"code:{purpose}", f"{subject}\0{binding}\0{digits}")
