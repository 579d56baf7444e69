"""What an agent sees of one case: typed beside read, each capture with its findings, what was asked, what happened."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from identite import journal_words
from identite.journal import Actor, Journal
from verification.capture.models import Capture, CaptureKind, CaptureState, Finding
from verification.capture.results import ERROR
from verification.checks.finding import Outcome, worst_first
from verification.findings.lookup import text_for
from verification.models import Case, Decision, Verification
from verification.review.reasons import Reason, reason_texts
from verification.review.shown import shown

COMPARED = (
    ("birth_name", _("Nom de naissance")),
    ("first_names", _("Prénoms")),
    ("use_name", _("Nom d’usage")),
    ("sex", _("Sexe")),
    ("birth_date", _("Date de naissance")),
    ("nationality", _("Nationalité")),
    ("document_number", _("Numéro de la pièce")),
    ("issue_date", _("Date de délivrance")),
    ("expiry_date", _("Date d’expiration")),
)
PREFIX = "compare."
CITIZEN = "citizen"  # as the journal calls whoever works for nobody
OUTCOME_NAMES: Mapping[str, str | Promise] = {
    Outcome.PASS: _("conforme"),
    Outcome.REFER: _("à examiner"),
    Outcome.FAIL: _("non conforme"),
    Outcome.ERROR: _("contrôle en erreur"),
}


@dataclass(frozen=True)
class Line:
    """One typed value beside what was read. outcome: empty when nothing was read to compare with."""

    name: str | Promise
    typed: str
    read: str
    outcome: str
    outcome_name: str | Promise

    @property
    def differs(self) -> bool:
        return self.outcome in (Outcome.REFER, Outcome.FAIL)


@dataclass(frozen=True)
class Row:
    """One finding in words."""

    code: str
    outcome: str
    outcome_name: str | Promise
    sentence: str | Promise
    score: float | None
    threshold: float | None
    evidence: Mapping[str, Any]


@dataclass(frozen=True)
class Mark:
    """Where on the upright picture a value was read, in its pixels."""

    name: str | Promise
    text: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Sheet:
    """One capture with its findings: `disputed` ones first, then `passed`. marks: on a photo of size `size`."""

    capture: Capture
    disputed: list[Row] = field(default_factory=list)
    passed: list[Row] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    size: tuple[int, int] | None = None

    @property
    def unchecked(self) -> bool:
        """No check has looked at it: the agent is the first who does."""
        return any(row.code == ERROR for row in self.disputed)


@dataclass(frozen=True)
class Attempt:
    """A capture that no longer counts, and what was disputed in it."""

    capture: Capture
    disputed: list[str | Promise]


@dataclass(frozen=True)
class Ruling:
    """One decision, with who took it and its reasons in words."""

    decision: Decision
    who: str
    reasons: list[Reason]


@dataclass(frozen=True)
class Entry:
    """One line of the file's journal, in words."""

    at: datetime
    what: str
    who: str
    why: str


@dataclass(frozen=True)
class Dossier:
    lines: list[Line]
    sheets: list[Sheet]
    earlier: list[Attempt]
    rulings: list[Ruling]
    journal: list[Entry]


def read_dossier(case: Case) -> Dossier:
    """Everything of one case, in six queries."""
    verification = case.verification
    captures = list(
        verification.captures.select_related("challenge").prefetch_related("findings").order_by("kind", "-uploaded_at")
    )
    sheets = [sheet_of(row) for row in captures if row.state == CaptureState.ACCEPTED]
    order = list(CaptureKind.values)
    sheets.sort(key=lambda sheet: order.index(sheet.capture.kind))
    findings = [finding for sheet in sheets for finding in sheet.capture.findings.all()]
    return Dossier(
        lines=compare(verification, findings),
        sheets=sheets,
        earlier=[_attempt(row) for row in captures if row.state != CaptureState.ACCEPTED],
        rulings=[_ruling(decision) for decision in case.decisions.select_related("actor")],
        journal=_story(verification),
    )


def _attempt(capture: Capture) -> Attempt:
    return Attempt(capture, [sentence(row.code) for row in capture.findings.all() if row.outcome != Outcome.PASS])


def _ruling(decision: Decision) -> Ruling:
    return Ruling(decision, _who(decision.actor_label, decision.actor), reason_texts(decision.reasons))


def _who(label: str, actor: Actor | None) -> str:
    """An agent by name as well; a citizen is known from the case."""
    if actor is None or (label == CITIZEN and not actor.is_staff):
        return journal_words.label(label)
    return f"{journal_words.label(label)} {actor.email}"


def _story(verification: Verification) -> list[Entry]:
    entries = Journal.objects.filter(chain=verification.file).select_related("actor").order_by("sequence")
    return [
        Entry(
            entry.at,
            " : ".join(filter(None, (journal_words.event(entry), journal_words.states(entry)))),
            _who(entry.actor_label, entry.actor),
            journal_words.reason(entry),
        )
        for entry in entries
    ]


def sheet_of(capture: Capture) -> Sheet:
    rows = rows_of(capture.findings.all())
    size = capture.read.get("picture_size")
    return Sheet(
        capture,
        disputed=[row for row in rows if row.outcome != Outcome.PASS],
        passed=[row for row in rows if row.outcome == Outcome.PASS],
        marks=list(_marks(capture.read)) if size else [],
        size=tuple(size) if size else None,
    )


def _marks(read: Mapping[str, Any]) -> Iterator[Mark]:
    names = dict(COMPARED)
    if read.get("portrait_box"):
        yield Mark(_("Portrait"), "", *map(int, read["portrait_box"]))
    for name, found in read.get("fields", {}).items():
        if found.get("box"):
            yield Mark(names.get(name, name), str(found.get("text") or ""), *map(int, found["box"]))


def rows_of(findings: Iterable[Finding]) -> list[Row]:
    rows = [
        Row(
            finding.code,
            finding.outcome,
            OUTCOME_NAMES[finding.outcome],
            sentence(finding.code),
            finding.score,
            finding.threshold,
            finding.evidence,
        )
        for finding in findings
        if not finding.code.startswith(PREFIX)
    ]
    return worst_first(rows)


def sentence(code: str) -> str | Promise:
    try:
        return text_for(code).agent
    except KeyError:  # a finding of an earlier version of the checks
        return code


def compare(verification: Verification, findings: Iterable[Finding]) -> list[Line]:
    """The typed identity, field by field, with what the photos say. Of two readings the worse one is shown."""
    read: dict[str, Finding] = {}
    for finding in worst_first(findings):
        if finding.code.startswith(PREFIX):
            read.setdefault(finding.code.removeprefix(PREFIX), finding)
    return [
        Line(
            label,
            _typed(verification, name),
            shown(name, read[name].evidence.get("read")) if name in read else "",
            read[name].outcome if name in read else "",
            OUTCOME_NAMES[read[name].outcome] if name in read else _("non comparé"),
        )
        for name, label in COMPARED
        if name in read or _typed(verification, name)
    ]


def _typed(verification: Verification, name: str) -> str:
    return shown(name, verification.civility if name == "sex" else getattr(verification, name))
