"""Every change of state of a capture. Nothing else writes `state`."""

from typing import Any

from django.db.models import Model

from identite.transitions import Arrow, follow
from verification.capture.models import Capture, CaptureState

ARROWS: dict[str, Arrow] = {
    "confirm": Arrow({CaptureState.UPLOADED}, CaptureState.QUEUED),
    "accept": Arrow({CaptureState.QUEUED}, CaptureState.ACCEPTED),
    "refuse": Arrow({CaptureState.QUEUED}, CaptureState.REFUSED),
    # Taken again before or after its check, or another document is shown.
    "replace": Arrow({CaptureState.UPLOADED, CaptureState.QUEUED, CaptureState.ACCEPTED}, CaptureState.REPLACED),
}
EVENTS = {name: f"capture_{name}" for name in ARROWS}
_NAMED = {EVENTS[name]: arrow for name, arrow in ARROWS.items()}


def move(capture: Capture, name: str, *, actor: Model | None = None, label: str = "", **detail: Any) -> Capture:
    """Follow one arrow; the journal calls it `capture_<name>`. Raises TransitionNotAllowed."""
    return follow(_NAMED, EVENTS[name], capture, actor=actor, label=label, kind=str(capture.kind), **detail)
