"""Time passes for one person: every instant of her rows moves back, then the sweep does what is due of hers. Nobody else notices.

Instants are DateTimeFields. Dates of life and of documents (DateField) are facts and stay. The half-day of a rendez-vous is a row
that neighbours share: she is given the one of the earlier day.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import models, transaction
from django.db.models import F, QuerySet

from identite import journal
from identite.sweep import Row, sweep
from sandbox.people import Person
from verification.face_to_face import dates
from verification.face_to_face.models import Appointment, Slot

MAX_HOURS = 24 * 400


@dataclass(frozen=True)
class Passed:
    """rows: how many were moved. swept: what the sweep did for her afterwards, by duty."""

    rows: int
    swept: dict[str, int]


def pass_time(person: Person, hours: float) -> Passed:
    """Let `hours` (0 < hours ≤ 9,600) pass for `person`. Raises ValueError outside that range."""
    if not 0 < hours <= MAX_HOURS:
        raise ValueError(f"hours must be above 0 and at most {MAX_HOURS}")
    step = timedelta(hours=hours)
    rows, moved = person.rows(), 0

    def hers(some: QuerySet[Row], /) -> QuerySet[Row]:
        return some.filter(pk__in=rows.get(some.model, ()))

    with transaction.atomic():
        for model in rows:
            names = [field.name for field in model._meta.concrete_fields if isinstance(field, models.DateTimeField)]
            if names:
                moved += hers(model._default_manager.all()).update(**{name: F(name) - step for name in names})
        for appointment in hers(Appointment.objects.filter(slot__isnull=False, over_at__isnull=False)):
            _take_earlier_day(appointment)
        if person.account is not None:
            journal.record(person.account, "time_passed", label="sandbox", hours=hours)
    return Passed(moved, {name: count for name, count in sweep(hers).items() if count})


def _take_earlier_day(appointment: Appointment) -> None:
    """The day whose half-day ends nearest to where `over_at` has come to. Hours that make no day yet are kept there."""
    slot, over = appointment.slot, appointment.over_at
    if slot is None or over is None:
        return
    ends = (over - dates.GRACE).astimezone(dates.zone(slot.commune_code))
    usual = dates.span(slot.day, slot.half_day, slot.commune_code)[1]
    day = (ends - timedelta(hours=usual.hour - 12)).date()
    if day != slot.day:
        earlier, _made = Slot.objects.get_or_create(commune_code=slot.commune_code, day=day, half_day=slot.half_day)
        Appointment.objects.filter(pk=appointment.pk).update(slot=earlier)
