"""The accessibility statement's facts: one data file, so that what the page says is what was measured."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

FACTS = Path(__file__).parent / "data" / "accessibility.json"


@dataclass(frozen=True)
class Statement:
    """audit: date, by, applicable and met criteria, or None. checks: lighter tests, each with date, what and result.

    gaps, exempt: sentences.
    """

    day: date
    audit: dict[str, Any] | None
    checks: tuple[dict[str, Any], ...]
    gaps: tuple[str, ...]
    exempt: tuple[str, ...]

    @property
    def rate(self) -> int | None:
        """Share of the applicable criteria that are met, in percent; None without an audit."""
        return 100 * int(self.audit["met"]) // int(self.audit["applicable"]) if self.audit else None

    @property
    def state(self) -> str:
        """The wording of decree 2019-768: without an audit, or below half of the criteria, a site is «non conforme»."""
        if self.rate is None or self.rate < 50:
            return _("non conforme")
        return _("totalement conforme") if self.rate == 100 else _("partiellement conforme")


def read(path: Path = FACTS) -> Statement:
    facts = json.loads(path.read_text(encoding="utf-8"))
    audit = facts["audit"]
    if audit:
        audit = {**audit, "date": date.fromisoformat(audit["date"])}
    checks = tuple({**check, "date": date.fromisoformat(check["date"])} for check in facts["checks"])
    return Statement(
        date.fromisoformat(facts["statement_date"]), audit, checks, tuple(facts["gaps"]), tuple(facts["exempt"])
    )


@cache
def statement() -> Statement:
    return read()
