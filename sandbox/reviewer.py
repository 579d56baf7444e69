"""The simulated reviewer: takes the human's place when nobody decided within the target. An actor like another, in the journal.

It follows the findings and nothing else: what a check disputes is refused with the reason that fits, the rest is accepted.
A photo that no check could open is refused too: it has no eyes to look with.
"""

from django.db.models import Q
from django.utils import timezone

from identite.sweep import Whose, each
from verification.capture.models import PHOTOS, CaptureState, Finding
from verification.capture.results import ERROR
from verification.checks.finding import Outcome
from verification.face_to_face.comparison import agrees
from verification.face_to_face.models import Meeting, MeetingState
from verification.models import Case, Mode
from verification.review.models import CaseState, Verdict
from verification.review.services import decide

LABEL = "simulated reviewer"
# What an agent would look at and find in order: alone it is no reason to refuse.
HARMLESS = frozenset({"video.uploaded"})
# The first prefix that fits a disputed finding gives the reason.
REASONS = (
    ("capture.error", "document_unreadable"),
    ("compare.", "data_differ"),
    ("document.copy", "document_not_original"),
    ("document.expired", "document_not_valid"),
    ("document.kind", "document_not_valid"),
    ("document.issuer", "document_not_valid"),
    ("document.", "document_unreadable"),
    ("video.face_match", "face_differs"),
    ("video.same_face", "face_differs"),
    ("video.face", "face_not_visible"),
    ("video.frontal", "face_not_visible"),
    ("video.alone", "face_not_visible"),
    ("video.", "challenge_missing"),
)
# After a meeting. What is not here is no reason then: the agent had the document itself in her hand.
IN_PERSON = (
    ("compare.", "counter_data_differ"),
    ("document.copy", "counter_not_original"),
    ("document.kind", "counter_not_accepted"),
    ("document.issuer", "counter_not_accepted"),
)


def reasons_for(case: Case) -> list[str]:
    """The reasons to refuse, each once; empty when nothing is disputed."""
    in_person = case.verification.mode == Mode.FACE_TO_FACE
    table, otherwise = (IN_PERSON, "") if in_person else (REASONS, "other")
    unseen = Q(code=ERROR, capture__kind__in=PHOTOS)
    disputed = Finding.objects.filter(
        Q(outcome__in=(Outcome.REFER, Outcome.FAIL)) | unseen,
        capture__verification=case.verification,
        capture__state=CaptureState.ACCEPTED,
    ).values_list("code", flat=True)
    reasons = [
        next((reason for prefix, reason in table if code.startswith(prefix)), otherwise)
        for code in disputed
        if code not in HARMLESS
    ]
    if in_person and _differs(case):
        reasons.insert(0, "counter_data_differ")
    return list(dict.fromkeys(filter(None, reasons)))


def _differs(case: Case) -> bool:
    """Is what the postal agent read another document than the one that was typed?"""
    accepted = Meeting.objects.filter(appointment__verification=case.verification, state=MeetingState.ACCEPTED)
    return any(not agrees(meeting) for meeting in accepted.select_related("appointment__verification"))


def review(case: Case) -> Case:
    """Decide one case as the findings say. Raises TransitionNotAllowed when a human was first."""
    reasons = reasons_for(case)
    return decide(case, Verdict.REFUSE if reasons else Verdict.APPROVE, label=LABEL, reasons=reasons)


def review_due(whose: Whose) -> int:
    """Decide every waiting case whose target has passed."""
    due = whose(Case.objects.filter(state=CaseState.WAITING, due_at__lte=timezone.now()))
    return each(due.select_related("verification")[:200], _review)


def _review(case: Case) -> bool:
    review(case)
    return True
