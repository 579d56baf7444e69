"""Screen 23: by which means the recipient identifies."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from identite.cards import Card
from identite.funnel import Step
from verification.models import Verification
from verification.views import VerificationStep

VISUAL = "visual"


class MeansForm(forms.Form):
    means = forms.ChoiceField(
        label=_("Moyen d’identification"),
        choices=[(VISUAL, _("Identification visuelle"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez un moyen d’identification.")},
    )

    def save(self, verification: Verification) -> None:
        verification.means = self.cleaned_data["means"]
        verification.save(update_fields=["means"])


class MeansView(VerificationStep):
    form_class = MeansForm

    extra_context = {
        "cards": [
            Card(
                VISUAL,
                _("Identification visuelle"),
                _("Sécurisée et rapide\u00a0: une photo de votre pièce, une courte vidéo de votre visage."),
                "img/video.svg",
                _("Recommandé pour vous"),
            )
        ]
    }

    def get_initial(self) -> dict[str, Any]:
        return {"means": self.subject.means or VISUAL}


STEP: Step[Verification] = Step(
    slug="means",
    title=_("Choisissez un moyen d’identification"),
    view=MeansView,
    is_done=lambda verification: bool(verification.means),
)
