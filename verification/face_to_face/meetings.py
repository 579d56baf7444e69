"""A meeting: opened, its steps as they are sent, left. Each is written at once; sent again, it changes nothing."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from identite import journal
from identite.codes.one_time import CodeResult
from identite.codes.use import refusals_count
from identite.locks import locked
from identite.transitions import TransitionNotAllowed, follow
from verification.capture import storing
from verification.capture.models import Capture, CaptureKind, CaptureState
from verification.checks.kinds import KINDS, DocumentKind
from verification.face_to_face import checklist, codes
from verification.face_to_face.agents import HOLD_AGAIN
from verification.face_to_face.comparison import comparison, normalize_number
from verification.face_to_face.decisions import absent, accept, refuse
from verification.face_to_face.models import STANDING, Appointment, Meeting, MeetingState, Place, PostalAgent
from verification.face_to_face.steps import (
    DONE,
    RELATED,
    NotReady,
    OwnMeeting,
    opened,
    refuse_own,
    require,
    told,
    write,
)
from verification.face_to_face.transitions import MEETING_ARROWS
from verification.models import VerificationState

__all__ = [
    "DONE", "NotReady", "OwnMeeting", "PhotosMissing", "SamePersonToday", "Taken", "absent", "accept", "check_code",
    "comparison", "idle_at", "is_idle", "leave", "note_checklist", "note_compared", "note_document", "note_identity_read",
    "note_photos", "open_meeting", "photos_of", "refuse", "refuse_own", "send_code", "take_photo",
]  # fmt: skip


class Taken(Exception):
    """Another agent has this person in front of her. Nothing was changed."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__(str(meeting.pk))
        self.meeting = meeting


class SamePersonToday(Exception):
    """The agent has decided about this person today, and has no right to do it again. Nothing was changed."""


class PhotosMissing(Exception):
    """sides: which are not there yet."""

    def __init__(self, sides: list[CaptureKind]) -> None:
        super().__init__(", ".join(sides))
        self.sides = sides


def open_meeting(
    appointment: Appointment, agent: PostalAgent, *, without_code: bool = False, device: str = ""
) -> Meeting:
    """Begin, or go on with the one that this agent has open. The caller has seen that it is within her reach.

    without_code: found by name, birth date and number of the document, where the message with the code was lost.
    Raises OwnMeeting, Taken, SamePersonToday, TransitionNotAllowed for an appointment that no longer waits.
    """
    refuse_own(appointment, agent, "open")
    return _open(appointment, agent, without_code=without_code, device=device)


@transaction.atomic
def _open(appointment: Appointment, agent: PostalAgent, *, without_code: bool, device: str) -> Meeting:
    present = locked(appointment, "verification__applicant")
    under_way = Meeting.objects.filter(appointment=present, state=MeetingState.OPEN).select_related(*RELATED).first()
    if under_way is not None and under_way.agent_id == agent.pk:
        if without_code and not under_way.found_without_code:
            write(under_way, "meeting_found_without_code", found_without_code=True)
        return under_way
    if under_way is not None:
        if not is_idle(under_way):
            raise Taken(under_way)
        _leave(under_way, reason="idle")
    if present.state not in STANDING or present.verification.state != VerificationState.OPEN:
        raise TransitionNotAllowed(f"open_meeting: {present.pk} is {present.state}, {present.verification.state}")
    if _has_decided_today(present, agent) and not agent.account.has_perm(HOLD_AGAIN):
        raise SamePersonToday(str(present.pk))
    meeting = Meeting(
        appointment=present,
        agent=agent,
        office=agent.office if present.place == Place.OFFICE else None,
        device=device,
        found_without_code=without_code,
        sampled=secrets.randbelow(100) < settings.SECOND_READING_PERCENT,
    )
    meeting.save(force_insert=True)
    journal.record(meeting, "meeting_opened", after=MeetingState.OPEN, without_code=without_code, **told(meeting))
    return meeting


def idle_at(meeting: Meeting) -> datetime:
    """From when on another agent may take over, if nothing more is sent."""
    return meeting.touched_at + timedelta(seconds=settings.MEETING_IDLE_SECONDS)


def is_idle(meeting: Meeting) -> bool:
    return idle_at(meeting) <= timezone.now()


def _has_decided_today(appointment: Appointment, agent: PostalAgent) -> bool:
    same = Q(appointment__verification__applicant=appointment.verification.applicant_id)
    if appointment.person_digest:
        same |= Q(appointment__person_digest=appointment.person_digest)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    decided = Meeting.objects.filter(agent=agent, decided_at__gte=midnight)
    return decided.filter(same, state__in=(MeetingState.ACCEPTED, MeetingState.REFUSED)).exists()


@transaction.atomic
def leave(meeting: Meeting) -> Meeting:
    """Broken off, nothing decided: anybody may begin again. Over already, it stays what it is."""
    present = locked(meeting, *RELATED)
    return _leave(present) if present.state == MeetingState.OPEN else present


def _leave(meeting: Meeting, reason: str = "") -> Meeting:
    left = follow(MEETING_ARROWS, "leave_meeting", meeting, reason=reason, **told(meeting))
    left.unsent = ""
    left.save(update_fields=["unsent"])
    return left


