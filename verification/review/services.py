"""The case: opened when everything is in, decided by an agent, closed when it has become pointless."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from identite import journal
from identite.cog.countries import FRANCE
from identite.http import absolute
from identite.journal import Actor
from identite.references import create_unique
from identite.transitions import follow
from notifications.services import send_email
from verification import transitions as verification_transitions
from verification.capture.models import CaptureState, Finding
from verification.checks.finding import Outcome, worst
from verification.models import Mode, Verification, VerificationState
from verification.review.deadlines import after_working_hours
from verification.review.models import Alert, Case, CaseState, Decision, Verdict
from verification.review.reasons import REASONS
from verification.review.transitions import ARROWS

# A document that is no longer good online is what people come in person for.
EXPECTED_IN_PERSON = frozenset({"document.expired"})


class OwnCase(Exception):
    """The agent is the person of the file. Nothing was changed; the attempt is in the journal."""


def refuse_own(case: Case, actor: Actor, attempt: str) -> None:
    """Nobody handles her own file, whatever her rights. Raises OwnCase. attempt: «open», or a verdict."""
    if actor.is_behind(case.verification):
        journal.record(case, "own_case_refused", actor=actor, attempt=attempt)
        raise OwnCase(f"{attempt}: {case.pk} is {actor.pk}'s own")


def open_case(verification: Verification) -> Case:
    """One case a verification; its deadlines count working time from now."""
    now = timezone.now()
    return _create(
        verification,
        outcome=str(_worst_outcome(verification)),
        due_at=after_working_hours(now, settings.REVIEW_TARGET_HOURS),
        limit_at=after_working_hours(now, settings.REVIEW_LIMIT_HOURS),
    )


def _create(verification: Verification, *, outcome: str, due_at: datetime, limit_at: datetime) -> Case:
    case = create_unique(
        lambda: Case.objects.create(verification=verification, outcome=outcome, due_at=due_at, limit_at=limit_at)
    )
    journal.record(case, "case_opened", after=CaseState.WAITING, outcome=outcome, reference=case.reference)
    return case


def typed_by_hand(verification: Verification) -> bool:
    """A French birth place that is not in the official list, a former commune for instance: an agent must look."""
    return verification.birth_country == FRANCE and not verification.birth_place_code


def _worst_outcome(verification: Verification) -> Outcome:
    """Of a meeting only what somebody must look at comes here."""
    in_person = verification.mode == Mode.FACE_TO_FACE
    findings = Finding.objects.filter(capture__verification=verification, capture__state=CaptureState.ACCEPTED)
    outcomes = findings.exclude(code__in=EXPECTED_IN_PERSON if in_person else ()).values_list("outcome", flat=True)
    return worst([*outcomes, Outcome.REFER] if in_person or typed_by_hand(verification) else outcomes)


def decide(
    case: Case,
    verdict: str,
    *,
    actor: Actor | None = None,
    label: str = "",
    reasons: Sequence[str] = (),
    note: str = "",
) -> Case:
    """Approve or refuse one case and move its verification: both or neither.

    actor: the agent, or None with a `label` (simulated reviewer). reasons: codes of REASONS, at least one to refuse.
    Raises OwnCase when it is the agent's own, TransitionNotAllowed when the case is decided already, ValueError for a refusal
    without a known reason.
    """
    unknown = [code for code in reasons if code not in REASONS]
    if unknown or (verdict == Verdict.REFUSE and not reasons):
        raise ValueError(f"a refusal wants one or more of {', '.join(REASONS)}, got {list(reasons)}")
    if verdict not in Verdict.values:
        raise ValueError(f"unknown verdict {verdict!r}: one of {', '.join(Verdict.values)}")
    if actor is not None:
        refuse_own(case, actor, verdict)  # before the transaction: the attempt stays in the journal
    return _decide(case, verdict, actor, label, reasons, note)


@transaction.atomic
def _decide(case: Case, verdict: str, actor: Actor | None, label: str, reasons: Sequence[str], note: str) -> Case:
    why = ", ".join(reasons)
    case = follow(ARROWS, f"{verdict}_case", case, actor=actor, label=label, reason=why, stamp="decided_at")
    decided_at = case.decided_at or timezone.now()
    case.evidence_purge_at = decided_at + timedelta(days=settings.EVIDENCE_RETENTION_DAYS)
    case.save(update_fields=["evidence_purge_at"])
    Decision.objects.create(
        case=case,
        verdict=verdict,
        reasons=list(reasons),
        note=note,
        actor=actor,
        actor_label=label or "agent",
        at=decided_at,
    )
    verification_transitions.move(case.verification, verdict, actor=actor, label=label, reasons=reasons)
    return case


@transaction.atomic
def alert(verification: Verification, what: Alert) -> Case:
    """Agents must see this file, and are written to. A waiting case is closed: there is nothing to decide any more."""
    now = timezone.now()
    case = Case.objects.filter(verification=verification).first() or _create(
        verification, outcome=str(Outcome.PASS), due_at=now, limit_at=now
    )
    case.alert = what
    case.evidence_purge_at = now + timedelta(days=settings.EVIDENCE_RETENTION_DAYS)
    case.save(update_fields=["alert", "evidence_purge_at"])
    if case.state == CaseState.WAITING and verification.state == VerificationState.STOPPED:
        follow(ARROWS, "close_case", case, reason=what)
    send_email(
        "agents_alerted",
        address=settings.SUPPORT_EMAIL,
        context={
            "reference": str(case),
            "alert": what.label,
            "case_url": absolute(reverse("admin:verification_case_change", args=[case.pk])),
        },
    )
    return case
