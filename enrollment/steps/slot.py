"""Screen 33: the day and half-day on which the postman comes."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from enrollment.models import Enrollment
from enrollment.postal import commune_name
from enrollment.services import appointment as bookings
from enrollment.steps.base import VERIFICATION
from enrollment.steps.meeting import BookingStep, face_to_face, is_booked
from identite.funnel import Step
from verification.face_to_face import places, rounds
from verification.face_to_face.models import Place
from verification.face_to_face.rounds import Day

TAKEN = _(
    "Cette demi-journée vient d’être prise par quelqu’un d’autre, ou n’est plus proposée. Votre adresse et vos réponses sont "
    "gardées\u00a0: choisissez-en une autre dans la liste, qui est à jour."
)


@dataclass(frozen=True)
class Choice:
    """A radio button: value «2026-11-24 morning»; span «entre 8 h et 13 h»; left: how many more can book it."""

    identifier: str
    value: str
    half_day: str
    span: str
    left: int


class SlotForm(forms.Form):
    """days: those that can be booked now."""

    slot = forms.ChoiceField(
        label=_("Choisissez une demi-journée"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez une demi-journée dans la liste."), "invalid_choice": TAKEN},
    )

    def __init__(self, *args: Any, days: list[Day], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(days)

    def offer(self, days: list[Day]) -> None:
        """The first button has the identifier that errors point to."""
        field, numbers = self["slot"].auto_id, count()
        self.days = [
            (
                day.date,
                [
                    Choice(
                        f"{field}_{number}" if (number := next(numbers)) else field,
                        f"{day.date} {half.half_day}",
                        half.label,
                        places.span(half.half_day),
                        half.left,
                    )
                    for half in day.halves
                ],
            )
            for day in days
        ]
        values = [one.value for _day, choices in self.days for one in choices]
        self.fields["slot"].choices = list(zip(values, values, strict=True))  # type: ignore[attr-defined]


class SlotView(BookingStep):
    form_class = SlotForm
    keeps = ("slot",)
    full, asked = TAKEN, "slot"

    @cached_property
    def last_day(self) -> date:
        return bookings.last_day(self.subject)

    def open_days(self) -> list[Day]:
        return rounds.open_days(self.subject.address_commune, until=self.last_day)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"days": self.open_days()}

    def refresh(self, form: SlotForm) -> None:
        form.offer(self.open_days())

    def get_initial(self) -> dict[str, Any]:
        appointment = getattr(self.subject.verification, "appointment", None)
        slot = appointment.slot if appointment is not None else None
        return {"slot": f"{slot.day} {slot.half_day}" if slot is not None else ""}

    def form_valid(self, form: SlotForm) -> HttpResponse:
        day, _space, half_day = form.cleaned_data["slot"].partition(" ")
        return self.book(form, day=date.fromisoformat(day), half_day=half_day)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            address=places.address_lines(self.subject),
            commune=commune_name(self.subject.address_commune),
            **kwargs,
        )


STEP: Step[Enrollment] = Step(
    slug="slot",
    title=_("Choisissez le passage du facteur"),
    view=SlotView,
    is_done=lambda enrollment: is_booked(enrollment, Place.HOME),
    applies=lambda enrollment: face_to_face(enrollment) and enrollment.meeting_place == Place.HOME,
    group=VERIFICATION,
)
