"""Pages of the letter that are no step: its link, «Je ne suis pas cette personne», its content and its PDFs."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from identite.transitions import TransitionNotAllowed
from verification import access
from verification.letter import answers, mails, pdf
from verification.letter.models import LetterProof, ProofCode, RegisteredLetter
from verification.models import Verification, VerificationState
from verification.views import next_url


@require_http_methods(["GET", "HEAD", "POST"])
def open_letter(request: HttpRequest, token: str) -> HttpResponse:
    """Screen 22, and the way back to the follow-up page from every later mail. GET shows, POST grants the access."""
    letter = mails.from_token(token)
    if letter is None:
        return render(request, "verification/letter_unknown.html", status=404)
    if not mails.opens(letter, token):
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
    if not mails.opens(letter, token):
        return render(request, "verification/letter_over.html", _context(letter), status=410)
    if request.method == "POST":
        try:
            answers.not_me(letter)
        except TransitionNotAllowed:
            return render(request, "verification/letter_over.html", _context(letter), status=410)
        return render(request, "verification/not_me_done.html", _context(letter))
    return render(request, "verification/not_me.html", _context(letter, token))


def _context(letter: RegisteredLetter, token: str = "") -> dict[str, Any]:
    # No stages here: they would tell who writes.
    verification = letter.verification
    waiting = verification.state in mails.WAITING
    return {"letter": letter, "verification": verification, "token": token, "waiting": waiting}


def _for_recipient(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """`view` is handed the visitor's verification. Who is logged out logs in first and comes back; others get 404."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, **named: str) -> HttpResponse:
        found = access.visitor(request)
        if found is None and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if found is None or found.scope != access.LETTER:
            raise Http404
        return view(request, found.verification, **named)

    return guarded


def _opened(verification: Verification) -> RegisteredLetter:
    """The letter whose content may be read. Raises Http404 before it is accepted and once it is erased."""
    if verification.state != VerificationState.PROVEN or not verification.letter.content:
        raise Http404
    return verification.letter


@_for_recipient
def content(request: HttpRequest, verification: Verification) -> HttpResponse:
    """Screen 29: the receipt is acknowledged, the content is open."""
    letter = _opened(verification)
    # No stages: whether the application is activated by now, only the citizen's file knows.
    return render(
        request, "verification/content.html", {"verification": verification, "letter": letter, "app_url": "/app/"}
    )


@_for_recipient
def content_pdf(request: HttpRequest, verification: Verification) -> HttpResponse:
    letter = _opened(verification)
    return _download(pdf.content(letter), f"courrier-{letter.number}.pdf")


@_for_recipient
def proof_pdf(request: HttpRequest, verification: Verification, code: str) -> HttpResponse:
    """Any proof that exists by now, for the identified recipient."""
    if code not in ProofCode.values:
        raise Http404
    letter = verification.letter
    proof = LetterProof.objects.filter(letter=letter, code=code).first()
    if proof is None:
        raise Http404
    return _download(pdf.proof(proof, letter), f"preuve-{proof.code}-{letter.number}.pdf")


def _download(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        data, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
