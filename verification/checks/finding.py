"""What one automatic check says of one capture."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeVar


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


# From the worst. A fail is certain and the applicant can mend it at once, so it decides before a check that broke.
# An error is not a fail: it never refuses, it goes to an agent, and before a referral, since nothing at all is known.
WORST_FIRST = (Outcome.FAIL, Outcome.ERROR, Outcome.REFER, Outcome.PASS)


def worst(outcomes: Iterable[str]) -> Outcome:
    """The outcome that decides for all of them; PASS when there is none. Raises ValueError for an unknown one."""
    return min(map(Outcome, outcomes), key=WORST_FIRST.index, default=Outcome.PASS)


class Judged(Protocol):
    """Whatever bears an outcome: a finding, its stored row, its line on a page."""

    @property
    def outcome(self) -> str: ...


T = TypeVar("T", bound=Judged)


def worst_first(judged: Iterable[T]) -> list[T]:
    """The same ones, the worst first, equals in the order they came. Raises ValueError for an unknown outcome."""
    return sorted(judged, key=lambda one: WORST_FIRST.index(Outcome(one.outcome)))
