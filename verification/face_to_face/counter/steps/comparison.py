"""What the agent read beside what the citizen had typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from identite.funnel import Step
from verification.face_to_face import meetings
from verification.face_to_face.comparison import comparison
from verification.face_to_face.counter.base import MeetingStep
from verification.face_to_face.models import Meeting
from verification.face_to_face.steps import DONE


class ComparisonView(MeetingStep):
    form_class = forms.Form

    def write(self, form: Any) -> Meeting:
        return meetings.note_compared(self.subject)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = comparison(self.subject)
        return super().get_context_data(rows=rows, differ=[row for row in rows if not row.same], **kwargs)


STEP: Step[Meeting] = Step(
    slug="comparison",
    title=_("Comparez"),
    view=ComparisonView,
    is_done=DONE["comparison"],
)
