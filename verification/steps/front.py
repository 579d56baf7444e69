"""Screen 25: the photo of the document's front."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from identite.funnel import Step
from verification.capture import reading
from verification.capture.forms import PhotoForm
from verification.capture.models import CaptureKind
from verification.capture.steps import PhotoStep
from verification.checks.kinds import DocumentKind
from verification.documents import DOCUMENTS
from verification.models import Verification


class FrontView(PhotoStep):
    form_class = PhotoForm
    kind = CaptureKind.FRONT

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(document=DOCUMENTS[DocumentKind(self.subject.shown_kind)], **kwargs)


STEP: Step[Verification] = Step(
    slug="front",
    title=_("Face avant de votre pièce d’identité"),
    view=FrontView,
    is_done=lambda verification: reading.accepted(verification, CaptureKind.FRONT) is not None,
)