# --- Its steps ---


@transaction.atomic
def check_code(meeting: Meeting, typed: str, *, client: str) -> CodeResult:
    """The six digits that the person shows. RIGHT uses them up; asked again, it is RIGHT still.

    Raises QuotaExceeded, TransitionNotAllowed.
    """
    present = opened(meeting)
    if present.code_right_at is not None:
        return CodeResult.RIGHT
    result = codes.APPOINTMENT.check(present.appointment, typed, client=client)
    if result == CodeResult.RIGHT:
        write(present, "meeting_code_right", code_right_at=timezone.now())
    else:
        write(present, "meeting_code_wrong", detail={"result": str(result)})
    return result


@refusals_count
@transaction.atomic
def send_code(meeting: Meeting, *, client: str) -> None:
    """Another code, where the message was lost or too many were typed. Raises CodeNotSent, TransitionNotAllowed."""
    present = opened(meeting)
    codes.resend(present.appointment, client=client)
    write(present, "meeting_code_sent")


@transaction.atomic
def note_identity_read(meeting: Meeting) -> Meeting:
    """The identity was read back, and the person says it is hers. Raises NotReady, TransitionNotAllowed, as all below do."""
    present = opened(meeting)
    require(present, "code")
    if present.identity_read_at is None:
        write(present, "meeting_identity_read", identity_read_at=timezone.now())
    return present


@transaction.atomic
def note_document(meeting: Meeting, *, kind: str, number: str, expiry: date) -> Meeting:
    """As the agent reads it off the document. Typed anew, it is compared anew, and the desk will look: the citizen's stood beside it."""
    present = opened(meeting)
    require(present, "code", "identity")
    kind, number = DocumentKind(kind), normalize_number(number)
    if (present.document_kind, present.document_number, present.expiry_date) == (kind, number, expiry):
        return present
    changed = {"document_kind": kind, "document_number": number, "expiry_date": expiry}
    of_before: dict[str, Any] = {"compared_at": None, "typings": present.typings + 1}
    if present.document_kind != kind:  # other marks, other sides
        of_before |= {"checklist": {}, "photos_done_at": None}
    storing.show_document(present.appointment.verification, kind)
    return write(present, "meeting_document_typed", detail={"time": present.typings + 1}, **changed, **of_before)


@transaction.atomic
def note_compared(meeting: Meeting) -> Meeting:
    present = opened(meeting)
    require(present, "document")
    if present.compared_at is None:
        differ = [row.code for row in comparison(present) if not row.same]
        write(present, "meeting_compared", detail={"differ": differ}, compared_at=timezone.now())
    return present


@transaction.atomic
def note_checklist(meeting: Meeting, answers: Mapping[str, bool]) -> Meeting:
    """answers: one for every point of the document's kind. Raises ValueError for other points."""
    present = opened(meeting)
    require(present, "document", "comparison")
    points = {point.code for point in checklist.points_of(present)}
    if points != set(answers):
        raise ValueError(f"answers for {sorted(points)} wanted, got {sorted(answers)}")
    if present.checklist != dict(answers):
        missed = sorted(code for code, is_so in answers.items() if not is_so)
        write(present, "meeting_checked", detail={"missed": missed}, checklist=dict(answers))
    return present


def take_photo(meeting: Meeting, side: str, data: bytes) -> Capture:
    """One side of the document, in place of the one before. Checked in the background, and never refused for it.

    Raises BadUpload, NotReady, TransitionNotAllowed.
    """
    if meeting.state != MeetingState.OPEN:
        raise TransitionNotAllowed(f"meeting {meeting.pk} is {meeting.state}")
    require(meeting, "document")
    verification, who = meeting.appointment.verification, told(meeting)
    capture = storing.store_taken_photo(verification, side, data, actor=who["actor"], label=who["label"])
    Meeting.objects.filter(pk=meeting.pk).update(touched_at=timezone.now())
    return capture


def photos_of(meeting: Meeting) -> dict[CaptureKind, Capture | None]:
    """The sides of the document, and the photo that counts for each."""
    rows = Capture.objects.filter(
        verification=meeting.appointment.verification,
        document_kind=meeting.document_kind,
        state__in=(CaptureState.QUEUED, CaptureState.ACCEPTED),
    ).prefetch_related("findings")
    newest = {row.kind: row for row in reversed(rows)}
    sides = KINDS[DocumentKind(meeting.document_kind)].sides
    return {CaptureKind(side): newest.get(str(side)) for side in sides}


@transaction.atomic
def note_photos(meeting: Meeting, *, impossible: bool = False) -> Meeting:
    """The sides are photographed; or no photo can be taken, and then the desk will look. Raises PhotosMissing."""
    present = opened(meeting)
    require(present, "document", "comparison", "checklist")
    missing = [side for side, photo in photos_of(present).items() if photo is None]
    if missing and not impossible:
        raise PhotosMissing(missing)
    if present.photos_done_at is None:
        detail = {"missing": [str(side) for side in missing]}
        write(present, "meeting_photographed", detail=detail, photos_done_at=timezone.now())
    return present
