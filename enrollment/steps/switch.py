"""«Passer en face à face»: where the online way fails, or is no longer wanted. Nothing is typed twice."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from enrollment.models import Account
from enrollment.services import files
from enrollment.steps.base import EnrollmentMixin
from identite.transitions import TransitionNotAllowed
from verification.models import Mode, VerificationState


class SwitchView(TemplateView):
    """GET says what becomes of the letter and of the photos; POST gives them up."""

    template_name = "enrollment/face_to_face.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = request.user
        if not isinstance(account, Account):
            return redirect_to_login(request.get_full_path())
        enrollment = files.living(account)
        if account.is_staff or enrollment is None:
            return redirect("enrollment:resume")
        self.enrollment = enrollment
        if not files.may_begin_again(enrollment, Mode.FACE_TO_FACE):
            return redirect("enrollment:resume")
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            enrollment = files.begin_again(self.enrollment, Mode.FACE_TO_FACE)
        except TransitionNotAllowed:
            return redirect("enrollment:resume")
        messages.success(request, _("Vous êtes passé(e) en face à face. Tout ce que vous aviez saisi est gardé."))
        funnel = EnrollmentMixin.funnel
        return redirect(funnel.url(funnel.first_open(enrollment)))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        verification = self.enrollment.verification
        runs = verification is not None and verification.state == VerificationState.OPEN
        return super().get_context_data(
            runs=runs,
            begun=runs and verification.confirmed_at is not None,  # type: ignore[union-attr]
            retention_days=settings.EVIDENCE_RETENTION_DAYS,
            **kwargs,
        )
