"""A meeting from its opening to its decision; each step sent once, twice, or after its answer was lost."""

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from enrollment.models import Account, EnrollmentState
from identite.codes.one_time import CodeResult
from identite.fields import for_update
from identite.journal import Journal
from identite.transitions import TransitionNotAllowed
from notifications.models import Message
from tests.verification.capture.helpers import BLURRED, PASS, answer, photo
from tests.verification.face_to_face.helpers import (
    BEAUVAIS,
    again,
    book_home,
    book_office,
    code_of,
    file_of,
    held,
    make_agent,
    make_in_person,
    present,
)
from verification.capture.models import Capture, CaptureState
from verification.capture.results import Result
from verification.checks.finding import Finding, Outcome
from verification.face_to_face import meetings
from verification.face_to_face.decisions import disputes
from verification.face_to_face.models import AppointmentState, Meeting, MeetingState
from verification.models import Case, Verification, VerificationState
from verification.review.models import Verdict
from verification.review.services import decide

pytestmark = pytest.mark.django_db


def told(meeting: Meeting) -> list[str]:
    entries = Journal.objects.filter(chain=meeting.journal_chain, detail__has_key="device").order_by("sequence")
    return [entry.event for entry in entries]


def state_of(meeting: Meeting) -> str:
    return Verification.objects.get(pk=meeting.appointment.verification.pk).state


# --- The way that most take ---


def test_what_is_in_order_is_proven_at_once(meeting):
    done = meetings.accept(held(meeting))
    assert (done.state, state_of(done)) == (MeetingState.ACCEPTED, VerificationState.PROVEN)
    assert file_of(done.appointment).state == EnrollmentState.PROVEN
    assert present(done.appointment).state == AppointmentState.HELD
    assert Message.objects.filter(event="activation_code").count() == 1


def test_every_step_says_who_where_and_on_which_device(meeting):
    meetings.accept(held(meeting))
    assert told(meeting) == [
        "meeting_opened", "meeting_code_right", "meeting_identity_read", "meeting_document_typed", "meeting_compared",
        "meeting_checked", "meeting_photographed", "accept_meeting",
    ]  # fmt: skip
    entries = Journal.objects.filter(chain=meeting.journal_chain, detail__has_key="device")
    assert {(entry.actor_id, entry.actor_label) for entry in entries} == {(meeting.agent.account_id, "postal agent")}
    where = {(entry.detail["office"], entry.detail["device"]) for entry in entries}
    assert where == {(meeting.office.identifier, "d" * 16)}
    assert "X4RTBPFW4" not in str([entry.detail for entry in entries])


def test_a_refusal_says_why_and_leaves_a_way_on(meeting):
    meeting = held(meeting, until="identity")
    done = meetings.refuse(meeting, ["counter_not_original"])
    assert (done.state, state_of(done)) == (MeetingState.REFUSED, VerificationState.REFUSED)
    assert file_of(done.appointment).state == EnrollmentState.REFUSED
    assert "n’est pas l’original" in Message.objects.get(event="meeting_refused").text


@pytest.mark.parametrize("reasons", [[], ["face_differs"], ["counter_other", "nonsense"]])
def test_a_refusal_wants_reasons_of_a_meeting(meeting, reasons):
    with pytest.raises(ValueError, match="a refusal wants"):
        meetings.refuse(held(meeting, until="identity"), reasons)
    assert again(meeting).state == MeetingState.OPEN


def test_nobody_at_home_leads_to_another_date(monday, unchecked):
    appointment = book_home()
    meeting = meetings.open_meeting(appointment, make_agent(communes=(BEAUVAIS,)))
    assert meetings.absent(meeting).state == MeetingState.ABSENT
    assert present(appointment).state == AppointmentState.MISSED
    assert state_of(meeting) == VerificationState.OPEN
    assert Message.objects.filter(event="appointment_missed").count() == 1


# --- Sent twice, answers lost, too early, too late ---


ACTS = {
    "identity": lambda row: meetings.note_identity_read(row),
    "document": lambda row: meetings.note_document(
        row,
        kind="cni",
        number="x4rt bpfw4",
        expiry=row.appointment.verification.expiry_date,
    ),
    "comparison": lambda row: meetings.note_compared(row),
    "checklist": lambda row: meetings.note_checklist(
        row, dict.fromkeys(("original", "undamaged", "changing", "relief", "lines", "portrait"), True)
    ),
    "decision": lambda row: meetings.accept(row),
}


