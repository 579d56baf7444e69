"""What was seen at a meeting, for the desk that looks again: in place of the video of who came online."""

from dataclasses import dataclass
from typing import Any

from django import template

from identite import journal_words
from identite.journal import Journal, subject_of
from verification.face_to_face.checklist import Point, points_of
from verification.face_to_face.comparison import Row, comparison
from verification.face_to_face.models import Meeting, MeetingState
from verification.models import Mode, Verification
from verification.review.reasons import Reason, reason_texts

register = template.Library()


@dataclass(frozen=True)
class Seen:
    """One meeting. rows: empty where no document was typed, or it was erased. points: with their answer, None for none."""

    meeting: Meeting
    who: str
    where: str
    rows: list[Row]
    points: list[tuple[Point, bool | None]]
    reasons: list[Reason]


@register.inclusion_tag("admin/verification/_meetings.html")
def meetings_of(verification: Verification) -> dict[str, Any]:
    """The newest first; nothing for a verification online. Two queries."""
    if verification.mode != Mode.FACE_TO_FACE:
        return {"meetings": [], "why": ""}
    rows = Meeting.objects.filter(appointment__verification=verification).exclude(state=MeetingState.OPEN)
    sent = Journal.objects.filter(chain=verification.file, subject=subject_of(verification), event="submit").last()
    return {
        "meetings": [
            _seen(row, verification) for row in rows.select_related("appointment", "agent__account", "office")
        ],
        "why": journal_words.reason(sent) if sent and sent.reason else "",
    }


def _seen(meeting: Meeting, verification: Verification) -> Seen:
    meeting.appointment.verification = verification
    account: Any = meeting.agent.account
    return Seen(
        meeting,
        f"{account.get_full_name()} ({account.email})",
        meeting.office.name if meeting.office else "",
        comparison(meeting) if meeting.document_number else [],
        [(point, meeting.checklist.get(point.code)) for point in points_of(meeting)],
        reason_texts(meeting.reasons),
    )
