"""The case: opened when everything is in, decided by an agent, closed when it has become pointless."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from identite import journal
from identite.http import absolute
from identite.journal import Actor
from identite.transitions import Arrow, follow
from verification import transitions as verification_transitions
from verification.capture.models import CaptureState, Finding
from verification.checks.finding import Outcome, worst
from verification.letter import services as letters
from verification.models import Verification, VerificationState
from verification.review.deadlines import after_working_hours
from verification.review.models import Case, CaseState, Decision, Verdict
from verification.review.reasons import REASONS, reason_texts

ARROWS: dict[str, Arrow] = {
    "approve_case": Arrow({CaseState.WAITING}, CaseState.APPROVED),
    "refuse_case": Arrow({CaseState.WAITING}, CaseState.REFUSED),
    "close_case": Arrow({CaseState.WAITING}, CaseState.CLOSED),
}
FRANCE = "99100"  # COG


def open_case(verification: Verification) -> Case:
    """One case a verification; its deadlines count working time from now."""
    now = timezone.now()
    case = Case.objects.create(
        verification=verification,
        outcome=str(_worst_outcome(verification)),
        due_at=after_working_hours(now, settings.REVIEW_TARGET_HOURS),
        limit_at=after_working_hours(now, settings.REVIEW_LIMIT_HOURS),
    )
    journal.record(case, "case_opened", after=CaseState.WAITING, outcome=case.outcome)
    verification.case = case
    return case


def typed_by_hand(verification: Verification) -> bool:
    """A French birth place that is not in the official list, a former commune for instance: an agent must look."""
    return verification.birth_country == FRANCE and not verification.birth_place_code


def _worst_outcome(verification: Verification) -> Outcome:
    outcomes = Finding.objects.filter(
        capture__verification=verification, capture__state=CaptureState.ACCEPTED
    ).values_list("outcome", flat=True)
    return worst([*outcomes, Outcome.REFER] if typed_by_hand(verification) else outcomes)


@transaction.atomic
def decide(
    case: Case,
    verdict: str,
    *,
    actor: Actor | None = None,
    label: str = "",
    reasons: Sequence[str] = (),
    note: str = "",
) -> Case:
    """Approve or refuse one case, move its verification, write to the applicant: all of it or nothing.

    actor: the agent, or None with a `label` (simulated reviewer). reasons: codes of REASONS, at least one to refuse.
    Raises TransitionNotAllowed when the case is decided already, ValueError for a refusal without a known reason.
    """
    unknown = [code for code in reasons if code not in REASONS]
    if unknown or (verdict == Verdict.REFUSE and not reasons):
        raise ValueError(f"a refusal wants known reasons, got {list(reasons)}")
    if verdict not in Verdict.values:
        raise ValueError(f"unknown verdict {verdict!r}")
    approving = verdict == Verdict.APPROVE
    case = follow(
        ARROWS, f"{verdict}_case", case, actor=actor, label=label, reason=", ".join(reasons), stamp="decided_at"
    )
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
    verification = verification_transitions.move(
        case.verification, "approve" if approving else "refuse", actor=actor, label=label, reason=", ".join(reasons)
    )
    letters.record_event(verification.letter, "approved" if approving else "identification_refused")
    if not approving:
        letters.withdraw(verification.letter)
    letters.tell(
        verification,
        "letter_decided",
        approved=approving,
        reasons=reason_texts(reasons),
        tracking_url=letters.link(verification.letter),
        status_url=absolute("/dossier/"),
    )
    return case


@transaction.atomic
def alert(verification: Verification, what: str) -> None:
    """Agents must see this file. A waiting case is closed: there is nothing to decide any more."""
    case = Case.objects.filter(verification=verification).first()
    if case is None:
        now = timezone.now()
        case = Case.objects.create(verification=verification, due_at=now, limit_at=now)
        journal.record(case, "case_opened", after=CaseState.WAITING)
    case.alert = what
    case.evidence_purge_at = timezone.now() + timedelta(days=settings.EVIDENCE_RETENTION_DAYS)
    case.save(update_fields=["alert", "evidence_purge_at"])
    if case.state == CaseState.WAITING and verification.state == VerificationState.STOPPED:
        follow(ARROWS, "close_case", case, reason=what)