@pytest.mark.parametrize("step", ACTS)
def test_a_step_that_is_sent_again_changes_nothing(meeting, step):
    meeting = held(meeting, until=step)
    ACTS[step](meeting)
    before = Meeting.objects.values().get(pk=meeting.pk)
    entries, mails = Journal.objects.count(), Message.objects.count()
    ACTS[step](meeting)  # the browser knows nothing of what came of it
    assert Meeting.objects.values().get(pk=meeting.pk) == before
    assert (Journal.objects.count(), Message.objects.count()) == (entries, mails)


def test_a_right_code_is_right_once_more_when_the_answer_was_lost(meeting):
    code = code_of(meeting.appointment)
    assert [meetings.check_code(meeting, code, client="c") for _time in range(2)] == [CodeResult.RIGHT] * 2
    assert told(meeting).count("meeting_code_right") == 1


def test_the_same_photo_sent_again_is_the_same_capture(meeting):
    meeting = held(meeting, until="photos")
    first, second = (meetings.take_photo(meeting, "front", photo(1)) for _time in range(2))
    assert (first.pk, first.state) == (second.pk, CaptureState.QUEUED)
    assert Capture.objects.count() == 1


def test_another_photo_takes_the_place_of_the_one_that_is_being_checked(meeting):
    meeting = held(meeting, until="photos")
    first, second = (meetings.take_photo(meeting, "front", photo(seed)) for seed in (1, 2))
    assert not answer(first, PASS)
    assert meetings.photos_of(meeting)["front"] == second
    labels = Journal.objects.filter(event__startswith="capture_").values_list("actor_label", flat=True)
    assert set(labels) == {"postal agent"}


@pytest.mark.parametrize("step", ["identity", "document", "comparison", "checklist", "photos"])
def test_no_step_is_left_out(meeting, step):
    before = {"identity": "code", "document": "identity", "comparison": "document", "checklist": "comparison"}
    held(meeting, until=before.get(step, "checklist"))
    act = ACTS.get(step, lambda row: meetings.note_photos(row, impossible=True))
    with pytest.raises(meetings.NotReady):
        act(again(meeting))
    with pytest.raises(meetings.NotReady):
        meetings.accept(again(meeting))


def test_before_the_code_nothing_is_refused(meeting):
    with pytest.raises(meetings.NotReady):
        meetings.refuse(meeting, ["counter_other"])
    assert state_of(meeting) == VerificationState.OPEN


def test_who_has_shown_the_code_is_not_absent(meeting):
    with pytest.raises(meetings.NotReady):
        meetings.absent(held(meeting, until="identity"))


def test_after_the_decision_nothing_can_be_written(meeting):
    stale = held(meeting)
    meetings.refuse(stale, ["counter_damaged"])
    for act in (*ACTS.values(), lambda row: meetings.take_photo(again(row), "front", photo(9))):
        with pytest.raises(TransitionNotAllowed):
            act(stale)
    assert again(meeting).state == MeetingState.REFUSED


def test_a_citizen_who_cancels_meanwhile_ends_it(meeting):
    from enrollment.services import appointment as bookings

    meeting = held(meeting)
    bookings.cancel(file_of(meeting.appointment))
    with pytest.raises(TransitionNotAllowed):
        meetings.accept(meeting)
    assert again(meeting).state == MeetingState.OPEN


# --- What is compared, what is looked at ---


def test_nothing_of_the_citizens_is_compared_before_the_agent_has_typed(meeting):
    with pytest.raises(ValueError, match="no document is typed"):
        meetings.comparison(held(meeting, until="document"))


def test_a_zero_is_no_letter_o(meeting):
    Verification.objects.filter(pk=meeting.appointment.verification.pk).update(
        **for_update(meeting.appointment.verification, document_number="X4RTB0FW1")
    )
    meeting = held(meeting, until="document")
    meetings.note_document(meeting, kind="cni", number="X4RTBOFW1", expiry=meeting.appointment.verification.expiry_date)
    rows = {row.code: row for row in meetings.comparison(again(meeting))}
    assert {code: row.same for code, row in rows.items()} == {"kind": True, "number": False, "expiry": True}
    differing = [str(one.name) for one in rows["number"].read_characters if one.differs]
    expected = [str(one.name) for one in rows["number"].typed_characters if one.differs]
    assert (differing, expected) == (["lettre O"], ["zéro"])


