"""What one step of a meeting is: done or not, read from its row; written once, by its agent, into row and journal."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from identite import journal
from identite.locks import locked
from identite.transitions import TransitionNotAllowed
from verification.face_to_face import checklist
from verification.face_to_face.agents import LABEL
from verification.face_to_face.models import Appointment, Meeting, MeetingState, PostalAgent

# In their order; their pages have the same names.
DONE: Mapping[str, Callable[[Meeting], bool]] = {
    "code": lambda meeting: meeting.code_right_at is not None or meeting.found_without_code,
    "identity": lambda meeting: meeting.identity_read_at is not None,
    "document": lambda meeting: bool(meeting.document_kind and meeting.document_number and meeting.expiry_date),
    "comparison": lambda meeting: meeting.compared_at is not None,
    "checklist": checklist.is_answered,
    "photos": lambda meeting: meeting.photos_done_at is not None,
}
RELATED = (
    "appointment__verification__applicant",
    "appointment__slot",
    "appointment__office",
    "agent__account",
    "office",
)


class OwnMeeting(Exception):
    """The agent is the person of the appointment. Nothing was changed; the attempt is in the journal."""


class NotReady(Exception):
    """The meeting is not there yet. step: the first one that is missing, or whose answer stands in the way."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


def require(meeting: Meeting, *steps: str) -> None:
    """Raises NotReady."""
    for step in steps:
        if not DONE[step](meeting):
            raise NotReady(step)


def refuse_own(appointment: Appointment, agent: PostalAgent, attempt: str) -> None:
    """Nobody handles her own file. Raises OwnMeeting. Stands before a transaction: the attempt stays in the journal."""
    account: Any = agent.account
    if account.is_behind(appointment.verification):
        journal.record(
            appointment, "own_meeting_refused", actor=account, label=LABEL, attempt=attempt, **place_of(agent)
        )
        raise OwnMeeting(f"{attempt}: {appointment.pk} is {account.pk}'s own")


def place_of(agent: PostalAgent) -> dict[str, str]:
    return {"office": agent.office.identifier if agent.office else "round"}


def opened(meeting: Meeting) -> Meeting:
    """As it is now, and nobody else's until the transaction ends. Raises TransitionNotAllowed once it is over."""
    present = locked(meeting, *RELATED)
    if present.state != MeetingState.OPEN:
        raise TransitionNotAllowed(f"meeting {present.pk} is {present.state}")
    return present


def told(meeting: Meeting) -> dict[str, Any]:
    """What every entry of a meeting says: who, from which office, on which device."""
    return {
        "actor": meeting.agent.account,
        "label": LABEL,
        "office": meeting.office.identifier if meeting.office else "round",
        "device": meeting.device[:16],
    }


def write(meeting: Meeting, event: str, *, detail: Mapping[str, Any] | None = None, **fields: Any) -> Meeting:
    """Save `fields` of a meeting that is `opened`, and journal it."""
    meeting.touched_at = timezone.now()
    for name, value in fields.items():
        setattr(meeting, name, value)
    meeting.save(update_fields=["touched_at", *fields])
    journal.record(meeting, event, **told(meeting), **(detail or {}))
    return meeting
