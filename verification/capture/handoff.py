"""From the computer to the phone: a link for 15 minutes, used once, that opens the camera steps of one verification."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from identite import cookies, errors, journal, qr, quotas, tokens
from identite.http import absolute
from identite.journal import subject_of
from identite.tokens import Token
from notifications.services import send_sms
from verification import access
from verification.models import Verification, VerificationState
from verification.views import VerificationMixin, next_url

PURPOSE = "handoff"
COOKIE = "handoff"  # the computer's own copy of the link, so that reading its page again shows the same QR code


@dataclass(frozen=True)
class Handoff:
    """state: none, waiting (the link was not opened), taken (a phone has the camera steps)."""

    state: str
    token: str = ""


@transaction.atomic
def make_link(verification: Verification) -> str:
    """A new link; earlier ones end. Raises quotas.QuotaExceeded."""
    quotas.take("handoff", verification.file)
    tokens.revoke(PURPOSE, verification)
    token = tokens.issue(PURPOSE, verification, seconds=settings.HANDOFF_LIFETIME_SECONDS)
    journal.record(verification, "handoff_offered", label="citizen")
    return token


@transaction.atomic
def take_over(token: str) -> Verification | None:
    """Use the link up. None when it does not count any more. A phone that had taken over before gives way."""
    row = tokens.consume(PURPOSE, token)
    if row is None:
        return None
    verification = Verification.objects.get(pk=row.subject_pk)
    tokens.revoke(access.HANDOFF, verification)
    journal.record(verification, "handoff_taken", label="citizen")
    return verification


@transaction.atomic
def cancel(verification: Verification) -> None:
    """«Annuler»: neither the link nor a phone that used it counts any more."""
    tokens.revoke(PURPOSE, verification)
    tokens.revoke(access.HANDOFF, verification)
    journal.record(verification, "handoff_cancelled", label="citizen")


def state_of(verification: Verification, token: str) -> Handoff:
    """What became of the link that this computer shows."""
    row = tokens.find(PURPOSE, token)
    if row is not None and row.subject == subject_of(verification):
        return Handoff("waiting", token)
    phone = Token.objects.filter(purpose=access.HANDOFF, subject=subject_of(verification), used_at=None)
    return Handoff("taken" if phone.exists() else "none")


def link(token: str) -> str:
    return absolute(reverse("verification:handoff-open", args=[token]))


# --- The computer's page ---


@require_http_methods(["GET", "HEAD", "POST"])
def computer(request: HttpRequest) -> HttpResponse:
    """Offers the link as QR code and by SMS, then follows the phone."""
    found = access.visitor(request)
    if found is None:
        return render(request, "verification/no_access.html", status=403)
    verification = found.verification
    if found.scope == access.HANDOFF or verification.state != VerificationState.OPEN:
        return redirect(next_url(verification))
    if request.method == "POST":
        return _act(request, verification)
    handoff = state_of(verification, cookies.read(request, COOKIE))
    address = link(handoff.token) if handoff.token else ""
    return render(
        request,
        "verification/handoff.html",
        {
            "handoff": handoff,
            "address": address,
            "qr": qr.drawn(address) if address else "",
            "mobile_end": verification.mobile[-2:],
            "minutes": settings.HANDOFF_LIFETIME_SECONDS // 60,
            "back_url": next_url(verification),
            "sent": request.GET.get("sms") == "1",
            "stage": 2,
        },
    )


def _act(request: HttpRequest, verification: Verification) -> HttpResponse:
    action = request.POST.get("action", "")
    if action == "cancel":
        cancel(verification)
        response = redirect(next_url(verification))
        cookies.drop(response, COOKIE)
        return response
    try:
        token = make_link(verification)
    except quotas.QuotaExceeded as exceeded:
        return errors.too_many(request, exceeded.until)
    here = reverse("verification:handoff")
    if action == "sms":
        minutes = settings.HANDOFF_LIFETIME_SECONDS // 60
        send_sms(
            "handoff_link", address=verification.mobile, context={"url": link(token), "minutes": minutes},
            recipient=verification.applicant,
        )  # fmt: skip
        here += "?sms=1"
    response = redirect(here)
    cookies.put(response, COOKIE, token, seconds=settings.HANDOFF_LIFETIME_SECONDS)
    return response


@require_GET
def follow(request: HttpRequest) -> JsonResponse:
    """Where the phone is; the computer goes on by itself once the phone has sent everything. Never writes."""
    found = access.visitor(request)
    if found is None:
        return JsonResponse({"state": "gone"})
    verification = found.verification
    if verification.state != VerificationState.OPEN:
        return JsonResponse({"redirect": next_url(verification)})
    handoff = state_of(verification, cookies.read(request, COOKIE))
    return JsonResponse({"state": handoff.state, "text": str(VerificationMixin.funnel.first_open(verification).title)})


# --- The phone's pages ---


@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest, token: str) -> HttpResponse:
    """The link's page. Only its button uses the link up: whoever merely looks at an address changes nothing."""
    row = tokens.find(PURPOSE, token)
    found = access.visitor(request)
    if row is None:
        if found is not None and found.scope == access.HANDOFF:
            return redirect(next_url(found.verification))  # this phone has used it before
        return render(request, "verification/handoff_over.html", {"stage": 2}, status=410)
    if found is not None and found.scope == access.LETTER and str(found.verification.pk) == row.subject_pk:
        # The browser that offers the link: it may do everything already, and keeps its own pass.
        return render(request, "verification/handoff_same.html", {"stage": 2, "onward": next_url(found.verification)})
    if request.method != "POST":
        return render(request, "verification/handoff_open.html", {"stage": 2})
    verification = take_over(token)
    if verification is None:
        return redirect(request.path)
    response = redirect(next_url(verification))
    access.grant(response, verification, scope=access.HANDOFF)
    return response


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """The phone has nothing left to do."""
    return render(request, "verification/handoff_done.html", {"stage": 2})
