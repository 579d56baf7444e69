"""Screen 20: AR24's terms, required to receive the registered letter. Accepting them sends it."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from enrollment.models import Enrollment
from enrollment.services import letter
from enrollment.steps.base import VERIFICATION, EnrollmentStep
from identite.brand import branded_lazy
from identite.funnel import Step
from identite.transitions import TransitionNotAllowed
from verification.models import Mode


class Ar24TermsForm(forms.Form):
    accept = forms.BooleanField(
        label=branded_lazy(
            _(
                "J’accepte les conditions générales %(of_letter_provider)s et de recevoir une lettre recommandée "
                "électronique."
            )
        ),
        error_messages={
            "required": branded_lazy(
                _("Cochez la case\u00a0: sans votre accord, %(letter_provider)s ne peut pas vous envoyer la lettre.")
            )
        },
    )


class Ar24TermsView(EnrollmentStep):
    form_class = Ar24TermsForm

    @classmethod
    def opens(cls, enrollment: Enrollment) -> bool:
        return enrollment.verification_id is None  # then the letter has left

    def form_valid(self, form: Ar24TermsForm) -> HttpResponse:
        try:
            letter.start_online_verification(self.subject, terms_accepted=True)
        except TransitionNotAllowed:
            return self.frozen()
        self.reload()
        return redirect(self.next_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            version=parse_date(settings.AR24_TERMS_VERSION),
            email=self.subject.account.email,
            letter_days=settings.LETTER_LIFETIME_DAYS,
            stage=1,
            **kwargs,
        )


STEP: Step[Enrollment] = Step(
    slug="ar24-terms",
    title=branded_lazy(_("Conditions générales %(of_letter_provider)s")),
    view=Ar24TermsView,
    is_done=lambda enrollment: enrollment.verification_id is not None,
    applies=lambda enrollment: enrollment.mode != Mode.FACE_TO_FACE,
    group=VERIFICATION,
)
