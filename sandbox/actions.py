"""What a tester can do here, once for the page and once for JSON: each function takes plain values and returns JSON-ready ones."""

from typing import Any

from identite import journal, quotas
from identite.transitions import TransitionNotAllowed
from sandbox import passing, reviewer
from sandbox.people import Person
from verification.capture import challenge as challenges
from verification.capture.models import CaptureState
from verification.checks.video.challenge import Form
from verification.models import Case, VerificationState
from verification.review.models import CaseState
from verification.review.services import decide


def time_passes(email: str, hours: float) -> dict[str, Any]:
    """Let hours pass for one person and run the sweep. Raises UnknownPerson, ValueError."""
    passed = passing.pass_time(Person(email), hours)
    return {"email": email, "hours": hours, "rows": passed.rows, "swept": passed.swept}


def review(email: str, verdict: str = "", reasons: list[str] | None = None) -> dict[str, Any]:
    """Decide this person's waiting case now; without a verdict as the simulated reviewer would. Raises UnknownPerson, ValueError."""
    verification = Person(email).verification()
    case = Case.objects.filter(verification=verification, state=CaseState.WAITING).first() if verification else None
    if not all(isinstance(code, str) for code in reasons or []):
        raise ValueError("reasons must be a list of codes")
    if case is None and verification and verification.captures.filter(state=CaptureState.QUEUED).exists():
        raise ValueError("a photo or video of this person is still being checked, ask again")
    if case is None:
        raise ValueError("this person has no case that waits for a decision")
    try:
        case = decide(case, verdict, label=reviewer.LABEL, reasons=reasons or []) if verdict else reviewer.review(case)
    except TransitionNotAllowed as error:
        raise ValueError(f"the case was decided meanwhile: {error}") from error
    decision = case.last_decision
    return {"email": email, "state": case.state, "reasons": decision.reasons if decision else []}


def next_challenge(email: str, form: str = Form.SPOKEN) -> dict[str, Any]:
    """What this person's next recording will be asked, announced before it is asked; journalled.

    Raises UnknownPerson, ValueError.
    """
    if form not in list(Form):
        raise ValueError(f"form must be one of {', '.join(Form)}")
    verification = Person(email).verification()
    if verification is None or verification.state != VerificationState.OPEN:
        raise ValueError("this person has no verification under way")
    try:
        challenge = challenges.announce(verification, form, recorded=True)
    except challenges.VideoLocked as locked:
        raise ValueError(f"the video step is locked {locked}") from locked
    except quotas.QuotaExceeded as exceeded:
        until = exceeded.until.isoformat()
        raise ValueError(f"too many challenges were drawn; the next one is possible at {until}") from exceeded
    except TransitionNotAllowed as error:
        raise ValueError(f"the verification ended meanwhile: {error}") from error
    journal.record(verification, "challenge_announced", label="sandbox", challenge=str(challenge.pk))
    return {
        "email": email,
        "digits": challenge.digits,
        "form": challenge.form,
        "gesture": challenge.gesture,
        "schedule": challenge.schedule,
        "seconds": challenges.total_seconds(challenge),
        "expires_at": challenge.expires_at.isoformat(),
    }
