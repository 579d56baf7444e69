"""What the pages of the enrollment share: their subject, their guard, their groups in the side bar."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment import unsent
from enrollment.models import Account, Enrollment, EnrollmentState
from enrollment.services import answers, files
from identite.funnel import Mark, Step, StepMixin, StepView
from verification.face_to_face.agents import is_postal_agent

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
        living = files.living(request.user)
        if living is None and is_postal_agent(request.user):
            return redirect("counter:today")
        return living or files.draft(request.user)

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
    """A step with a form.

    keeps: the fields whose typing is kept until it is sent (`enrollment.unsent`). Never a code or a consent: these are given anew.
    """

    keeps: tuple[str, ...] = ()

    def get_subject(self, request: HttpRequest) -> Enrollment | HttpResponse:
        owner: Account | None = getattr(request, "ended_account", None)
        if request.method == "POST" and self.keeps and owner is not None and owner.is_active:
            self._keep_for(owner)  # and then the login page, which leads back here
        return super().get_subject(request)

    def _keep_for(self, owner: Account) -> None:
        enrollment = files.living(owner)
        if enrollment and self.opens(enrollment) and self.funnel.may_visit(enrollment, self.step):
            unsent.keep(enrollment, self.step.slug, self._typed())

    def _typed(self) -> unsent.Typed:
        return {name: self.request.POST.get(name, "") for name in self.keeps}

    def kept(self) -> unsent.Typed:
        """What the page shows again in its fields."""
        return unsent.typed_on(self.subject, self.step.slug) if self.keeps else {}

    def keep(self) -> None:
        if self.keeps:
            unsent.keep(self.subject, self.step.slug, self._typed())

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if "data" not in kwargs:
            kwargs["initial"] = {**kwargs["initial"], **self.kept()}
        return kwargs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(typed_before=self.request.method == "GET" and bool(self.kept()), **kwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except answers.AnswersFrozen:
            return self.frozen()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "keep" in request.POST:  # by keep.js, while it is typed
            self.keep()
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
        if "leave" in request.POST:  # «Retour», where a link would lose what was typed
            self.keep()
            return redirect(self.get_context_data()["back_url"] or self.next_url())
        answer = super().post(request, *args, **kwargs)
        if answer.status_code == HTTPStatus.FOUND and self.kept():
            unsent.forget(self.subject, self.step.slug)
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        self.keep()
        return super().form_invalid(form)


class AnswerStep(EnrollmentStep):
    """A step whose answers can be changed until «VALIDER»."""

    @classmethod
    def opens(cls, enrollment: Enrollment) -> bool:
        return enrollment.state == EnrollmentState.STARTED
