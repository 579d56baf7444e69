"""The agent's day: her round by half-day, the walk-ins of her office, with where each stands."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from verification.face_to_face import dates
from verification.face_to_face.agents import holds_at
from verification.face_to_face.counter.base import CounterPage
from verification.face_to_face.models import (
    Appointment,
    AppointmentState,
    HalfDay,
    Meeting,
    MeetingState,
    PostalAgent,
)
from verification.face_to_face.places import address_lines

LOOKS = {AppointmentState.HELD: "ok", AppointmentState.MISSED: "error"}
SHOWN = 50  # walk-ins; the others are found by their reference


@dataclass(frozen=True)
class Entry:
    """One line of the list. look: of the state's badge. name, lines: at home only, where somebody has to be found."""

    appointment: Appointment
    state: str
    look: str
    name: str = ""
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Half:
    """A half-day of the round."""

    name: str
    entries: list[Entry]


def round_of(agent: PostalAgent) -> list[Appointment]:
    """Today's at home, the morning first, in the time of each place. One query."""
    days: dict[date, list[str]] = {}
    for code in agent.communes:
        days.setdefault(dates.today(code), []).append(code)
    today = Q()
    for day, codes in days.items():
        today |= Q(slot__day=day, slot__commune_code__in=codes)
    if not days:
        return []
    states = (AppointmentState.BOOKED, AppointmentState.MISSED, AppointmentState.HELD)
    rows = Appointment.objects.filter(today, state__in=states).select_related("verification", "slot")
    return list(rows.order_by("-slot__half_day", "booked_at"))


def walk_ins_of(agent: PostalAgent) -> list[Appointment]:
    """Those who chose this office and may come, and who came today. One query."""
    if not holds_at(agent.office):
        return []
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    held = Q(state=AppointmentState.HELD, ended_at__gte=midnight)
    rows = Appointment.objects.filter(Q(state=AppointmentState.BOOKED) | held, office=agent.office)
    return list(rows.select_related("verification").order_by("booked_at")[: SHOWN + 1])


def with_meetings(appointments: Iterable[Appointment]) -> None:
    """Each with `under_way`: its open meeting, in a list. One query for all."""
    opened = Meeting.objects.filter(state=MeetingState.OPEN).select_related("agent__account")
    prefetch_related_objects(list(appointments), Prefetch("meetings", opened, to_attr="under_way"))


def entry_of(row: Appointment, agent: PostalAgent) -> Entry:
    """Of an appointment that `with_meetings` has seen."""
    under_way: list[Meeting] = row.under_way  # type: ignore[attr-defined]
    state, look = row.get_state_display(), LOOKS.get(AppointmentState(row.state), "")
    for meeting in under_way:
        who = _("vous") if meeting.agent_id == agent.pk else meeting.agent.account.get_full_name()
        state, look = _("en cours : %(who)s") % {"who": who}, "warn"
    if row.slot is None:
        return Entry(row, state, look)
    typed = row.verification
    names = (typed.get_civility_display(), typed.first_name(), typed.use_name or typed.birth_name)
    return Entry(row, state, look, " ".join(filter(None, names)), address_lines(row))


class TodayView(CounterPage, TemplateView):
    template_name = "counter/today.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at_home, walk_ins = round_of(self.agent), walk_ins_of(self.agent)
        with_meetings([*at_home, *walk_ins])
        halves = [
            Half(
                str(half.label).capitalize(),
                [entry_of(row, self.agent) for row in at_home if row.slot and row.slot.half_day == half],
            )
            for half in (HalfDay.MORNING, HalfDay.AFTERNOON)
        ]
        return super().get_context_data(
            today=timezone.localdate(),
            goes_round=bool(self.agent.communes),
            halves=halves,
            at_office=holds_at(self.agent.office),
            walk_ins=[entry_of(row, self.agent) for row in walk_ins[:SHOWN]],
            is_cut=len(walk_ins) > SHOWN,
            **kwargs,
        )
