"""What one automatic check says of one capture."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """PASS: nothing to say. REFER: an agent must look. FAIL: a new try mends it. ERROR: the check itself broke."""

    PASS = "pass"  # noqa: S105  (an outcome, no password)
    REFER = "refer"
    FAIL = "fail"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """One result. `score` and `threshold` share a unit, named where the check is written.

    evidence: JSON-ready values that show where the result comes from: `box` is [x, y, width, height] in pixels of
    the upright picture, `time` is in seconds from the first frame.
    """

    code: str
    outcome: Outcome
    score: float | None = None
    threshold: float | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "outcome": str(self.outcome),
            "score": None if self.score is None else round(self.score, 4),
            "threshold": self.threshold,
            "evidence": dict(self.evidence),
        }


def worst(findings: Iterable[Finding]) -> Outcome:
    """The outcome that decides: a fail before an error before a referral before a pass."""
    order = (Outcome.FAIL, Outcome.ERROR, Outcome.REFER)
    seen = {finding.outcome for finding in findings}
    return next((outcome for outcome in order if outcome in seen), Outcome.PASS)
