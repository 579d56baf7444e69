"""Screen 14: the code received by SMS proves that the number is the citizen's."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from enrollment import phones
from enrollment.models import Enrollment
from enrollment.services import mobile
from enrollment.steps.base import MOBILE, AnswerStep
from identite.codes.one_time import CodeResult
from identite.codes.views import CodeMixin
from identite.funnel import Step


class MobileCodeView(CodeMixin, AnswerStep):
    use = mobile.MOBILE

    def code_row(self) -> Enrollment:
        return self.subject

    def proven(self) -> bool:
        return self.subject.mobile_verified_at is not None

    def send_again(self) -> None:
        mobile.send_code(self.subject, self.subject.mobile, client=self.client)

    def check(self, typed: str) -> CodeResult:
        return mobile.check_code(self.subject, typed, client=self.client)

    def go_on(self) -> HttpResponse:
        return redirect(self.next_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(number=phones.display(self.subject.mobile), **kwargs)


STEP: Step[Enrollment] = Step(
    slug="mobile-code",
    title=_("Saisissez le code de vérification reçu par SMS"),
    view=MobileCodeView,
    is_done=lambda enrollment: enrollment.mobile_verified_at is not None,
    group=MOBILE,
)
