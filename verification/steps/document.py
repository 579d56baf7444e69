"""Screen 25: which document is shown, asked again, and how a good photo looks."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from identite.funnel import Step
from verification.capture import storing
from verification.capture.forms import DocumentForm
from verification.documents import cards
from verification.models import Verification
from verification.views import VerificationStep

CARDS = cards(lambda text: text.photos)


class DocumentView(VerificationStep):
    form_class = DocumentForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"confirmed": self.subject.document_kind}

    def get_initial(self) -> dict[str, Any]:
        return {"shown_kind": self.subject.shown_kind or self.subject.document_kind}

    def form_valid(self, form: DocumentForm) -> HttpResponse:
        storing.show_document(self.subject, form.cleaned_data["shown_kind"])
        return redirect(self.next_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cards=CARDS, **kwargs)


STEP: Step[Verification] = Step(
    slug="document",
    title=_("Ajoutez votre pièce d’identité"),
    view=DocumentView,
    is_done=lambda verification: (
        verification.conditions_read_at is not None and verification.shown_kind == verification.document_kind
    ),
)
