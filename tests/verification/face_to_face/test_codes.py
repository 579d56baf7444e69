"""The code of the appointment: five wrong tries, a new one on request, and its limits."""

import re

import pytest
from django.conf import settings as project

from enrollment.services import appointment as bookings
from identite import quotas
from identite.codes.one_time import CodeResult
from identite.codes.use import CodeNotSent
from identite.transitions import TransitionNotAllowed
from notifications.models import Message
from tests.enrollment.factories import make_proving_enrollment
from tests.verification.face_to_face.helpers import MONDAY, book_home, file_of, make_in_person, present
from verification import transitions
from verification.face_to_face.codes import APPOINTMENT
from verification.face_to_face.models import Appointment

pytestmark = pytest.mark.django_db
CLIENT = "192.0.2.1"
SENDS = project.QUOTAS["appointment_code_send"][0]


@pytest.fixture
def appointment(clock) -> Appointment:
    clock.stop(MONDAY)
    return book_home()


def newest() -> str:
    texts = [m.text for m in Message.objects.filter(event="appointment_code_sent").order_by("created_at")]
    found = re.search(r"(\d{3})-(\d{3}) est", texts[-1])
    assert found
    return "".join(found.groups())


def wrong() -> str:
    return f"{(int(newest()) + 1) % 10**6:06d}"


def again(appointment: Appointment, client: str = CLIENT) -> None:
    bookings.resend_code(file_of(appointment), client=client)


def check(appointment: Appointment, typed: str) -> CodeResult:
    return APPOINTMENT.check(present(appointment), typed, client=CLIENT)


def test_the_right_code_is_right_once(appointment):
    assert check(appointment, newest()) == CodeResult.RIGHT
    assert check(appointment, newest()) == CodeResult.NONE


def test_after_five_wrong_tries_even_the_right_one_is_not_until_a_new_one_is_sent(appointment, clock):
    results = [check(appointment, wrong()) for _time in range(project.APPOINTMENT_CODE_MAX_ATTEMPTS)]
    assert results == [CodeResult.WRONG] * 4 + [CodeResult.EXHAUSTED]
    old = newest()
    assert check(appointment, old) == CodeResult.EXHAUSTED
    clock.pass_(seconds=project.CODE_RESEND_DELAY_SECONDS)
    again(appointment)
    assert newest() != old
    assert check(appointment, newest()) == CodeResult.RIGHT


def test_it_lasts_until_the_last_day_and_not_for_ever(appointment, clock):
    clock.pass_(days=15, hours=14)
    assert APPOINTMENT.state(appointment).usable
    clock.pass_(days=1)
    assert check(appointment, newest()) == CodeResult.EXPIRED


def test_anothers_code_opens_nothing(appointment, clock):
    first = newest()
    clock.pass_(seconds=1)
    other = book_home()
    if newest() != first:
        assert check(other, first) == CodeResult.WRONG


def test_a_new_one_waits_for_the_delay(appointment, clock):
    with pytest.raises(CodeNotSent) as refused:
        again(appointment)
    assert refused.value.until == MONDAY.replace(minute=31)
    clock.pass_(seconds=project.CODE_RESEND_DELAY_SECONDS)
    again(appointment)


def test_as_many_leave_as_an_hour_allows(appointment, clock):
    for _time in range(SENDS):
        clock.pass_(seconds=project.CODE_RESEND_DELAY_SECONDS)
        again(appointment)
    clock.pass_(seconds=project.CODE_RESEND_DELAY_SECONDS)
    with pytest.raises(CodeNotSent):
        again(appointment)
    assert APPOINTMENT.locked_until(present(appointment)) is not None
    assert Message.objects.filter(event="appointment_code_sent").count() == 1 + SENDS


def test_who_hammers_is_counted_as_a_client(appointment):
    before = quotas.usage("ip_code", CLIENT).used
    for _time in range(3):
        with pytest.raises(CodeNotSent):
            again(appointment)
    assert quotas.usage("ip_code", CLIENT).used == before + 3


def test_a_number_with_two_accounts_has_one_count(appointment, clock):
    number = appointment.verification.mobile
    other = book_home(make_in_person(mobile=number))
    for _time in range(SENDS):
        clock.pass_(seconds=project.CODE_RESEND_DELAY_SECONDS)
        again(appointment)
    clock.pass_(seconds=project.CODE_RESEND_DELAY_SECONDS)
    with pytest.raises(CodeNotSent):
        again(other)


@pytest.mark.parametrize("event", ["prove", "submit", "turn_away", "abandon", "lapse"])
def test_no_code_leaves_for_an_appointment_that_is_over(appointment, clock, event):
    clock.pass_(seconds=project.CODE_RESEND_DELAY_SECONDS)
    enrollment = file_of(appointment)
    transitions.move(appointment.verification, event, label="test", reasons=["other"])
    with pytest.raises(TransitionNotAllowed):
        bookings.resend_code(enrollment, client=CLIENT)


def test_no_code_leaves_where_a_letter_is_under_way():
    with pytest.raises(TransitionNotAllowed):
        bookings.resend_code(make_proving_enrollment(), client=CLIENT)
