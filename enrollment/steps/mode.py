"""Screen 19: how the identity is verified. Only the online way is offered so far, and the page says so."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from enrollment.models import Enrollment
from enrollment.services import files
from enrollment.steps.base import VERIFICATION, EnrollmentStep
from identite.brand import branded_lazy
from identite.cards import Card
from identite.funnel import Step
from verification.models import Mode

CARDS = [
    Card(
        Mode.ONLINE,
        _("En ligne"),
        branded_lazy(
            _(
                "De chez vous\u00a0: une lettre recommandée électronique %(of_letter_provider)s, une photo de la pièce "
                "et une vidéo."
            )
        ),
        "img/online.svg",
    )
]


class ModeForm(forms.Form):
    mode = forms.ChoiceField(
        label=_("Sélectionnez le mode de vérification qui vous convient"),
        choices=[(Mode.ONLINE.value, Mode.ONLINE.label)],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez un mode de vérification."),
            "invalid_choice": _("Ce mode de vérification n’est pas proposé."),
        },
    )


class ModeView(EnrollmentStep):
    form_class = ModeForm
    keeps = ("mode",)

    @classmethod
    def opens(cls, enrollment: Enrollment) -> bool:
        return enrollment.verification_id is None  # then a mode has begun

    def get_initial(self) -> dict[str, Any]:
        return {"mode": self.subject.mode or Mode.ONLINE}

    def form_valid(self, form: ModeForm) -> HttpResponse:
        files.choose_mode(self.subject, form.cleaned_data["mode"])
        return redirect(self.next_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cards=CARDS, **kwargs)


STEP: Step[Enrollment] = Step(
    slug="mode",
    title=_("Choisissez le mode de vérification"),
    view=ModeView,
    is_done=lambda enrollment: bool(enrollment.mode),
    group=VERIFICATION,
)
