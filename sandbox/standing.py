"""Where one person stands, ready for JSON: states, deadlines, where to go on."""

from typing import Any

from django.urls import reverse

from sandbox.people import Person
from verification.face_to_face.models import Appointment, Meeting
from verification.letter.models import RegisteredLetter
from verification.models import Capture, Case, Verification


def state_of(email: str) -> dict[str, Any]:
    """Raises UnknownPerson. What there is not yet, or not in her mode, is null."""
    person = Person(email)
    enrollment, verification = person.enrollment(), person.verification()
    case = Case.objects.filter(verification=verification).first() if verification else None
    return {
        "email": person.email,
        "account": person.account is not None,
        "enrollment": enrollment
        and {"state": enrollment.state, "expires_at": enrollment.expires_at.isoformat(), "mode": enrollment.mode},
        "verification": verification and _verification(verification),
        "case": case and _case(case),
    }


def _verification(row: Verification) -> dict[str, Any]:
    letter, appointment = getattr(row, "letter", None), getattr(row, "appointment", None)
    captures = row.captures.prefetch_related("findings").order_by("uploaded_at")
    return {
        "state": row.state,
        "mode": row.mode,
        "letter": letter and _letter(letter),
        "appointment": appointment and _appointment(appointment),
        "captures": [_capture(capture) for capture in captures],
    }


def _letter(row: RegisteredLetter) -> dict[str, Any]:
    return {"number": row.number, "state": row.state, "due_at": row.due_at and row.due_at.isoformat()}


def _appointment(row: Appointment) -> dict[str, Any]:
    """day, half_day: at home only; office: at an office only, where it is a wish."""
    meeting = row.meetings.first()
    return {
        "reference": str(row),
        "state": row.state,
        "place": row.place,
        "day": row.slot and row.slot.day.isoformat(),
        "half_day": row.slot and row.slot.half_day,
        "office": row.office and {"identifier": row.office.identifier, "name": row.office.name},
        "due_at": row.due_at.isoformat(),
        "meeting": meeting and _meeting(meeting),
    }


def _meeting(row: Meeting) -> dict[str, Any]:
    return {"state": row.state, "reasons": row.reasons, "second_reading": row.sampled}


def _capture(row: Capture) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "state": row.state,
        "findings": [
            {"code": finding.code, "outcome": finding.outcome, "score": finding.score, "threshold": finding.threshold}
            for finding in row.findings.all()
        ],
    }


def _case(row: Case) -> dict[str, Any]:
    return {
        "reference": str(row),
        "state": row.state,
        "outcome": row.outcome,
        "due_at": row.due_at.isoformat(),
        "limit_at": row.limit_at.isoformat(),
        "page": reverse("admin:verification_case_change", args=[row.pk]),
    }
