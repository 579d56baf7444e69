"""Screen 25: the photos were accepted."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from identite.funnel import Step
from verification.capture import reading, storing
from verification.capture.results import check_broke
from verification.models import Verification
from verification.views import VerificationStep


class DocumentOkForm(forms.Form):
    def save(self, verification: Verification) -> None:
        storing.pass_document(verification)


class DocumentOkView(VerificationStep):
    form_class = DocumentOkForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = reading.sides(self.subject)
        photos = [reading.accepted(self.subject, kind) for kind in wanted]
        unchecked = any(photo is not None and check_broke(photo) for photo in photos)
        return super().get_context_data(photos=photos, unchecked=unchecked, **kwargs)


STEP: Step[Verification] = Step(
    slug="document-ok",
    title=_("Votre pièce d’identité est conforme"),
    view=DocumentOkView,
    is_done=lambda verification: verification.document_passed_at is not None,
    shown=False,
)
