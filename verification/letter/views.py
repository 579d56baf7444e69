"""Pages of the letter that are no step: its link, «Je ne suis pas cette personne», its content and its PDFs."""

from typing import Any

from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from identite.transitions import TransitionNotAllowed
from verification import access
from verification.letter import answers, mails, pdf
from verification.letter.models import LetterProof, ProofCode, RegisteredLetter
from verification.models import ENDED, Verification, VerificationState
from verification.views import next_url


@require_http_methods(["GET", "HEAD", "POST"])
def open_letter(request: HttpRequest, token: str) -> HttpResponse:
    """Screen 22, and the way back to the follow-up page from every later mail. GET shows, POST grants the access."""
    letter = mails.from_token(token)
    if letter is None:
        return render(request, "verification/letter_unknown.html", status=404)
    verification = letter.verification
    if verification.state in ENDED:
        return render(request, "verification/letter_over.html", _context(letter), status=410)
    if request.method != "POST":
        return render(request, "verification/letter.html", _context(letter, token))
    verification = answers.confirm_identity(letter)
    if request.user.is_authenticated and request.user.pk != verification.applicant_id:
        logout(request)  # somebody else's browser: what is sent from here on must not land in that file
    response = redirect(next_url(verification))
    access.grant(response, verification)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """«Je ne suis pas cette personne»: a page that says what will happen, then the POST that does it."""
    letter = mails.from_token(token)
    if letter is None:
        return render(request, "verification/letter_unknown.html", status=404)
    if request.method == "POST":
        try:
            answers.not_me(letter)
        except TransitionNotAllowed:
            return render(request, "verification/letter_over.html", _context(letter), status=410)
        return render(request, "verification/not_me_done.html", _context(letter))
    if letter.verification.state not in (
        VerificationState.OPEN,
        VerificationState.SUBMITTED,
        VerificationState.APPROVED,
    ):
        return render(request, "verification/letter_over.html", _context(letter), status=410)
    return render(request, "verification/not_me.html", _context(letter, token))


def _context(letter: RegisteredLetter, token: str = "") -> dict[str, Any]:
    # No stages here: they would tell who writes.
    return {"letter": letter, "verification": letter.verification, "token": token}


def _accepted(request: HttpRequest) -> Verification:
    """The verification whose content this visitor may read. Raises Http404 for anybody else."""
    found = access.visitor(request)
    if found is None or found.scope != access.LETTER or found.verification.state != VerificationState.PROVEN:
        raise Http404
    if not found.verification.letter.content:  # erased after its time
        raise Http404
    return found.verification


@require_safe
def content(request: HttpRequest) -> HttpResponse:
    """Screen 29: the receipt is acknowledged, the content is open."""
    verification = _accepted(request)
    return render(
        request,
        "verification/content.html",
        {"verification": verification, "letter": verification.letter, "stage": 3, "app_url": "/app/"},
    )


@require_safe
def content_pdf(request: HttpRequest) -> HttpResponse:
    verification = _accepted(request)
    return _download(pdf.content(verification.letter), f"courrier-{verification.letter.number}.pdf")


@require_safe
def proof_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Any proof that exists by now, for the identified recipient."""
    found = access.visitor(request)
    if found is None or found.scope != access.LETTER or code not in ProofCode.values:
        raise Http404
    letter = found.verification.letter
    proof = LetterProof.objects.filter(letter=letter, code=code).first()
    if proof is None:
        raise Http404
    return _download(pdf.proof(proof, letter), f"preuve-{proof.code}-{letter.number}.pdf")


def _download(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        data, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
