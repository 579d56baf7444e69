"""Screen 15: only holders of a French document can go on; the others are told so, and can come back."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enrollment.models import Enrollment
from enrollment.services import answers
from enrollment.steps.base import IDENTITY, AnswerStep
from identite.funnel import Step
from verification import documents

YES, NO = "yes", "no"


class FrenchDocumentForm(forms.Form):
    french_document = forms.ChoiceField(
        label=_("Avez-vous une pièce d’identité française en cours de validité\u00a0?"),
        choices=((YES, _("Oui")), (NO, _("Non"))),
        widget=forms.RadioSelect,
        help_text=format_lazy(
            _(
                "Délivrée par la France\u00a0: {documents}. Périmée, elle peut encore servir en face à face\u00a0: répondez oui."
            ),
            documents=lazy(documents.accepted, str)(),
        ),
        error_messages={
            "required": _("Répondez par oui ou par non."),
            "invalid_choice": _("Répondez par oui ou par non."),
        },
    )


class FrenchDocumentView(AnswerStep):
    form_class = FrenchDocumentForm
    keeps = ("french_document",)

    def get_initial(self) -> dict[str, Any]:
        answer = self.subject.french_document
        return {} if answer is None else {"french_document": YES if answer else NO}

    def form_valid(self, form: FrenchDocumentForm) -> HttpResponse:
        answers.write(self.subject, french_document=form.cleaned_data["french_document"] == YES)
        return redirect(self.next_url())


STEP: Step[Enrollment] = Step(
    slug="french-document",
    title=_("Votre pièce d’identité"),
    view=FrenchDocumentView,
    is_done=lambda enrollment: enrollment.french_document is True,
    group=IDENTITY,
)
