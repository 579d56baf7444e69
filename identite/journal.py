"""The journal: append-only, each row sealed with the digest of the one before it in the same file.

A *chain* is one citizen's file (the enrollment's id; the account's id for what happens before and beside it).
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

from identite.locks import hold

# Where the present request comes from; set by the middleware, empty in a worker.
ORIGIN: ContextVar[str] = ContextVar("origin", default="")


# An account. The rooms below enrollment name people by settings.AUTH_USER_MODEL and cannot say more of their type.
Actor: TypeAlias = Any


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
        content = [
            str(self.chain), self.sequence, _utc(self.at), self.event, self.subject, self.before, self.after,
            str(self.actor_id or ""), self.actor_label, self.origin, self.reason, self.detail, self.previous,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _utc(at: datetime) -> str:
    return at.astimezone(tz=None).isoformat() if timezone.is_naive(at) else f"{at.timestamp():.6f}"


def subject_of(row: models.Model) -> str:
    """`app.model:pk`, the way generic rows (journal, codes, tokens) name what they are about."""
    return f"{row._meta.label_lower}:{row.pk}"


@transaction.atomic
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
    hold(chain)
    last = Journal.objects.filter(chain=chain).order_by("-sequence").only("sequence", "seal").first()
    entry = Journal(
        chain=chain,
        sequence=last.sequence + 1 if last else 1,
        at=timezone.now(),
        event=event,
        subject=subject_of(row),
        before=before,
        after=after,
        actor=actor,
        actor_label=label
        or ("system" if actor is None else "agent" if getattr(actor, "is_staff", False) else "citizen"),
        origin=ORIGIN.get(),
        reason=reason,
        detail=detail,
        previous=last.seal if last else "",
    )
    entry.seal = entry.compute_seal()
    entry.save(force_insert=True)
    return entry


def verify(chain: UUID) -> list[str]:
    """What is wrong with one chain, a sentence each; empty when it is whole."""
    faults: list[str] = []
    previous = ""
    for place, entry in enumerate(Journal.objects.filter(chain=chain).order_by("sequence"), start=1):
        if entry.sequence != place:
            faults.append(f"{chain}: row {place} is missing")
            break
        if entry.previous != previous:
            faults.append(f"{chain}: row {place} does not follow the row before it")
        if entry.seal != entry.compute_seal():
            faults.append(f"{chain}: row {place} was changed")
        previous = entry.seal
    return faults
