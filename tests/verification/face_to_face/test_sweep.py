"""What time brings: reminders, missed half-days, the end of the 15 days, the end of what is kept."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as project

from enrollment.models import Enrollment, EnrollmentState
from enrollment.services import appointment as bookings
from enrollment.sweep import lapse_unfinished, remind_unfinished
from identite.journal import Journal
from identite.sweep import duties, sweep
from notifications.models import Message
from tests.verification.face_to_face.helpers import (
    ADDRESS,
    LAST,
    MONDAY,
    PARIS,
    TUESDAY,
    book_home,
    book_office,
    file_of,
    make_in_person,
    present,
)
from verification import transitions
from verification.face_to_face import appointments
from verification.face_to_face.models import Appointment, AppointmentState, HalfDay, Meeting, PostalAgent
from verification.face_to_face.sweep import (
    erase_old_appointments,
    lapse_appointments,
    miss_appointments,
    remind_of_appointments,
)
from verification.models import Verification, VerificationState

pytestmark = pytest.mark.django_db
TICK = timedelta(seconds=1)
FRIDAY = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def _monday(clock) -> None:
    clock.stop(MONDAY)


def at(day: date, hour: int, minute: int = 0, zone: ZoneInfo = PARIS) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)


def reminders() -> int:
    mails, texts = (Message.objects.filter(event=f"appointment_{name}").count() for name in ("reminder", "near"))
    assert mails == texts
    return mails


def open_meeting(appointment: Appointment) -> Meeting:
    agent = PostalAgent.objects.create(account=file_of(book_office()).account)
    return Meeting.objects.create(appointment=appointment, agent=agent)


def test_the_duties_are_known_to_the_sweep():
    names = {name.rpartition(".")[2] for name in duties() if "face_to_face" in name}
    assert names == {
        "lapse_appointments",
        "miss_appointments",
        "remind_of_appointments",
        "erase_old_appointments",
    }


def test_at_home_the_day_before_and_the_morning_are_reminded_of(clock):
    book_home(day=FRIDAY, half=HalfDay.AFTERNOON)
    for moment, sent in (
        (at(date(2026, 11, 26), 10) - TICK, 0),
        (at(date(2026, 11, 26), 10), 1),
        (at(FRIDAY, 7) - TICK, 1),
        (at(FRIDAY, 7), 2),
        (at(FRIDAY, 12), 2),
    ):
        clock.stop(moment)
        for _time in range(2):
            remind_of_appointments()
        assert reminders() == sent, moment


def test_a_reminder_comes_at_the_hour_of_the_place(clock):
    zone = ZoneInfo("America/Guadeloupe")
    book_home(make_in_person(address_commune="97105", address_postal_code="97100"), FRIDAY)
    clock.stop(at(date(2026, 11, 26), 10, zone=zone) - TICK)
    assert remind_of_appointments() == 0
    clock.stop(at(date(2026, 11, 26), 10, zone=zone))
    assert remind_of_appointments() == 1


def test_who_books_the_day_before_is_reminded_in_the_morning_only(clock):
    clock.stop(at(MONDAY.date(), 15))
    book_home(day=TUESDAY)
    clock.stop(at(TUESDAY, 7))
    remind_of_appointments()
    clock.stop(at(TUESDAY, 12))
    remind_of_appointments()
    assert reminders() == 1


def test_a_sweep_that_comes_late_sends_one_reminder_and_not_two(clock):
    book_home(day=FRIDAY)
    clock.stop(at(FRIDAY, 9))
    for _time in range(3):
        remind_of_appointments()
    assert reminders() == 1


def test_at_an_office_the_last_days_are_reminded_of(clock):
    book_office()
    sent = []
    for day in range(1, 16):
        clock.stop(at(MONDAY.date() + timedelta(days=day), 10))
        if remind_of_appointments():
            sent.append((MONDAY + timedelta(days=day)).date())
    assert sent == [LAST - timedelta(days=7), LAST - timedelta(days=2), LAST]


@pytest.mark.parametrize("event", ["prove", "turn_away", "submit", "abandon"])
def test_what_is_over_is_not_reminded_of_nor_missed_nor_lapsed(clock, event):
    appointment = book_home(day=FRIDAY)
    transitions.move(appointment.verification, event, label="test", reasons=["other"])
    clock.stop(at(LAST + timedelta(days=3), 10))
    assert remind_of_appointments() == miss_appointments() == lapse_appointments() == 0


def test_a_change_moves_the_reminders(clock):
    enrollment = make_in_person()
    book_home(enrollment)
    book_home(enrollment, FRIDAY)
    clock.stop(at(TUESDAY, 7))
    assert remind_of_appointments() == 0


@pytest.mark.parametrize(("half", "hour"), [(HalfDay.MORNING, 15), (HalfDay.AFTERNOON, 20)])
def test_a_half_day_without_a_meeting_is_missed_once_a_late_round_is_over(clock, half, hour):
    appointment = book_home(half=half)
    clock.stop(at(TUESDAY, hour) - TICK)
    assert miss_appointments() == 0
    clock.stop(at(TUESDAY, hour))
    assert miss_appointments() == 1
    assert miss_appointments() == 0
    missed = present(appointment)
    assert missed.state == AppointmentState.MISSED
    assert missed.missed_at is not None
    assert Message.objects.filter(event="appointment_missed").count() == 1
    assert file_of(appointment).state == EnrollmentState.PROVING


def test_while_a_meeting_goes_on_nothing_is_missed(clock):
    appointment = book_home()
    clock.stop(at(TUESDAY, 14, 55))
    open_meeting(appointment)
    clock.stop(at(TUESDAY, 15))
    assert miss_appointments() == 0
    clock.pass_(seconds=project.MEETING_IDLE_SECONDS)  # one that was broken off, and never ended
    assert miss_appointments() == 1


def test_an_office_is_never_missed_by_the_clock(clock):
    book_office()
    clock.stop(at(LAST, 20))
    assert miss_appointments() == 0


def test_missed_another_date_may_be_booked_and_is_missed_again(clock):
    enrollment = make_in_person()
    book_home(enrollment)
    clock.stop(at(TUESDAY, 15))
    miss_appointments()
    again = book_home(enrollment, FRIDAY)
    assert (again.state, again.missed_at) == (AppointmentState.BOOKED, None)
    clock.stop(at(FRIDAY, 15))
    assert miss_appointments() == 1


def test_a_round_later_than_late_may_still_hold_the_meeting(clock):
    appointment = book_home()
    clock.stop(at(TUESDAY, 15))
    miss_appointments()
    transitions.move(present(appointment).verification, "prove", label="agent")
    assert present(appointment).state == AppointmentState.HELD


@pytest.mark.parametrize("make", [book_home, book_office])
def test_after_15_days_it_lapses_and_the_file_has_time_to_go_on(clock, make):
    appointment = make()
    Enrollment.objects.update(expires_at=MONDAY)
    clock.stop(at(LAST, 23, 59))
    assert lapse_appointments() == 0
    clock.stop(at(LAST + timedelta(days=1), 0))
    assert lapse_appointments() == 1
    assert lapse_appointments() == 0
    over, enrollment = present(appointment), file_of(appointment)
    assert (over.state, over.verification.state) == (AppointmentState.LAPSED, VerificationState.LAPSED)
    assert enrollment.state == EnrollmentState.PROVING
    assert enrollment.expires_at == over.ended_at + timedelta(days=project.LETTER_LIFETIME_DAYS)
    message = Message.objects.get(event="appointment_lapsed")
    assert "ou vérifier votre identité en ligne, sans rien saisir à nouveau" in message.text
    assert "délai de 15 jours" in message.html


def test_what_was_missed_lapses_too(clock):
    appointment = book_home()
    clock.stop(at(TUESDAY, 15))
    miss_appointments()
    clock.stop(at(LAST + timedelta(days=1), 0))
    assert lapse_appointments() == 1
    assert present(appointment).state == AppointmentState.LAPSED


def test_nobody_is_told_of_a_missed_last_day_and_of_its_end_at_once(clock):
    book_home(day=LAST, half=HalfDay.AFTERNOON)
    clock.stop(at(LAST + timedelta(days=1), 9))
    sweep()
    assert set(Message.objects.values_list("event", flat=True)) == {
        "appointment_booked",
        "appointment_code_sent",
        "appointment_lapsed",
    }


def test_it_lapses_at_midnight_where_the_door_is(clock):
    book_home(make_in_person(address_commune="97105", address_postal_code="97100"))
    clock.stop(at(LAST + timedelta(days=1), 4, 30))
    assert lapse_appointments() == 0
    clock.stop(at(LAST + timedelta(days=1), 5))
    assert lapse_appointments() == 1


def test_a_file_with_an_appointment_does_not_lapse_before_it(clock):
    enrollment = make_in_person(expires_at=at(FRIDAY, 10))
    book_home(enrollment, date(2026, 12, 1))
    clock.stop(at(date(2026, 11, 28), 10))
    assert lapse_unfinished() == remind_unfinished() == 0


def test_two_sweeps_do_it_once(clock):
    appointment = book_home()
    clock.stop(at(TUESDAY, 15))
    stale = present(appointment)
    assert appointments.miss_if_over(stale)
    assert not appointments.miss_if_over(stale)
    clock.stop(at(LAST + timedelta(days=1), 1))
    assert appointments.lapse(stale)
    assert not appointments.lapse(stale)
    assert not appointments.remind(stale)


def test_after_a_year_the_address_goes_and_where_nothing_came_of_it_whose_it_was(clock):
    refused, proven = book_home(), book_home()
    transitions.move(refused.verification, "turn_away", label="agent", reasons=["other"])
    transitions.move(proven.verification, "prove", label="agent")
    meeting = open_meeting(proven)
    meeting.document_number, meeting.expiry_date = "X4RTBPFW4", date(2032, 2, 11)
    meeting.unsent = "X4RTB"
    meeting.save()
    clock.stop(MONDAY + timedelta(days=project.APPOINTMENT_RETENTION_DAYS))
    assert erase_old_appointments() == 0
    clock.pass_(seconds=1)
    assert erase_old_appointments() == 2
    assert erase_old_appointments() == 0
    for appointment in (present(refused), present(proven)):
        assert not any(getattr(appointment, name) for name in (*ADDRESS, "person_digest"))
        assert appointment.erased_at is not None
    assert Verification.objects.get(pk=refused.verification_id).birth_name == ""
    assert Verification.objects.get(pk=proven.verification_id).birth_name == "Martin"
    meeting.refresh_from_db()
    assert (meeting.document_number, meeting.expiry_date, meeting.unsent) == ("", None, "")
    assert Journal.objects.filter(event="appointment_erased").count() == 2


def test_one_that_was_given_up_is_erased_too(clock):
    appointment = book_home()
    bookings.cancel(file_of(appointment))
    clock.pass_(days=project.APPOINTMENT_RETENTION_DAYS, seconds=1)
    assert erase_old_appointments() == 1
