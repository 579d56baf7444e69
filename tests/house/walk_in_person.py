"""The way face to face, from the choice of a place to what the meeting brought: its pages, its messages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from enrollment.models import Account, Enrollment, EnrollmentState
from enrollment.services import appointment as bookings
from tests.enrollment.factories import (
    EXPIRED,
    AccountFactory,
    EnrollmentFactory,
    make_booked_enrollment,
    make_proving_enrollment,
)
from tests.verification.face_to_face.factories import OfficeFactory
from verification import services as verifications
from verification import transitions
from verification.face_to_face import appointments
from verification.face_to_face.models import Appointment, MeetingState, PostalAgent, Round
from verification.letter import answers
from verification.models import Verification, VerificationState
from verification.review.reasons import REASONS

PAGES = ("appointment", "appointment-sheet", "appointment-cancel", "place", "address", "slot", "office")
SEVERAL_COMMUNES = "49330"
WEEK = dict.fromkeys(range(6), "09:00-12:00 14:00-17:00")


def in_person(walk: Any, browser: Callable[[Account], Client]) -> None:
    """walk: a tests.house.walk.Walk; browser: of somebody logged in."""
    for weekday in range(6):  # those of the migration are gone after a test that flushed the tables
        Round.objects.get_or_create(weekday=weekday, half_day="morning", commune_code="", defaults={"capacity": 20})
    office = OfficeFactory(hours=WEEK, services=["wheelchair"], phone="3631")
    _before(walk, browser)
    for enrollment in (make_booked_enrollment(), _at_office(office), _at_office(OfficeFactory())):
        _look(walk, browser, enrollment)
    missed = make_booked_enrollment()
    appointments.miss(_appointment(missed), label="walk")
    _look(walk, browser, missed)
    _moved(walk, browser)
    appointments.miss(_appointment(_at_office(office)), label="walk")
    _ended(walk, browser)


def _before(walk: Any, browser: Callable[[Account], Client]) -> None:
    client = browser(EnrollmentFactory(confirmed=True, **EXPIRED).account)
    walk.whole(client, reverse("enrollment:mode"))
    walk.look(client, reverse("enrollment:mode"), {"mode": "online"})
    walk.look(browser(EnrollmentFactory(with_details=True, **EXPIRED).account), reverse("enrollment:confirmation"))
    client = browser(EnrollmentFactory(face_to_face=True).account)
    typed = {"street": "12", "complement": "?" * 60, "postal_code": SEVERAL_COMMUNES}
    walk.look(client, reverse("enrollment:address"), typed)
    client = browser(EnrollmentFactory(at_office=True).account)
    for place in (SEVERAL_COMMUNES, "00000"):
        walk.look(client, reverse("enrollment:office"), {"search": "1", "place": place})
    enrollment = make_proving_enrollment()
    walk.look(browser(enrollment.account), reverse("enrollment:face-to-face"))
    answers.confirm_identity(enrollment.verification.letter)
    walk.look(browser(enrollment.account), reverse("enrollment:face-to-face"))


def _at_office(office: Any) -> Enrollment:
    return bookings.book(EnrollmentFactory(at_office=True), office=office)


def _appointment(enrollment: Enrollment) -> Appointment:
    return Appointment.objects.get(verification=enrollment.verification_id)


def _look(walk: Any, browser: Callable[[Account], Client], enrollment: Enrollment) -> None:
    for name in PAGES:
        walk.look(browser(enrollment.account), reverse(f"enrollment:{name}"))


def _moved(walk: Any, browser: Callable[[Account], Client]) -> None:
    enrollment = make_booked_enrollment()
    bookings.book(enrollment, office=OfficeFactory())
    Appointment.objects.filter(verification=enrollment.verification_id).update(reminder_due_at=timezone.now())
    appointments.remind(_appointment(enrollment))
    client = browser(enrollment.account)
    client.post(reverse("enrollment:appointment-cancel"))
    walk.look(client, reverse("enrollment:mode"))


def _ended(walk: Any, browser: Callable[[Account], Client]) -> None:
    """The term over; under a second reading; refused at the meeting; proven; stopped."""
    lapsed = make_booked_enrollment()
    Appointment.objects.filter(verification=lapsed.verification_id).update(due_at=timezone.now() - timedelta(days=1))
    appointments.lapse(_appointment(lapsed))
    submitted, refused, proven, stopped = (make_booked_enrollment() for _each in range(4))
    verifications.submit(_verification(submitted))
    meeting = _appointment(refused).meetings
    meeting.create(agent=_agent(), state=MeetingState.REFUSED, reasons=list(REASONS))
    transitions.move(_verification(refused), "turn_away", label="walk", reasons=list(REASONS))
    for enrollment in (proven, stopped):
        transitions.move(_verification(enrollment), "prove", label="walk")
    Enrollment.objects.filter(pk=stopped.pk).update(state=EnrollmentState.REFUSED)
    walk.look(browser(proven.account), reverse("authenticator:activation"))
    for enrollment in (lapsed, submitted, refused, proven, stopped):
        walk.look(browser(enrollment.account), reverse("enrollment:status"))
    Verification.objects.filter(pk=stopped.verification_id).update(state=VerificationState.STOPPED)
    walk.look(browser(stopped.account), reverse("enrollment:status"))


def _verification(enrollment: Enrollment) -> Verification:
    return Verification.objects.get(pk=enrollment.verification_id)


def _agent() -> PostalAgent:
    return PostalAgent.objects.create(account=AccountFactory(agent=True), office=OfficeFactory())
