"""An appointment from its booking to its end. What the verification behind it becomes is told by it (`receivers`)."""

from datetime import date, datetime, timedelta
from typing import Any, TypedDict

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from identite import journal, references
from identite.codes import one_time
from identite.journal import Actor
from identite.locks import locked
from identite.references import create_unique
from identite.transitions import TransitionNotAllowed, follow
from verification import transitions as verification_transitions
from verification.face_to_face import codes, dates, mails, rounds
from verification.face_to_face.address import ADDRESS_FIELDS, PostalAddress
from verification.face_to_face.models import (
    STANDING,
    Appointment,
    AppointmentState,
    MeetingState,
    Office,
    Place,
    Slot,
)
from verification.face_to_face.search import person_digest
from verification.face_to_face.transitions import ARROWS
from verification.models import Verification, VerificationState


class Full(Exception):
    """No place is left there: the half-day is full or closed, or the office takes part no longer. Nothing was changed."""


class Wish(TypedDict):
    """Where and when: an office, or a day and a half-day at home."""

    office: Office | None
    day: date | None
    half_day: str


@transaction.atomic
def open_appointment(
    verification: Verification,
    *,
    address: PostalAddress,
    office: Office | None = None,
    day: date | None = None,
    half_day: str = "",
) -> Appointment:
    """Book a verification's appointment, and send its confirmation and its code. Raises Full.

    address: where the postman comes; of an office nothing of it is kept.
    """
    code = address.address_commune if office is None else office.commune_code or office.postal_code
    last = dates.last_day(code)
    appointment = Appointment(
        verification=verification,
        due_at=dates.end_of(last, code),
        person_digest=person_digest(verification.birth_name, verification.birth_date),
    )
    _settle(appointment, address, {"office": office, "day": day, "half_day": half_day}, last)
    create_unique(lambda: _insert(appointment))
    _record(appointment, "appointment_booked", after=AppointmentState.BOOKED)
    mails.invite(appointment, "appointment_booked")
    codes.give(appointment)
    return appointment


def _insert(appointment: Appointment) -> Appointment:
    appointment.reference = references.draw()
    appointment.save(force_insert=True)
    return appointment


@transaction.atomic
def change(
    appointment: Appointment,
    *,
    address: PostalAddress,
    office: Office | None = None,
    day: date | None = None,
    half_day: str = "",
) -> Appointment:
    """Another half-day, office or place, within the same 15 days; the code stays, unless it can be used no more.

    Asked for what it is already, it changes nothing. Raises Full, and TransitionNotAllowed when it is over.
    """
    row = _present(appointment)
    if row.state not in STANDING:
        raise TransitionNotAllowed(f"change_appointment: {row.pk} is {row.state}")
    before = _shape(row)
    _settle(row, address, {"office": office, "day": day, "half_day": half_day}, row.last_day)
    if row.state == AppointmentState.BOOKED and _shape(row) == before:
        return row
    follow(ARROWS, "change_appointment", row, actor=row.verification.applicant)
    row.state, row.missed_at = AppointmentState.BOOKED, None
    row.changes += 1
    row.save()
    mails.invite(row, "appointment_changed")
    if not codes.APPOINTMENT.state(row).usable:
        codes.give(row)
    return row


@transaction.atomic
def hold(appointment: Appointment, *, actor: Actor | None = None, label: str = "") -> Appointment:
    """The meeting has taken place, whatever came of it. Raises TransitionNotAllowed."""
    return _end(appointment, "hold_appointment", actor, label)


@transaction.atomic
def cancel(appointment: Appointment, *, actor: Actor | None = None, label: str = "") -> Appointment:
    """Nobody is to come any more. Raises TransitionNotAllowed."""
    row = _end(appointment, "cancel_appointment", actor, label)
    mails.withdraw(row)
    return row


@transaction.atomic
def miss(appointment: Appointment, *, actor: Actor | None = None, label: str = "") -> Appointment:
    """Nobody was met: a mail says so, and how to go on. Raises TransitionNotAllowed when it is over.

    An office gave no date that could be missed: there the appointment stands as it did.
    """
    row = _present(appointment)
    if row.place == Place.OFFICE:
        if row.state not in STANDING:
            raise TransitionNotAllowed(f"miss_appointment: {row.pk} is {row.state}")
        journal.record(row, "person_absent", actor=actor, label=label)
    else:
        row = follow(ARROWS, "miss_appointment", row, actor=actor, label=label, stamp="missed_at")
    mails.tell(row, "appointment_missed")
    return row


