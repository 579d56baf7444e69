"""Screen 2: what it takes, how long it takes, what to have at hand; two boxes to tick before the first question."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enrollment.models import Registration
from enrollment.registration import cookie
from enrollment.registration.base import PREPARE, AnswersForm, AnswersView
from enrollment.registration.support import offer_qr
from identite import quotas
from identite.errors import too_many
from identite.funnel import Step
from identite.http import client_key


class PrerequisitesForm(AnswersForm):
    of_age = forms.BooleanField(
        label=_("Je suis majeur(e)"),
        error_messages={
            "required": _("Cochez cette case si vous avez 18 ans ou plus\u00a0: le service est réservé aux adultes.")
        },
    )
    has_document = forms.BooleanField(
        label=_(
            "J’ai une pièce d’identité française en cours de validité, ou périmée pour une vérification en face à face"
        ),
        error_messages={
            "required": _("Cochez cette case si vous avez une pièce d’identité française\u00a0: il en faut une.")
        },
    )

    def save(self, registration: Registration) -> None:
        for name, value in self.cleaned_data.items():
            setattr(registration, name, value)
        registration.prerequisites_at = registration.prerequisites_at or timezone.now()
        registration.expires_at = registration.expires_at or cookie.new_end()
        registration.save()


class PrerequisitesView(AnswersView):
    """The one page that can be opened before there is a registration: its form begins one."""

    form_class = PrerequisitesForm

    def get_subject(self, request: HttpRequest) -> Registration | HttpResponse:
        if request.user.is_authenticated:
            return redirect("enrollment:resume")
        registration = cookie.current(request)
        return Registration() if registration is None or registration.account_id else registration

    def form_valid(self, form: Any) -> HttpResponse:
        is_new = self.subject._state.adding
        if is_new:
            try:
                quotas.take("ip_registration", client_key(self.request))
            except quotas.QuotaExceeded as exceeded:
                return too_many(self.request, exceeded.until)
        response = super().form_valid(form)
        if is_new:
            cookie.grant(response, self.subject)
        if not self.subject.support:
            offer_qr(response, self.subject)
        return response


STEP: Step[Registration] = Step(
    slug="prerequisites",
    title=_("Ce qu’il vous faut"),
    view=PrerequisitesView,
    is_done=lambda registration: registration.prerequisites_at is not None,
    group=PREPARE,
)
