"""Screen 3: go on with the phone, through a QR code, or here in the browser.

The QR code holds a link that is good once, for a quarter of an hour. Its page changes nothing until its button is
pressed, so that a scanner that opens addresses uses nothing up. The browser that asked for the code keeps the link's
token in a cookie: the page can be shown again without drawing a new one.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from enrollment.models import Registration
from enrollment.registration import cookie
from enrollment.registration.base import PREPARE, AnswersForm, AnswersView
from identite import cookies, qr, tokens
from identite.funnel import Step
from identite.http import absolute

QR_PURPOSE = QR_COOKIE = "registration-qr"
WEB, APP = "web", "app"


def offer_qr(response: HttpResponseBase, registration: Registration) -> None:
    """Draw a new link for the phone; the one before it ends."""
    tokens.revoke(QR_PURPOSE, registration)
    seconds = settings.HANDOFF_LIFETIME_SECONDS
    cookies.put(response, QR_COOKIE, tokens.issue(QR_PURPOSE, registration, seconds=seconds), seconds=seconds)


class SupportForm(AnswersForm):
    support = forms.ChoiceField(label=_("Support"), choices=((WEB, WEB),))


class SupportView(AnswersView):
    form_class = SupportForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "new_qr" in request.POST:
            response = redirect("registration:support")
            offer_qr(response, self.subject)
            return response
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        raw = cookies.read(self.request, QR_COOKIE)
        token = tokens.find(QR_PURPOSE, raw)
        code: dict[str, Any] = {}
        if token is not None and token.subject_pk == str(self.subject.pk):
            address = absolute(reverse("registration:phone-link", args=[raw]))
            code = {"qr": qr.drawn(address), "qr_address": address, "qr_until": token.expires_at}
        return super().get_context_data(**code, **kwargs)


class PhoneLinkView(View):
    """Where the QR code leads: the same registration goes on here."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        row = tokens.find(QR_PURPOSE, token)
        return render(request, "registration/phone_link.html", {"usable": row is not None}, status=200 if row else 410)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        row = tokens.consume(QR_PURPOSE, token)
        registration = Registration.objects.filter(pk=row.subject_pk, account=None).first() if row else None
        if registration is None:
            return render(request, "registration/phone_link.html", {"usable": False}, status=410)
        registration.support = APP
        registration.save(update_fields=["support"])
        response = redirect("registration:start")
        cookie.grant(response, registration)
        return response


STEP: Step[Registration] = Step(
    slug="support",
    title=_("Choix du support"),
    view=SupportView,
    is_done=lambda registration: bool(registration.support),
    group=PREPARE,
)