@transaction.atomic
def miss_if_over(appointment: Appointment) -> bool:
    """The half-day has passed and nobody says that anybody was met. Returns whether it is missed by now."""
    row = _present(appointment)
    now = timezone.now()
    over = row.state == AppointmentState.BOOKED and row.over_at is not None and row.over_at <= now < row.due_at
    touched = now - timedelta(seconds=settings.MEETING_IDLE_SECONDS)
    if not over or row.meetings.filter(state=MeetingState.OPEN, touched_at__gt=touched).exists():
        return False
    miss(row, label="system")
    return True


@transaction.atomic
def lapse(appointment: Appointment) -> bool:
    """The 15 days are over: so is the verification. Returns whether it lapsed."""
    row = _present(appointment)
    if row.state not in STANDING or row.due_at > timezone.now() or row.verification.state != VerificationState.OPEN:
        return False
    row = _end(row, "lapse_appointment", None, "system")
    verification_transitions.move(row.verification, "lapse", label="system", reasons=["appointment_lapsed"])
    mails.tell(row, "appointment_lapsed")
    return True


@transaction.atomic
def remind(appointment: Appointment) -> bool:
    """Send the reminder that is due, once. Returns whether one was sent."""
    row = _present(appointment)
    due = row.reminder_due_at
    if row.state != AppointmentState.BOOKED or due is None or not due <= timezone.now() < row.due_at:
        return False
    row.reminder_due_at = _next_reminder(row)
    row.save(update_fields=["reminder_due_at"])
    mails.remind(row)
    return True


def _present(appointment: Appointment) -> Appointment:
    return locked(appointment, "verification__applicant", "office", "slot")


def _end(appointment: Appointment, arrow: str, actor: Actor | None, label: str) -> Appointment:
    """What was sent for it opens nothing any more."""
    follow(ARROWS, arrow, appointment, actor=actor, label=label, stamp="ended_at")
    row = _present(appointment)
    one_time.forget(codes.APPOINTMENT.purpose, row)
    return row


def _settle(row: Appointment, address: PostalAddress, wish: Wish, last: date) -> None:
    """Write place and dates into the columns, unsaved. Raises Full. last: the last day of the 15."""
    office, day = wish["office"], wish["day"]
    row.slot = row.office = row.over_at = None
    if office is not None:
        if not office.participates or office.closed_at is not None:
            raise Full(f"office {office.identifier} takes part no longer")
        row.place, row.office = Place.OFFICE, office
    else:
        row.place, row.slot = Place.HOME, _take_place(row, address.address_commune, day, wish["half_day"], last)
        row.over_at = dates.span(row.slot.day, row.slot.half_day, row.where)[1] + dates.GRACE
    for name in ADDRESS_FIELDS:
        setattr(row, name, getattr(address, name) if row.place == Place.HOME else "")
    row.reminder_due_at = _next_reminder(row)


def _take_place(row: Appointment, commune_code: str, day: date | None, half_day: str, last: date) -> Slot:
    """Of two people who want the last place one waits here for the other, and then counts her too. Raises Full."""
    wanted = rounds.capacity(commune_code, day, half_day, until=last) if day is not None else 0
    if day is None or not wanted:
        raise Full(f"nobody comes to {commune_code} on {day} {half_day}")
    key = {"commune_code": commune_code, "day": day, "half_day": half_day}
    Slot.objects.bulk_create([Slot(**key)], ignore_conflicts=True)
    slot: Slot = Slot.objects.select_for_update(of=("self",), no_key=True).get(**key)
    if slot.appointments.filter(state__in=STANDING).exclude(pk=row.pk).count() >= wanted:
        raise Full(f"{slot} has {wanted} places")
    return slot


def _next_reminder(row: Appointment) -> datetime | None:
    if row.slot is not None:
        return dates.next_of(dates.home_reminders(row.slot.day, row.where))
    return dates.next_of(dates.office_reminders(row.last_day, row.where))


def _shape(row: Appointment) -> tuple[Any, ...]:
    return (row.office_id, row.slot_id, *(getattr(row, name) for name in ADDRESS_FIELDS))


def _record(row: Appointment, event: str, **more: str) -> None:
    journal.record(row, event, actor=row.verification.applicant, reference=row.reference, place=row.place, **more)