def test_a_point_answered_by_no_is_not_accepted(meeting):
    meeting = held(meeting, until="checklist")
    answers = dict.fromkeys(("original", "undamaged", "changing", "relief", "lines", "portrait"), True)
    meetings.note_checklist(meeting, answers | {"portrait": False})
    meetings.note_photos(meeting, impossible=True)
    with pytest.raises(meetings.NotReady) as early:
        meetings.accept(again(meeting))
    assert early.value.step == "checklist"


def test_the_points_are_those_of_the_document_in_hand(meeting):
    meeting = held(meeting, until="checklist")
    with pytest.raises(ValueError, match="answers for"):
        meetings.note_checklist(meeting, {"film": True})


def test_photos_are_wanted_of_every_side(meeting):
    meeting = held(meeting, until="photos")
    meetings.take_photo(meeting, "front", photo(1))
    with pytest.raises(meetings.PhotosMissing) as missing:
        meetings.note_photos(meeting)
    assert missing.value.sides == ["back"]


# --- The second look ---


def proven_or_not(meeting: Meeting) -> tuple[str, list[str]]:
    entry = Journal.objects.filter(event="submit", subject__startswith="verification.verification:").first()
    return state_of(meeting), entry.reason.split(", ") if entry else []


def test_the_desk_looks_at_what_differs(meeting):
    meeting = held(meeting, number="X4RTBPFW5")
    meetings.accept(meeting)
    assert proven_or_not(meeting) == (VerificationState.SUBMITTED, ["comparison"])
    assert Case.objects.get().outcome == Outcome.REFER
    decide(Case.objects.get(), Verdict.APPROVE, label="walk")
    assert state_of(meeting) == VerificationState.PROVEN


def test_the_desk_looks_at_a_number_that_was_typed_again_beside_the_right_one(meeting):
    meeting = held(meeting, until="checklist", number="X4RTBPFW5")
    meetings.accept(held(_typed_again(meeting)))
    assert proven_or_not(meeting) == (VerificationState.SUBMITTED, ["retyped"])


def _typed_again(meeting: Meeting) -> Meeting:
    typed = meeting.appointment.verification
    meetings.note_document(meeting, kind=typed.document_kind, number=typed.document_number, expiry=typed.expiry_date)
    assert again(meeting).compared_at is None
    return again(meeting)


def test_a_finding_refuses_no_photo_and_leads_to_the_desk(meeting):
    meeting = held(meeting, until="photos")
    for seed, side in enumerate(("front", "back")):
        assert answer(meetings.take_photo(meeting, side, photo(seed)), BLURRED)
    assert set(Capture.objects.values_list("state", flat=True)) == {CaptureState.ACCEPTED}
    meetings.accept(again(meetings.note_photos(meeting)))
    assert proven_or_not(meeting) == (VerificationState.SUBMITTED, ["findings"])


def test_an_expired_document_is_what_people_come_for(meeting):
    expired = Result(findings=[Finding("document.expired", Outcome.REFER)])
    meeting = held(meeting, until="photos")
    for seed, side in enumerate(("front", "back")):
        answer(meetings.take_photo(meeting, side, photo(seed)), expired)
    meetings.accept(again(meetings.note_photos(meeting)))
    assert proven_or_not(meeting) == (VerificationState.PROVEN, [])


def test_the_meeting_goes_on_while_the_photos_are_checked_and_their_end_decides(meeting):
    meeting = held(meeting, until="photos")
    shots = [meetings.take_photo(meeting, side, photo(seed)) for seed, side in enumerate(("front", "back"))]
    done = meetings.accept(again(meetings.note_photos(meeting)))
    assert (done.state, state_of(done)) == (MeetingState.ACCEPTED, VerificationState.OPEN)
    assert present(done.appointment).state == AppointmentState.HELD
    answer(shots[0], PASS)
    assert state_of(done) == VerificationState.OPEN
    answer(shots[1], PASS)
    assert state_of(done) == VerificationState.PROVEN


def test_no_photo_could_be_taken(meeting):
    meeting = held(meeting, until="photos")
    meetings.accept(again(meetings.note_photos(meeting, impossible=True)))
    assert proven_or_not(meeting) == (VerificationState.SUBMITTED, ["photos_missing"])


def test_a_birth_place_typed_by_hand_is_looked_at(office, agent, unchecked):
    appointment = book_office(make_in_person(birth_place="Saint-Ancienne", birth_place_code=""), office)
    meeting = held(meetings.open_meeting(appointment, agent))
    assert disputes(meeting) == ["birth_place"]


