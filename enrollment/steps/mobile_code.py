"""Screen 14: the code received by SMS proves that the number is the citizen's."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from enrollment import phones
from enrollment.models import Enrollment
from enrollment.services import answers, mobile
from enrollment.steps.base import MOBILE, AnswerStep
from identite.codes import CodeNotSent, CodeResult
from identite.errors import too_many
from identite.funnel import Step
from identite.http import client_key

EXPIRED = _("Ce code n’est plus valable. Demandez-en un nouveau.")
EXHAUSTED = _("Ce code a été essayé trop de fois et ne peut plus servir. Demandez-en un nouveau.")


class MobileCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code de vérification du mobile"),
        max_length=11,
        help_text=_("Six chiffres, reçus par SMS."),
        error_messages={"required": _("Saisissez le code à six chiffres reçu par SMS.")},
    )

    def clean_code(self) -> str:
        digits = "".join(character for character in self.cleaned_data["code"] if character not in " -\u00a0")
        if len(digits) != 6 or not digits.isdecimal() or not digits.isascii():
            raise forms.ValidationError(_("Le code est fait de six chiffres, par exemple 123-456."))
        return digits


class MobileCodeView(AnswerStep):
    form_class = MobileCodeForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "resend" in request.POST:
            return self.resend()
        return super().post(request, *args, **kwargs)

    def resend(self) -> HttpResponse:
        try:
            mobile.send_mobile_code(self.subject, self.subject.mobile, client=client_key(self.request))
        except CodeNotSent as refused:
            if refused.per_client:
                return too_many(self.request, refused.until)
            # The page itself shows until when.
        except answers.AnswersFrozen:
            return self.frozen()
        else:
            messages.success(self.request, _("Un nouveau code vient de partir par SMS. L’ancien ne sert plus."))
        return redirect(self.funnel.url(self.step))

    def form_valid(self, form: MobileCodeForm) -> HttpResponse:
        if self.subject.mobile_verified_at:
            return redirect(self.next_url())
        result = mobile.check_mobile_code(self.subject, form.cleaned_data["code"])
        if result == CodeResult.RIGHT:
            return redirect(self.next_url())
        if result == CodeResult.WRONG:
            left = mobile.mobile_code_state(self.subject).tries_left
            text = ngettext(
                "Ce n’est pas le bon code. Il vous reste %(left)s essai.",
                "Ce n’est pas le bon code. Il vous reste %(left)s essais.",
                left,
            )
            form.add_error("code", text % {"left": left})
        else:
            form.add_error("code", EXHAUSTED if result == CodeResult.EXHAUSTED else EXPIRED)
        return self.form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            number=phones.display(self.subject.mobile),
            code=mobile.mobile_code_state(self.subject),
            locked_until=mobile.mobile_sends_locked_until(self.subject),
            **kwargs,
        )


STEP: Step[Enrollment] = Step(
    slug="mobile-code",
    title=_("Saisissez le code de vérification reçu par SMS"),
    view=MobileCodeView,
    is_done=lambda enrollment: enrollment.mobile_verified_at is not None,
    group=MOBILE,
)
