"""How a meeting ends: accepted, refused, nobody there. Sent again, because the answer was lost, a decision changes nothing."""

from collections.abc import Sequence

from django.db import transaction

from identite.locks import locked
from identite.transitions import TransitionNotAllowed, follow
from verification import transitions as verification_transitions
from verification.capture.models import PHOTOS, Capture, CaptureState, Finding
from verification.checks.finding import Outcome
from verification.checks.kinds import KINDS, DocumentKind
from verification.face_to_face import appointments, checklist
from verification.face_to_face.comparison import agrees
from verification.face_to_face.models import Meeting, MeetingState
from verification.face_to_face.steps import DONE, RELATED, NotReady, refuse_own, require, told
from verification.face_to_face.transitions import MEETING_ARROWS
from verification.models import Mode, Verification, VerificationState
from verification.review.reasons import reasons_of
from verification.review.services import EXPECTED_IN_PERSON, typed_by_hand
from verification.services import submit


def accept(meeting: Meeting) -> Meeting:
    """The person is who the document says. Proven at once, or once the last photo is checked, or the desk looks again.

    Raises OwnMeeting, NotReady (a step is missing, or a point of the checklist was answered by no), TransitionNotAllowed.
    """
    refuse_own(meeting.appointment, meeting.agent, "accept")
    return _accept(meeting)


@transaction.atomic
def _accept(meeting: Meeting) -> Meeting:
    present = locked(meeting, *RELATED)
    if present.state == MeetingState.ACCEPTED:
        return present
    require(present, *DONE)
    if checklist.missed(present):
        raise NotReady("checklist")
    verification = locked(present.appointment.verification)
    if verification.state != VerificationState.OPEN:
        raise TransitionNotAllowed(f"accept: the verification of {present.pk} is {verification.state}")
    present = _end(present, "accept_meeting")
    who = told(present)
    appointments.hold(present.appointment, actor=who["actor"], label=who["label"])
    conclude(present)
    return present


def refuse(meeting: Meeting, reasons: Sequence[str]) -> Meeting:
    """reasons: codes of verification.review.reasons, of those for meetings, at least one.

    Raises OwnMeeting, NotReady (nobody has shown the code), TransitionNotAllowed, ValueError.
    """
    known = {reason.code for reason in reasons_of(Mode.FACE_TO_FACE)}
    if not reasons or not known.issuperset(reasons):
        raise ValueError(f"a refusal wants one or more of {', '.join(sorted(known))}, got {list(reasons)}")
    refuse_own(meeting.appointment, meeting.agent, "refuse")
    return _refuse(meeting, reasons)


@transaction.atomic
def _refuse(meeting: Meeting, reasons: Sequence[str]) -> Meeting:
    present = locked(meeting, *RELATED)
    if present.state == MeetingState.REFUSED:
        return present
    require(present, "code")
    present = _end(present, "refuse_meeting", reasons)
    who = told(present)
    appointments.hold(present.appointment, actor=who["actor"], label=who["label"])
    verification_transitions.move(
        present.appointment.verification, "turn_away", actor=who["actor"], label=who["label"], reasons=reasons
    )
    return present


def absent(meeting: Meeting) -> Meeting:
    """Nobody was there: the person is told, and chooses another date.

    Raises OwnMeeting, NotReady (the code was shown), TransitionNotAllowed.
    """
    refuse_own(meeting.appointment, meeting.agent, "absent")
    return _absent(meeting)


@transaction.atomic
def _absent(meeting: Meeting) -> Meeting:
    present = locked(meeting, *RELATED)
    if present.state == MeetingState.ABSENT:
        return present
    if DONE["code"](present):
        raise NotReady("decision")
    present = _end(present, "miss_meeting")
    who = told(present)
    appointments.miss(present.appointment, actor=who["actor"], label=who["label"])
    return present


def _end(meeting: Meeting, arrow: str, reasons: Sequence[str] = ()) -> Meeting:
    """What was typed and not sent goes."""
    ended = follow(MEETING_ARROWS, arrow, meeting, reason=", ".join(reasons), stamp="decided_at", **told(meeting))
    ended.reasons, ended.unsent = list(reasons), ""
    ended.save(update_fields=["reasons", "unsent"])
    ended.agent, ended.office, ended.appointment = meeting.agent, meeting.office, meeting.appointment
    return ended


# --- After an acceptance ---


def disputes(meeting: Meeting) -> list[str]:
    """Why the desk looks again, as codes; nothing where the agent's word is enough. The photos are checked by now."""
    verification = meeting.appointment.verification
    photos = Capture.objects.filter(
        verification=verification, state=CaptureState.ACCEPTED, document_kind=meeting.document_kind
    )
    kinds = set(photos.values_list("kind", flat=True))
    findings = Finding.objects.filter(capture__in=photos).exclude(outcome=Outcome.PASS)
    found = {
        "comparison": not agrees(meeting),
        "retyped": meeting.typings > 1,
        "photos_missing": not kinds.issuperset(KINDS[DocumentKind(meeting.document_kind)].sides),
        "findings": findings.exclude(code__in=EXPECTED_IN_PERSON).exists(),
        "birth_place": typed_by_hand(verification),
        "sampled": meeting.sampled,
    }
    return [code for code, is_so in found.items() if is_so]


@transaction.atomic
def conclude(meeting: Meeting) -> None:
    """What an acceptance leads to, once every photo has its findings; until then, nothing. Called again, it changes nothing."""
    verification = locked(meeting.appointment.verification)
    waiting = Capture.objects.filter(verification=verification, kind__in=PHOTOS, state=CaptureState.QUEUED)
    if verification.state != VerificationState.OPEN or waiting.exists():
        return
    who = told(meeting)
    disputed = disputes(meeting)
    if disputed:
        submit(verification, actor=who["actor"], label=who["label"], reasons=disputed)
    else:
        verification_transitions.move(verification, "prove", actor=who["actor"], label=who["label"])


def conclude_accepted(verification: Verification) -> None:
    """The last photo of a meeting was checked: it may have been accepted meanwhile."""
    accepted = Meeting.objects.filter(appointment__verification=verification, state=MeetingState.ACCEPTED)
    meeting = accepted.select_related(*RELATED).first()
    if meeting is not None:
        conclude(meeting)