@pytest.mark.parametrize(("percent", "sampled"), [(0, False), (100, True)])
def test_some_are_drawn_for_a_second_reading(appointment, agent, unchecked, settings, percent, sampled):
    settings.SECOND_READING_PERCENT = percent
    meeting = held(meetings.open_meeting(appointment, agent))
    meetings.accept(meeting)
    expected = (VerificationState.SUBMITTED, ["sampled"]) if sampled else (VerificationState.PROVEN, [])
    assert proven_or_not(meeting) == expected


# --- Who may ---


def test_another_agent_waits_until_it_is_left_or_idle(meeting, office, monday, settings):
    other = make_agent(office)
    with pytest.raises(meetings.Taken) as taken:
        meetings.open_meeting(meeting.appointment, other)
    assert taken.value.meeting == meeting
    monday.pass_(seconds=settings.MEETING_IDLE_SECONDS - 1)
    held(meeting, until="identity")  # something is sent: it is not idle any more
    monday.pass_(seconds=settings.MEETING_IDLE_SECONDS - 1)
    with pytest.raises(meetings.Taken):
        meetings.open_meeting(meeting.appointment, other)
    monday.pass_(seconds=1)
    theirs = meetings.open_meeting(meeting.appointment, other)
    assert (again(meeting).state, theirs.code_right_at) == (MeetingState.LEFT, None)
    with pytest.raises(TransitionNotAllowed):
        meetings.note_identity_read(meeting)


def test_what_was_left_is_anybodys(meeting, office):
    meetings.leave(meeting)
    assert meetings.open_meeting(meeting.appointment, make_agent(office)).state == MeetingState.OPEN


def test_opened_twice_by_the_same_agent_it_is_one(meeting, agent):
    assert meetings.open_meeting(meeting.appointment, agent) == meeting
    assert not again(meeting).found_without_code
    assert meetings.open_meeting(meeting.appointment, agent, without_code=True).found_without_code


def test_nobody_handles_her_own_file(appointment, office, unchecked):
    hers = make_agent(office, phone=appointment.verification.mobile)
    with pytest.raises(meetings.OwnMeeting):
        meetings.open_meeting(appointment, hers)
    entry = Journal.objects.get(event="own_meeting_refused", chain=appointment.journal_chain)
    assert (entry.actor, entry.detail["attempt"]) == (hers.account, "open")


def test_nor_decides_about_it_when_she_became_its_person_meanwhile(meeting):
    meeting = held(meeting)
    account = Account.objects.get(pk=meeting.agent.account_id)
    account.phone = meeting.appointment.verification.mobile
    account.save()
    for act in (meetings.accept, lambda row: meetings.refuse(row, ["counter_other"])):
        with pytest.raises(meetings.OwnMeeting):
            act(again(meeting))
    assert again(meeting).state == MeetingState.OPEN


def test_the_same_person_twice_a_day_wants_a_senior(meeting, agent, office, monday):
    meetings.refuse(held(meeting, until="identity"), ["counter_damaged"])
    account = meeting.appointment.verification.applicant
    file_of(meeting.appointment).delete()
    appointment = book_office(make_in_person(account=account), office)
    with pytest.raises(meetings.SamePersonToday):
        meetings.open_meeting(appointment, agent)
    assert meetings.open_meeting(appointment, make_agent(office)).state == MeetingState.OPEN
    Meeting.objects.filter(appointment=appointment).delete()
    agent.account.user_permissions.add(Permission.objects.get(codename="hold_meeting_again"))
    agent.account = Account.objects.get(pk=agent.account_id)
    assert meetings.open_meeting(appointment, agent).state == MeetingState.OPEN


def test_on_another_day_she_may(meeting, agent, office, monday):
    meetings.refuse(held(meeting, until="identity"), ["counter_damaged"])
    account = meeting.appointment.verification.applicant
    file_of(meeting.appointment).delete()
    monday.pass_(days=1)
    appointment = book_office(make_in_person(account=account), office)
    assert meetings.open_meeting(appointment, agent).opened_at == timezone.now()


def test_an_appointment_that_is_over_begins_no_meeting(meeting, agent):
    meetings.accept(held(meeting))
    with pytest.raises(TransitionNotAllowed):
        meetings.open_meeting(meeting.appointment, agent)
