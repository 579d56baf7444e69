"""Screen 25: the photo of the document's back, where it has one."""

from django.utils.translation import gettext_lazy as _

from identite.funnel import Step
from verification.capture import reading
from verification.capture.forms import PhotoForm
from verification.capture.models import CaptureKind
from verification.capture.steps import PhotoStep
from verification.models import Verification


class BackView(PhotoStep):
    form_class = PhotoForm
    kind = CaptureKind.BACK


STEP: Step[Verification] = Step(
    slug="back",
    title=_("Face arrière de votre pièce d’identité"),
    view=BackView,
    is_done=lambda verification: reading.accepted(verification, CaptureKind.BACK) is not None,
    applies=lambda verification: CaptureKind.BACK in reading.sides(verification),
)
