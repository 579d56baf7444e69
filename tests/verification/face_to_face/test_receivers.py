"""The appointment and the file follow the verification, in the transaction that moves it."""

import pytest

from enrollment.models import Enrollment, EnrollmentState
from enrollment.services import activation, files
from enrollment.steps.state import token
from identite.codes.one_time import OneTimeCode
from identite.transitions import TransitionNotAllowed
from notifications.models import Message
from tests.verification.face_to_face.helpers import LAST, MONDAY, book_home, file_of, present
from verification import access, transitions
from verification.face_to_face.models import Appointment, AppointmentState
from verification.models import Case, Mode, Verification, VerificationState
from verification.review.models import Verdict
from verification.review.services import decide

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(clock) -> None:
    clock.stop(MONDAY)


@pytest.fixture
def appointment() -> Appointment:
    booked = book_home()
    Message.objects.all().delete()
    return booked


def sent() -> list[str]:
    return sorted(Message.objects.values_list("event", flat=True))


def text_of(event: str) -> str:
    return Message.objects.get(event=event).text


def test_proven_at_the_meeting_the_activation_code_leaves(appointment):
    transitions.move(appointment.verification, "prove", label="agent")
    assert file_of(appointment).state == EnrollmentState.PROVEN
    assert present(appointment).state == AppointmentState.HELD
    assert sent() == ["activation_code", "identity_proven"]
    assert f"Rendez-vous {appointment}." in text_of("activation_code")
    assert "Courrier" not in text_of("activation_code")
    assert "en personne" in text_of("identity_proven")
    assert "recommandé" not in text_of("identity_proven")


def test_the_code_of_the_meeting_ends_with_it(appointment):
    transitions.move(appointment.verification, "turn_away", label="agent", reasons=["data_differ"])
    assert not OneTimeCode.objects.filter(purpose="appointment").exists()


def test_what_goes_to_the_agents_first_is_proven_by_their_acceptance(appointment):
    transitions.move(appointment.verification, "submit", label="agent")
    case = Case.objects.get(verification=appointment.verification)
    assert file_of(appointment).state == EnrollmentState.UNDER_REVIEW
    assert present(appointment).state == AppointmentState.HELD
    assert sent() == ["meeting_submitted"]
    assert "relit" in text_of("meeting_submitted")
    decide(case, Verdict.APPROVE, label="test")
    assert present(appointment).verification.state == VerificationState.PROVEN
    assert file_of(appointment).state == EnrollmentState.PROVEN
    assert sent() == ["activation_code", "identity_proven", "meeting_submitted"]


def test_what_the_agents_refuse_afterwards_is_told_with_its_reasons(appointment):
    transitions.move(appointment.verification, "submit", label="agent")
    decide(Case.objects.get(), Verdict.REFUSE, label="test", reasons=["document_not_original"])
    assert file_of(appointment).state == EnrollmentState.REFUSED
    assert "l’original" in text_of("meeting_refused")


def test_turned_away_the_file_is_refused_with_reasons_and_time_to_begin_again(appointment, clock):
    Enrollment.objects.update(expires_at=MONDAY)
    transitions.move(appointment.verification, "turn_away", label="agent", reasons=["data_differ"])
    enrollment = file_of(appointment)
    assert enrollment.state == EnrollmentState.REFUSED
    assert enrollment.expires_at.date() == LAST
    assert present(appointment).state == AppointmentState.HELD
    message = Message.objects.get(event="meeting_refused")
    assert message.address == enrollment.account.email
    assert "diffèrent" in message.text
    assert str(appointment) in message.text


def test_a_new_try_in_person_asks_for_a_place_again(appointment):
    transitions.move(appointment.verification, "turn_away", label="agent", reasons=["data_differ"])
    enrollment = files.begin_again(file_of(appointment), Mode.FACE_TO_FACE)
    assert (enrollment.state, enrollment.verification) == (EnrollmentState.PROVING, None)
    again = book_home(enrollment)
    assert again.pk != appointment.pk
    assert again.state == AppointmentState.BOOKED


def test_a_stopped_verification_ends_its_appointment(appointment):
    transitions.move(appointment.verification, "stop", label="agent")
    assert present(appointment).state == AppointmentState.CANCELLED
    assert file_of(appointment).state == EnrollmentState.REFUSED
    assert "courrier" not in text_of("enrollment_stopped").lower()


def test_given_up_the_file_chooses_its_mode_anew(appointment):
    transitions.move(appointment.verification, "abandon", label="citizen")
    row = Enrollment.objects.get()
    assert (row.state, row.mode, row.verification) == (EnrollmentState.PROVING, "", None)


@pytest.mark.parametrize("event", ["prove", "turn_away", "submit", "abandon"])
def test_one_that_has_ended_moves_nothing_twice(appointment, event):
    transitions.move(appointment.verification, event, label="agent", reasons=["other"])
    with pytest.raises(TransitionNotAllowed):
        transitions.move(appointment.verification, event, label="agent", reasons=["other"])


def test_a_code_asked_for_again_names_the_appointment(appointment, clock):
    transitions.move(appointment.verification, "prove", label="agent")
    clock.pass_(minutes=5)
    activation.resend_code(file_of(appointment), client="192.0.2.1")
    texts = [message.text for message in Message.objects.filter(event="activation_code")]
    assert len(texts) == 2
    assert all(str(appointment) in text for text in texts)


def test_too_many_wrong_activation_codes_end_without_a_word_of_a_letter(appointment, settings, clock):
    settings.ACTIVATION_MAX_WRONG_CODES = 1
    transitions.move(appointment.verification, "prove", label="agent")
    activation.check_code(file_of(appointment), "000000", client="192.0.2.1")
    assert file_of(appointment).state == EnrollmentState.REFUSED
    assert "lettre" not in text_of("activation_stopped")


def test_the_waiting_page_learns_of_every_change(appointment):
    seen = [token(file_of(appointment))]
    Appointment.objects.update(changes=1)
    seen.append(token(file_of(appointment)))
    transitions.move(appointment.verification, "prove", label="agent")
    seen.append(token(file_of(appointment)))
    assert len(set(seen)) == 3


def test_the_letters_pages_open_for_nobody_who_came_in_person(appointment, rf):
    Verification.objects.update(confirmed_at=MONDAY)
    request = rf.get("/courrier/")
    request.user = file_of(appointment).account
    assert access.visitor(request) is None
