"""Who may see a verification: the bearer of a pass cookie, or its logged-in applicant once the letter was opened.

The letter's link and the hand-off link each show a page whose POST grants a pass: a mail scanner that follows links
uses nothing up.
"""

from dataclasses import dataclass

from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from identite import cookies, tokens
from verification.models import Mode, Verification

COOKIE = "courrier"
PASS_SECONDS = 12 * 3600
LETTER = "letter_pass"
# A phone that took over the camera steps sees these and nothing else.
HANDOFF = "handoff_pass"


WITH_ALL = Verification.objects.select_related("letter", "applicant")


@dataclass(frozen=True)
class Access:
    """scope: LETTER (all of it) or HANDOFF (camera steps only)."""

    verification: Verification
    scope: str


def grant(response: HttpResponse, verification: Verification, *, scope: str = LETTER) -> None:
    """Give this browser a pass for this verification."""
    cookies.put(response, COOKIE, tokens.issue(scope, verification, seconds=PASS_SECONDS), seconds=PASS_SECONDS)


def give_back(request: HttpRequest, response: HttpResponse) -> None:
    """Whoever logs in or out here begins anew: a pass of somebody before her no longer counts in this browser."""
    raw = cookies.read(request, COOKIE)
    if raw:
        for scope in (LETTER, HANDOFF):
            tokens.consume(scope, raw)
        cookies.drop(response, COOKIE)


def revoke(applicant: Model) -> None:
    """End every pass for this account's verifications, on whatever device."""
    for verification in Verification.objects.filter(applicant_id=applicant.pk):
        for scope in (LETTER, HANDOFF):
            tokens.revoke(scope, verification)


def visitor(request: HttpRequest) -> Access | None:
    """The verification that this request may see, with its letter, or None."""
    raw = cookies.read(request, COOKIE)
    for scope in (LETTER, HANDOFF) if raw else ():
        token = tokens.find(scope, raw)
        if token is not None:
            verification = WITH_ALL.filter(pk=token.subject_pk).first()
            if verification is not None:
                return Access(verification, scope)
    if request.user.is_authenticated:
        verification = WITH_ALL.filter(applicant=request.user, mode=Mode.ONLINE, confirmed_at__isnull=False).first()
        if verification is not None:
            return Access(verification, LETTER)
    return None
