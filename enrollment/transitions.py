"""Every change of state of an enrollment. Nothing else writes `state`."""

from django.db.models import Model

from enrollment.models import UNFINISHED, Enrollment, EnrollmentState
from identite.transitions import Arrow, follow

ARROWS: dict[str, Arrow] = {
    "confirm": Arrow({EnrollmentState.STARTED}, EnrollmentState.PROVING),
    "submit": Arrow({EnrollmentState.PROVING}, EnrollmentState.UNDER_REVIEW),
    "approve": Arrow({EnrollmentState.UNDER_REVIEW}, EnrollmentState.APPROVED),
    "accept_letter": Arrow({EnrollmentState.APPROVED}, EnrollmentState.PROVEN),
    "prove": Arrow({EnrollmentState.PROVING, EnrollmentState.UNDER_REVIEW}, EnrollmentState.PROVEN),
    "refuse": Arrow({EnrollmentState.UNDER_REVIEW, EnrollmentState.PROVING}, EnrollmentState.REFUSED),
    # «Je ne suis pas cette personne», or too many wrong activation codes: the file stops, whatever it had reached.
    "stop": Arrow(
        {EnrollmentState.PROVING, EnrollmentState.UNDER_REVIEW, EnrollmentState.APPROVED, EnrollmentState.PROVEN},
        EnrollmentState.REFUSED,
    ),
    "retry": Arrow({EnrollmentState.REFUSED}, EnrollmentState.PROVING),
    "activate": Arrow({EnrollmentState.PROVEN}, EnrollmentState.ACTIVATED),
    "suspend": Arrow({EnrollmentState.ACTIVATED}, EnrollmentState.SUSPENDED),
    "resume": Arrow({EnrollmentState.SUSPENDED}, EnrollmentState.ACTIVATED),
    "revoke": Arrow({EnrollmentState.ACTIVATED, EnrollmentState.SUSPENDED}, EnrollmentState.REVOKED),
    "lapse": Arrow(set(UNFINISHED), EnrollmentState.LAPSED),
}


def move(
    enrollment: Enrollment, name: str, *, actor: Model | None = None, label: str = "", reason: str = ""
) -> Enrollment:
    """Follow one arrow. Raises TransitionNotAllowed."""
    stamp = "activated_at" if name == "activate" else "confirmed_at" if name == "confirm" else ""
    return follow(ARROWS, name, enrollment, actor=actor, label=label, reason=reason, stamp=stamp)
