"""Every change of state of an enrollment. Nothing else writes `state`."""

from django.db.models import Model

from enrollment.models import Enrollment, State
from identite.transitions import Arrow, follow

ARROWS: dict[str, Arrow] = {
    "confirm": Arrow({State.STARTED}, State.PROVING),
    "submit": Arrow({State.PROVING}, State.UNDER_REVIEW),
    "approve": Arrow({State.UNDER_REVIEW}, State.APPROVED),
    "accept_letter": Arrow({State.APPROVED}, State.PROVEN),
    "refuse": Arrow({State.UNDER_REVIEW, State.PROVING}, State.REFUSED),
    # «Je ne suis pas cette personne»: the file stops, whatever it had reached.
    "stop": Arrow({State.PROVING, State.UNDER_REVIEW, State.APPROVED}, State.REFUSED),
    "retry": Arrow({State.REFUSED}, State.PROVING),
    "activate": Arrow({State.PROVEN}, State.ACTIVATED),
    "suspend": Arrow({State.ACTIVATED}, State.SUSPENDED),
    "resume": Arrow({State.SUSPENDED}, State.ACTIVATED),
    "revoke": Arrow({State.ACTIVATED, State.SUSPENDED}, State.REVOKED),
    "lapse": Arrow({State.STARTED, State.PROVING, State.REFUSED}, State.LAPSED),
}


def move(
    enrollment: Enrollment, name: str, *, actor: Model | None = None, label: str = "", reason: str = ""
) -> Enrollment:
    """Follow one arrow. Raises TransitionNotAllowed."""
    stamp = "activated_at" if name == "activate" else "confirmed_at" if name == "confirm" else ""
    return follow(ARROWS, name, enrollment, actor=actor, label=label, reason=reason, stamp=stamp)
