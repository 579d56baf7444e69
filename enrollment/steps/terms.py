"""Screen 12: the terms of the service, dated; a new version asks again. Accepting them begins the file."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from enrollment.models import Enrollment
from enrollment.services import files
from enrollment.steps.base import EnrollmentStep
from identite.brand import branded_lazy
from identite.funnel import Step


class TermsForm(forms.Form):
    accept = forms.BooleanField(
        label=branded_lazy(_("J’ai lu et j’accepte les conditions générales d’utilisation %(of_brand)s.")),
        error_messages={
            "required": _("Cochez la case pour accepter les conditions\u00a0: elles sont nécessaires pour continuer.")
        },
    )


class TermsView(EnrollmentStep):
    form_class = TermsForm

    def get_initial(self) -> dict[str, Any]:
        return {"accept": accepted(self.subject)}

    def form_valid(self, form: TermsForm) -> HttpResponse:
        self.subject = files.accept_terms(self.subject.account)
        return redirect(self.next_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            version=parse_date(settings.SERVICE_TERMS_VERSION),
            renewed=bool(self.subject.terms_version) and not accepted(self.subject),
            days=settings.ENROLLMENT_LIFETIME_DAYS,
            **kwargs,
        )


def accepted(enrollment: Enrollment) -> bool:
    return enrollment.terms_version == settings.SERVICE_TERMS_VERSION


STEP: Step[Enrollment] = Step(
    slug="terms",
    title=_("Conditions générales d’utilisation"),
    view=TermsView,
    is_done=accepted,
    shown=False,
)
