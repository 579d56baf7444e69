"""Screen 7: the six digits that were mailed. Five wrong tries end a code; a new one leaves after a minute."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from enrollment.models import Registration
from enrollment.registration import codes
from enrollment.registration.base import ACCOUNT, RegistrationStepView
from identite.codes.one_time import CodeResult
from identite.codes.views import CodeMixin
from identite.funnel import Step


class EmailCodeView(CodeMixin, RegistrationStepView):
    use = codes.EMAIL

    def code_row(self) -> Registration:
        return self.subject

    def proven(self) -> bool:
        return self.subject.email_verified_at is not None

    def send_again(self) -> None:
        codes.send_code(self.subject, self.subject.email, client=self.client, again=True)

    def check(self, typed: str) -> CodeResult:
        return codes.check_code(self.subject, typed, client=self.client)

    def go_on(self) -> HttpResponse:
        return redirect(self.next_url())


STEP: Step[Registration] = Step(
    slug="email-code",
    title=_("Code reçu par e-mail"),
    view=EmailCodeView,
    is_done=lambda registration: registration.email_verified_at is not None,
    group=ACCOUNT,
)
