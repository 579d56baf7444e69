"""The journal: append-only, each row sealed with a key over its content and the seal before it in the same file.

A *chain* is one citizen's file (the enrollment's id; the account's id for what happens before and beside it). What the
seals cannot tell, that a chain ends too early, is told by identite.anchors; identite.journal_check compares.
"""

import hashlib
import json
from contextvars import ContextVar
from datetime import datetime
from typing import Any, NoReturn, TypeAlias
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identite import seals
from identite.keys import KEY_ID_MAX_CHARS
from identite.locks import hold

# Where the present request comes from; set by the middleware, empty in a worker.
ORIGIN: ContextVar[str] = ContextVar("origin", default="")


# Who asks; set by the middleware as `request.user`, None in a worker and for a command.
REQUESTED_BY: ContextVar[Any] = ContextVar("requested_by", default=None)
# What stands for a chain that was erased on its date: the next number of that chain, and the seal before it.
FORGOTTEN = "journal_forgotten"

# An account. The rooms below enrollment name people by settings.AUTH_USER_MODEL and cannot say more of their type.
Actor: TypeAlias = Any


def requested_by() -> Actor | None:
    """The account behind the present request; None for a stranger and where there is no request."""
    user = REQUESTED_BY.get()
    return user if user is not None and user.is_authenticated else None


class JournalIsAppendOnly(RuntimeError):
    pass


class Journal(models.Model):
    """Who did what to which row, when, from where, and why."""

    chain = models.UUIDField(_("chaîne"))
    sequence = models.PositiveIntegerField(_("rang"))
    at = models.DateTimeField(_("date"))
    event = models.CharField(_("événement"), max_length=60)
    subject = models.CharField(_("objet"), max_length=100)
    before = models.CharField(_("avant"), max_length=30, blank=True)
    after = models.CharField(_("après"), max_length=30, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_label = models.CharField(max_length=40)
    origin = models.CharField(_("adresse"), max_length=64, blank=True)
    reason = models.TextField(_("motif"), blank=True)
    detail = models.JSONField(_("détail"), default=dict, blank=True)
    previous = models.CharField(max_length=64, blank=True)
    seal = models.CharField(_("sceau"), max_length=64)
    # Which of JOURNAL_KEYS; empty on rows from before there were keys, which carry a digest anybody can compute.
    sealed_with = models.CharField(
        _("clé du sceau"), max_length=KEY_ID_MAX_CHARS, blank=True, default="", db_default=""
    )

    class Meta:
        ordering = ("chain", "sequence")
        verbose_name = _("entrée du journal")
        verbose_name_plural = _("journal")
        constraints = [models.UniqueConstraint(fields=("chain", "sequence"), name="journal_one_row_a_place")]
        # One row a file: to find the files that are old enough to be forgotten.
        indexes = [models.Index(fields=("at",), condition=models.Q(sequence=1), name="journal_beginnings")]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%d/%m/%Y %H:%M:%S}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise JournalIsAppendOnly("A journal row is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise JournalIsAppendOnly("A journal row is never deleted.")

    def compute_seal(self) -> str:
        """The seal that this content has. Raises seals.UnknownKey."""
        content = [
            str(self.chain), self.sequence, _utc(self.at), self.event, self.subject, self.before, self.after,
            str(self.actor_id or ""), self.actor_label, self.origin, self.reason, self.detail, self.previous,
        ]  # fmt: skip
        data = json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
        if not self.sealed_with:
            return hashlib.sha256(data).hexdigest()
        return seals.seal("journal", data, key=self.sealed_with)


def _utc(at: datetime) -> str:
    return at.astimezone(tz=None).isoformat() if timezone.is_naive(at) else f"{at.timestamp():.6f}"


def subject_of(row: models.Model) -> str:
    """`app.model:pk`, the way generic rows (journal, codes, tokens) name what they are about."""
    return f"{row._meta.label_lower}:{row.pk}"


def record(
    row: models.Model,
    event: str,
    *,
    actor: Actor | None = None,
    label: str = "",
    before: str = "",
    after: str = "",
    reason: str = "",
    **detail: Any,
) -> Journal:
    """Append one entry about `row` to its file. `row.journal_chain` names the file.

    actor: an account, or None with a `label` («citizen», «system», «simulated reviewer»). detail: no personal data.
    """
    chain: UUID = row.journal_chain  # type: ignore[attr-defined]
    return append(
        chain,
        subject_of(row),
        event,
        actor=actor,
        label=label,
        before=before,
        after=after,
        reason=reason,
        detail=detail,
    )


@transaction.atomic
def append(
    chain: UUID,
    subject: str,
    event: str,
    *,
    actor: Actor | None = None,
    label: str = "",
    before: str = "",
    after: str = "",
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> Journal:
    """As `record`, for what is no row of a file."""
    hold(chain)
    last = Journal.objects.filter(chain=chain).order_by("-sequence").only("sequence", "seal").first()
    entry = Journal(
        chain=chain,
        sequence=last.sequence + 1 if last else 1,
        at=timezone.now(),
        event=event,
        subject=subject,
        before=before,
        after=after,
        actor=actor,
        actor_label=label
        or ("system" if actor is None else "agent" if getattr(actor, "is_staff", False) else "citizen"),
        origin=ORIGIN.get(),
        reason=reason,
        detail=detail or {},
        previous=last.seal if last else "",
        sealed_with=seals.present_key(),
    )
    entry.seal = entry.compute_seal()
    entry.save(force_insert=True)
    return entry


def years_before(moment: datetime, years: int) -> datetime:
    return moment.replace(year=max(1, moment.year - years), day=min(moment.day, 28))


@transaction.atomic
def forget(chain: UUID) -> int:
    """Erase a chain and let one entry say so in its place, under the chain's next number. Returns how many rows went."""
    mark = append(chain, Journal._meta.label_lower, FORGOTTEN)
    return Journal.objects.filter(chain=chain, sequence__lt=mark.sequence).delete()[0]
