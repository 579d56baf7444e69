"""Screen 7: the six digits that were mailed. Five wrong tries end a code; a new one leaves after a minute."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from enrollment.models import Registration
from enrollment.registration import codes
from enrollment.registration.base import ACCOUNT, RegistrationStepView
from identite import quotas
from identite.codes import CodeNotSent, CodeResult
from identite.errors import too_many
from identite.funnel import Step
from identite.http import client_key


class EmailCodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code reçu par e-mail"),
        max_length=20,
        error_messages={
            "required": gettext_lazy("Saisissez le code à 6 chiffres reçu par e-mail."),
            "max_length": gettext_lazy("Le code comporte 6 chiffres, par exemple 123-456."),
        },
    )

    def clean_code(self) -> str:
        """A slip of the pen, such as a missing digit, uses up no try."""
        digits = "".join(character for character in self.cleaned_data["code"] if character not in " -\u00a0\u2011")
        if len(digits) != settings.CODE_DIGITS or not (digits.isascii() and digits.isdecimal()):
            raise forms.ValidationError(_("Le code comporte 6 chiffres, par exemple 123-456."), code="shape")
        return digits


def refusal(result: CodeResult, tries_left: int) -> str:
    """Why a code was not accepted, and what to do."""
    if result == CodeResult.WRONG:
        return ngettext(
            "Ce code n’est pas le bon. Il vous reste %(count)d essai.",
            "Ce code n’est pas le bon. Il vous reste %(count)d essais.",
            tries_left,
        ) % {"count": tries_left}
    if result == CodeResult.EXPIRED:
        return _("Ce code a été envoyé il y a trop longtemps. Un nouveau code est nécessaire.")
    if result == CodeResult.EXHAUSTED:
        return _("Trop d’essais avec ce code\u00a0: il ne peut plus servir. Un nouveau code est nécessaire.")
    return _("Ce code ne peut plus servir. Un nouveau code est nécessaire.")


class EmailCodeView(RegistrationStepView):
    form_class = EmailCodeForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.subject.email_verified_at:  # in another tab, or after «Retour»
            return redirect(self.next_url())
        return self.resend() if "resend" in request.POST else super().post(request, *args, **kwargs)

    def resend(self) -> HttpResponse:
        try:
            codes.send_code(self.request, self.subject, self.subject.email, again=True)
        except CodeNotSent as refused:
            if refused.per_client:
                return too_many(self.request, refused.until)
            # The page says by itself from when on the next code may leave.
            return redirect("registration:email-code")
        messages.success(self.request, _("Un nouveau code vient d’être envoyé. Le précédent ne peut plus servir."))
        return redirect("registration:email-code")

    def form_valid(self, form: Any) -> HttpResponse:
        registration = self.subject
        try:
            quotas.take("ip_code", client_key(self.request))
        except quotas.QuotaExceeded as exceeded:
            return too_many(self.request, exceeded.until)
        result = codes.check(registration, form.cleaned_data["code"])
        if result != CodeResult.RIGHT:
            form.add_error("code", refusal(result, codes.state(registration).tries_left))
            return self.form_invalid(form)
        return redirect(self.next_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        code = codes.state(self.subject)
        sends = quotas.usage("email_code_send", self.subject.email)
        return super().get_context_data(
            code=code,
            usable=bool(code.tries_left and code.expires_at and code.expires_at > now),
            max_tries=settings.EMAIL_CODE_MAX_ATTEMPTS,
            locked_until=sends.until if sends.exceeded else None,
            resend_at=code.resend_at if code.resend_at and code.resend_at > now else None,
            **kwargs,
        )


STEP: Step[Registration] = Step(
    slug="email-code",
    title=gettext_lazy("Code reçu par e-mail"),
    view=EmailCodeView,
    is_done=lambda registration: registration.email_verified_at is not None,
    group=ACCOUNT,
)
