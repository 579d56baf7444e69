"""Every change of state of a case. Nothing else writes `state`."""

from identite.transitions import Arrow
from verification.review.models import CaseState

ARROWS: dict[str, Arrow] = {
    "approve_case": Arrow({CaseState.WAITING}, CaseState.APPROVED),
    "refuse_case": Arrow({CaseState.WAITING}, CaseState.REFUSED),
    "close_case": Arrow({CaseState.WAITING}, CaseState.CLOSED),
}
