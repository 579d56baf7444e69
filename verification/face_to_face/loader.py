"""Port «post offices»: a published file laid over the rows.

A line that cannot be read is reported and left out; it never closes the office that it names. Offices that the file does
not name any more are closed, not deleted; named again, they are open again. What the file does not tell stays as it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from itertools import chain

from django.db import transaction
from django.utils import timezone

from identite.cog.text import normalize
from verification.face_to_face.models import Office, OpeningHours
from verification.face_to_face.published import FIELDS, Entry, Hours, read

BATCH = 500


@dataclass(frozen=True)
class Report:
    """What became of a file. bad: number of a line and the reason."""

    added: int
    changed: int
    closed: int
    reopened: int
    unchanged: int
    bad: list[tuple[int, str]]

    @property
    def is_quiet(self) -> bool:
        return not (self.added or self.changed or self.closed or self.reopened)


def load(data: bytes) -> Report:
    """Lay a published file over the rows; in one transaction, so that a page sees the old offices or the new ones.

    Raises published.UnusableFile; then nothing was changed.
    """
    file = read(data)
    with transaction.atomic():
        known = {office.identifier: office for office in Office.objects.select_for_update()}
        new = [_new(entry) for identifier, entry in file.entries.items() if identifier not in known]
        Office.objects.bulk_create(new, BATCH)
        closed = _close(office for office in known.values() if office.identifier not in file.named)
        stayed = [(office, file.entries[name]) for name, office in known.items() if name in file.entries]
        reopened = {office.pk for office, _entry in stayed if office.closed_at}
        written = _update(stayed) | _lay_hours(
            [*stayed, *((office, file.entries[office.identifier]) for office in new)]
        )
    changed = written - reopened - {office.pk for office in new}
    return Report(
        added=len(new),
        changed=len(changed),
        closed=closed,
        reopened=len(reopened),
        unchanged=len(stayed) - len(changed) - len(reopened),
        bad=file.bad,
    )


def _new(entry: Entry) -> Office:
    """Where the file says nothing of it, the post's own offices take part; a town hall or a shop that sells stamps does not."""
    kind = entry.values.get("kind", "")
    office = Office(participates=not kind or normalize(kind).startswith("bureau de poste"))
    _write(office, entry)
    return office


def _write(office: Office, entry: Entry) -> bool:
    """Does the entry change the office?"""
    wanted = dict(entry.values) | {"closed_at": None}
    if entry.services is not None:
        wanted["services"] = entry.services
    if entry.participates is not None:
        wanted["participates"] = entry.participates
    different = {name: value for name, value in wanted.items() if getattr(office, name) != value}
    for name, value in different.items():
        setattr(office, name, value)
    return bool(different)


def _update(stayed: Iterable[tuple[Office, Entry]]) -> set[int]:
    """Whose row was changed."""
    changed = [office for office, entry in stayed if _write(office, entry)]
    Office.objects.bulk_update(changed, (*FIELDS, "services", "participates", "closed_at"), BATCH)
    return {office.pk for office in changed}


def _close(vanished: Iterable[Office]) -> int:
    """How many were still open."""
    offices, now = [office for office in vanished if office.closed_at is None], timezone.now()
    for office in offices:
        office.closed_at = now
    return Office.objects.bulk_update(offices, ("closed_at",), BATCH)


def _lay_hours(entries: Iterable[tuple[Office, Entry]]) -> set[int]:
    """Write the hours that the file gives, where they are others. Returns whose."""
    kept = _kept_hours()
    wanted = {office.pk: entry.hours for office, entry in entries if entry.hours is not None}
    other = {pk: hours for pk, hours in wanted.items() if hours != kept.get(pk, frozenset())}
    pks = sorted(other)
    for start in range(0, len(pks), BATCH):
        OpeningHours.objects.filter(office__in=pks[start : start + BATCH]).delete()
    OpeningHours.objects.bulk_create(chain.from_iterable(_rows(pk, other[pk]) for pk in pks), BATCH)
    return set(other)


def _rows(office: int, hours: Hours) -> Iterable[OpeningHours]:
    return (
        OpeningHours(office_id=office, weekday=weekday, opens=opens, closes=closes)
        for weekday, opens, closes in sorted(hours)
    )


def _kept_hours() -> dict[int, Hours]:
    kept: dict[int, set[tuple[int, time, time]]] = {}
    for office, weekday, opens, closes in OpeningHours.objects.values_list("office", "weekday", "opens", "closes"):
        kept.setdefault(office, set()).add((weekday, opens, closes))
    return {office: frozenset(hours) for office, hours in kept.items()}
