"""Booking, changing, cancelling; what each leaves behind in the file."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as project

from enrollment.models import EnrollmentState
from enrollment.services import appointment as bookings
from identite.journal import Journal
from identite.quotas import QuotaExceeded
from identite.transitions import TransitionNotAllowed
from tests.enrollment.factories import make_proving_enrollment
from tests.verification.face_to_face.helpers import (
    ADDRESS,
    BEAUVAIS,
    LAST,
    MONDAY,
    TUESDAY,
    book_home,
    book_office,
    file_of,
    make_in_person,
    make_office,
    present,
)
from verification.face_to_face.appointments import Full
from verification.face_to_face.models import Appointment, AppointmentState, HalfDay, Place, Round, Slot
from verification.models import Mode, RegisteredLetter, Verification, VerificationState

pytestmark = pytest.mark.django_db
WEDNESDAY = TUESDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _monday(clock) -> None:
    clock.stop(MONDAY)


def one_place() -> None:
    Round.objects.create(commune_code=BEAUVAIS, weekday=1, half_day=HalfDay.MORNING, capacity=1)


def test_a_half_day_at_home_is_booked():
    enrollment = bookings.book(make_in_person(), day=TUESDAY, half_day=HalfDay.MORNING)
    appointment = present(Appointment.objects.get())
    assert enrollment.verification is not None
    assert enrollment.verification.mode == Mode.FACE_TO_FACE
    assert enrollment.verification.birth_name == "Martin"
    assert enrollment.meeting_place == appointment.place == Place.HOME
    assert (appointment.slot.day, appointment.slot.half_day) == (TUESDAY, HalfDay.MORNING)
    assert {name: getattr(appointment, name) for name in ADDRESS} == ADDRESS
    assert appointment.last_day == LAST
    assert not RegisteredLetter.objects.exists()


def test_an_office_is_a_wish_without_a_time_and_keeps_no_address():
    office = make_office()
    appointment = book_office(office=office)
    assert (appointment.place, appointment.office, appointment.slot) == (Place.OFFICE, office, None)
    assert not any(getattr(appointment, name) for name in ADDRESS)
    assert appointment.last_day == LAST


def test_booked_twice_it_is_booked_once():
    enrollment = make_in_person()
    first = book_home(enrollment)
    again = book_home(enrollment)
    assert (again.pk, again.changes) == (first.pk, 0)
    assert Verification.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [{"mode": Mode.ONLINE}, {"mode": ""}, {"state": EnrollmentState.STARTED}, {"state": EnrollmentState.PROVEN}],
)
def test_a_file_that_is_not_there_books_nothing(fields):
    with pytest.raises(TransitionNotAllowed):
        bookings.book(make_in_person(**fields), day=TUESDAY, half_day=HalfDay.MORNING)
    assert not Verification.objects.exists()


def test_a_file_with_a_letter_books_nothing():
    with pytest.raises(TransitionNotAllowed):
        bookings.book(make_proving_enrollment(), office=make_office())


def test_the_last_place_is_given_once_and_the_other_file_is_as_it_was():
    one_place()
    book_home()
    other = make_in_person()
    with pytest.raises(Full):
        bookings.book(other, day=TUESDAY, half_day=HalfDay.MORNING)
    other.refresh_from_db()
    assert other.verification_id is None
    assert Appointment.objects.count() == Verification.objects.count() == 1
    assert other.address_street == ADDRESS["address_street"]


@pytest.mark.parametrize(
    ("day", "half"),
    [
        (MONDAY.date(), HalfDay.AFTERNOON),  # today
        (date(2026, 11, 22), HalfDay.MORNING),  # before
        (date(2026, 11, 29), HalfDay.MORNING),  # a Sunday
        (date(2026, 11, 28), HalfDay.AFTERNOON),  # nobody goes round
        (LAST + timedelta(days=1), HalfDay.MORNING),
        (TUESDAY, "evening"),
        (None, HalfDay.MORNING),
    ],
)
def test_what_is_not_open_is_not_booked(day, half):
    with pytest.raises(Full):
        bookings.book(make_in_person(), day=day, half_day=half)
    assert not Slot.objects.exists()


@pytest.mark.parametrize("fields", [{"participates": False}, {"closed_at": MONDAY}])
def test_an_office_that_takes_part_no_longer_is_not_booked(fields):
    with pytest.raises(Full):
        bookings.book(make_in_person(), office=make_office(**fields))


def test_changed_to_another_half_day_the_first_place_is_free_again():
    one_place()
    Round.objects.create(commune_code=BEAUVAIS, weekday=2, half_day=HalfDay.AFTERNOON, capacity=1)
    enrollment = make_in_person()
    before = book_home(enrollment)
    after = book_home(enrollment, WEDNESDAY, HalfDay.AFTERNOON)
    assert (after.pk, after.reference, after.changes, after.due_at) == (before.pk, before.reference, 1, before.due_at)
    assert after.slot.day == WEDNESDAY
    book_home()  # somebody else takes the first place
    assert Journal.objects.filter(chain=enrollment.pk, event="change_appointment").count() == 1


def test_a_change_to_a_full_half_day_leaves_everything_as_it_was():
    one_place()
    Round.objects.create(commune_code=BEAUVAIS, weekday=2, half_day=HalfDay.AFTERNOON, capacity=1)
    book_home()
    enrollment = make_in_person()
    before = book_home(enrollment, WEDNESDAY, HalfDay.AFTERNOON)
    with pytest.raises(Full):
        bookings.book(enrollment, day=TUESDAY, half_day=HalfDay.MORNING)
    after = present(before)
    assert (after.slot, after.changes, after.state) == (before.slot, 0, AppointmentState.BOOKED)


def test_the_place_itself_may_change():
    enrollment = make_in_person()
    book_home(enrollment)
    at_office = book_office(enrollment)
    assert at_office.slot is None
    assert at_office.over_at is None
    assert not at_office.address_street
    enrollment.refresh_from_db()
    assert enrollment.meeting_place == Place.OFFICE
    at_home = book_home(enrollment)
    assert (at_home.office, at_home.changes) == (None, 2)


def test_a_change_does_not_prolong_the_15_days(clock):
    enrollment = make_in_person()
    book_home(enrollment)
    clock.pass_(hours=15)
    with pytest.raises(Full):
        bookings.book(enrollment, day=LAST + timedelta(days=1), half_day=HalfDay.MORNING)
    assert book_home(enrollment, LAST).last_day == LAST


def test_cancelled_the_mode_is_chosen_anew_and_nothing_typed_is_lost():
    appointment = book_home()
    enrollment = bookings.cancel(file_of(appointment))
    assert (enrollment.state, enrollment.mode, enrollment.verification) == (EnrollmentState.PROVING, "", None)
    assert enrollment.address_street == ADDRESS["address_street"]
    assert enrollment.birth_name == "Martin"
    gone = present(appointment)
    assert gone.state == AppointmentState.CANCELLED
    assert gone.ended_at is not None
    assert gone.verification.state == VerificationState.ABANDONED


def test_cancelled_another_one_may_be_booked():
    one_place()
    appointment = book_home()
    enrollment = bookings.cancel(file_of(appointment))
    enrollment.mode = Mode.FACE_TO_FACE
    enrollment.save(update_fields=["mode"])
    again = book_home(enrollment)
    assert again.pk != appointment.pk
    assert again.reference != appointment.reference


def test_cancelled_twice_it_is_cancelled_once():
    enrollment = file_of(book_home())
    bookings.cancel(enrollment)
    with pytest.raises(TransitionNotAllowed):
        bookings.cancel(enrollment)


def test_whoever_books_again_and_again_is_told_until_when(settings):
    enrollment = make_in_person()
    limit, _seconds = settings.QUOTAS["appointment_booking"]
    for number in range(limit):
        book_home(enrollment, TUESDAY + timedelta(days=number % 2))
    with pytest.raises(QuotaExceeded) as exceeded:
        bookings.book(enrollment, office=make_office())
    assert exceeded.value.until == MONDAY + timedelta(days=1)


def test_a_refused_booking_counts_for_nothing():
    one_place()
    book_home()
    other = make_in_person()
    for _time in range(project.QUOTAS["appointment_booking"][0] + 1):
        with pytest.raises(Full):
            bookings.book(other, day=TUESDAY, half_day=HalfDay.MORNING)
    assert book_office(other).state == AppointmentState.BOOKED


def test_the_last_day_is_the_places_own(clock):
    clock.stop(datetime(2026, 11, 23, 21, 30, tzinfo=ZoneInfo("Europe/Paris")))
    east = make_in_person(address_commune="97411", address_postal_code="97400")
    west = make_in_person(address_commune="97105", address_postal_code="97100")
    assert bookings.last_day(east) == LAST + timedelta(days=1)
    assert bookings.last_day(west) == LAST
    assert book_home(east, date(2026, 11, 25)).last_day == LAST + timedelta(days=1)
    assert book_home(west).last_day == LAST
    assert bookings.last_day(file_of(book_home(make_in_person()))) == LAST
