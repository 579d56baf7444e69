"""What the pages of the registration share: their subject, their guard, their groups in the side bar."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from enrollment.models import Registration
from enrollment.registration import cookie
from identite.brand import branded_lazy
from identite.funnel import StepMixin, StepView

PREPARE = _("Avant de commencer")
ACCOUNT = branded_lazy(_("%(brand_account)s"))


class RegistrationStepMixin(StepMixin):
    """The subject is the registration that the cookie names. Who is logged in has a file of their own to go on with."""

    subject: Registration

    def get_subject(self, request: HttpRequest) -> Registration | HttpResponse:
        if request.user.is_authenticated:
            return redirect("enrollment:resume")
        registration = cookie.current(request)
        if registration is None:
            return redirect("registration:start")
        if registration.account_id:
            return redirect("login")
        return registration


class RegistrationStepView(RegistrationStepMixin, StepView):
    """A step of the registration with a form."""


class AnswersForm(forms.Form):
    """A form that begins with the saved answers and writes its fields under the same names."""

    def __init__(self, *args: Any, subject: Registration, **kwargs: Any) -> None:
        self.subject = subject
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.initial.setdefault(name, getattr(subject, name, None))

    def save(self, registration: Registration) -> None:
        for name, value in self.cleaned_data.items():
            setattr(registration, name, value)
        registration.save(update_fields=list(self.cleaned_data))


class AnswersView(RegistrationStepView):
    """A step whose form is an AnswersForm."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"subject": self.subject}
