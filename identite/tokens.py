"""Random tokens for links and cookies: the row keeps a keyed digest, the bearer keeps the token.

A *link* is used once (`consume`): hand-off to a phone, password reset, QR code. A *pass* is a cookie that grants one
row for a while (`find`).
"""

import secrets
from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone

from identite.crypto import digest
from identite.journal import subject_of


class Token(models.Model):
    purpose = models.CharField(max_length=30)
    subject = models.CharField(max_length=100, db_index=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=("expires_at",), name="token_end")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject}"

    @property
    def subject_pk(self) -> str:
        return self.subject.partition(":")[2]


def issue(purpose: str, row: models.Model, *, seconds: int) -> str:
    """A new token for `row` (43 characters, safe in a URL), good for `seconds`."""
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    Token.objects.create(
        purpose=purpose,
        subject=subject_of(row),
        digest=digest(f"token:{purpose}", token),
        created_at=now,
        expires_at=now + timedelta(seconds=seconds),
    )
    return token


def find(purpose: str, token: str) -> Token | None:
    """The row of a token that still counts: known, unused, not past its end."""
    if not token:
        return None
    return Token.objects.filter(
        purpose=purpose, digest=digest(f"token:{purpose}", token), used_at=None, expires_at__gt=timezone.now()
    ).first()


@transaction.atomic
def consume(purpose: str, token: str) -> Token | None:
    """Use a token up. Of two that come at once, one gets it."""
    row = find(purpose, token)
    if row is None:
        return None
    won = Token.objects.filter(pk=row.pk, used_at=None).update(used_at=timezone.now())
    return row if won else None


def revoke(purpose: str, row: models.Model) -> None:
    """End every token of this purpose for `row`."""
    Token.objects.filter(purpose=purpose, subject=subject_of(row), used_at=None).update(used_at=timezone.now())
