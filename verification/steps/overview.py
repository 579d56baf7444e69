"""Screen 24: what the citizen will do, before anything is asked."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identite.funnel import Step
from verification.documents import drawing
from verification.models import Verification
from verification.views import VerificationStep


class OverviewForm(forms.Form):
    def save(self, verification: Verification) -> None:
        if verification.overview_seen_at is None:
            verification.overview_seen_at = timezone.now()
            verification.save(update_fields=["overview_seen_at"])


class OverviewView(VerificationStep):
    form_class = OverviewForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(document_drawing=drawing(self.subject.document_kind), **kwargs)


STEP: Step[Verification] = Step(
    slug="overview",
    title=_("Ce que vous allez devoir faire"),
    view=OverviewView,
    is_done=lambda verification: verification.overview_seen_at is not None,
)
