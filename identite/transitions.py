"""The few lines that write every state in the project."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from identite import journal
from identite.locks import locked

Row = TypeVar("Row", bound=Model)


class TransitionNotAllowed(Exception):
    """The arrow does not start at the row's present state. Nothing was changed."""


@dataclass(frozen=True)
class Arrow:
    from_: frozenset[str] | set[str]
    to: str


@transaction.atomic
def follow(
    arrows: Mapping[str, Arrow],
    name: str,
    row: Row,
    *,
    actor: journal.Actor | None = None,
    label: str = "",
    reason: str = "",
    stamp: str = "",
    **detail: object,
) -> Row:
    """Lock `row`, follow the arrow `name`, write the journal, return the fresh row.

    stamp: name of a date field that records when this arrow was followed.
    Raises TransitionNotAllowed and changes nothing when the arrow does not start at the row's state.
    """
    fresh = locked(row)
    arrow = arrows[name]
    before: str = fresh.state  # type: ignore[attr-defined]
    if before not in arrow.from_:
        raise TransitionNotAllowed(f"{name}: {fresh._meta.label} {fresh.pk} is {before}")
    journal.record(fresh, name, actor=actor, label=label, before=before, after=arrow.to, reason=reason, **detail)
    fresh.state = arrow.to  # type: ignore[attr-defined]
    written = ["state"]
    if stamp:
        setattr(fresh, stamp, timezone.now())
        written.append(stamp)
    fresh.save(update_fields=written)
    return fresh
