"""Screen 16: which document. Another choice asks again for what belongs to the document."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from enrollment.models import Enrollment
from enrollment.services import answers
from enrollment.steps.base import IDENTITY, AnswerStep
from identite.funnel import Step
from verification import documents
from verification.documents import cards

CARDS = cards(lambda text: text.choice)


class DocumentForm(forms.Form):
    document_kind = forms.ChoiceField(
        label=_("Quelle pièce d’identité allez-vous utiliser\u00a0?"),
        choices=documents.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Gardez-la sous la main\u00a0: vous en recopierez les informations, puis vous la photographierez ou la montrerez."
        ),
        error_messages={
            "required": _("Choisissez une pièce d’identité."),
            "invalid_choice": _("Choisissez une pièce d’identité."),
        },
    )


class DocumentView(AnswerStep):
    form_class = DocumentForm
    keeps = ("document_kind",)

    def get_initial(self) -> dict[str, Any]:
        return {"document_kind": self.subject.document_kind}

    def form_valid(self, form: DocumentForm) -> HttpResponse:
        answers.choose_document(self.subject, form.cleaned_data["document_kind"])
        return redirect(self.next_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cards=CARDS, **kwargs)


STEP: Step[Enrollment] = Step(
    slug="document",
    title=_("Sélectionnez votre pièce d’identité"),
    view=DocumentView,
    is_done=lambda enrollment: bool(enrollment.document_kind),
    group=IDENTITY,
)
