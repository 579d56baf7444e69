"""What the pages of the enrollment share: their subject, their guard, their groups in the side bar."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.models import Enrollment, EnrollmentState
from enrollment.services import answers, files
from identite.funnel import Mark, Step, StepMixin, StepView

MOBILE = gettext_lazy("Numéro de mobile")
IDENTITY = gettext_lazy("Informations d’identité")
VERIFICATION = gettext_lazy("Vérification de votre identité")


class EnrollmentMixin(StepMixin):
    """The subject is the account's living file; before its first answer an unsaved one."""

    subject: Enrollment

    @classmethod
    def opens(cls, enrollment: Enrollment) -> bool:
        """Can the page's answer still be changed? Once it cannot, nothing leads there any more."""
        return True

    def get_subject(self, request: HttpRequest) -> Enrollment | HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.user.is_staff:  # who decides about files has none here
            return redirect("admin:index")
        return files.living(request.user) or files.draft(request.user)

    def guard(self) -> HttpResponseBase | None:
        if not self.opens(self.subject):
            return redirect(self.next_url())
        return super().guard()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(enrollment=self.subject, **kwargs)
        before = self.funnel.before(self.subject, self.step)
        if before and not self._leads_to(before):
            context["back_url"] = ""
        return context

    def side_bar(self) -> list[Mark]:
        return [replace(mark, reachable=mark.reachable and self._leads_to(mark.step)) for mark in super().side_bar()]

    def _leads_to(self, step: Step[Enrollment]) -> bool:
        return issubclass(step.view, EnrollmentMixin) and step.view.opens(self.subject)

    def reload(self) -> None:
        """Read the file again after a service changed it."""
        self.subject = files.living(self.subject.account) or files.draft(self.subject.account)

    def frozen(self) -> HttpResponse:
        """Another tab or device went on meanwhile: say so and show where the file stands."""
        self.reload()
        text = _(
            "Votre dossier a avancé entre-temps, dans un autre onglet ou sur un autre appareil. Voici où il en est."
        )
        messages.info(self.request, text)
        return redirect(self.next_url())


class EnrollmentStep(EnrollmentMixin, StepView):
    """A step with a form."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(request, *args, **kwargs)
        except answers.AnswersFrozen:
            return self.frozen()


class AnswerStep(EnrollmentStep):
    """A step whose answers can be changed until «VALIDER»."""

    @classmethod
    def opens(cls, enrollment: Enrollment) -> bool:
        return enrollment.state == EnrollmentState.STARTED
