"""Original, undamaged, its security marks, and the person of the portrait: a yes or a no for each."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from identite.funnel import Step
from verification.face_to_face import checklist, meetings
from verification.face_to_face.counter.base import MeetingStep
from verification.face_to_face.models import Meeting
from verification.face_to_face.steps import DONE

ANSWERS = (("yes", _("Oui")), ("no", _("Non")))


class ChecklistForm(forms.Form):
    """A field for each point of `points`, under its code."""

    def __init__(self, *args: Any, points: tuple[checklist.Point, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.points = points
        for point in points:
            self.fields[point.code] = forms.ChoiceField(
                label=point.question,
                help_text=point.how,
                choices=ANSWERS,
                widget=forms.RadioSelect,
                error_messages={"required": _("Répondez par oui ou par non.")},
            )

    def rows(self) -> list[tuple[checklist.Point, Any]]:
        return [(point, self[point.code]) for point in self.points]


class ChecklistView(MeetingStep):
    form_class = ChecklistForm

    @property
    def keeps(self) -> tuple[str, ...]:  # type: ignore[override]  # other points for another document
        return tuple(point.code for points in checklist.POINTS.values() for point in points)

    def get_initial(self) -> dict[str, Any]:
        return {code: "yes" if is_so else "no" for code, is_so in self.subject.checklist.items()}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"points": checklist.points_of(self.subject)}

    def write(self, form: ChecklistForm) -> Meeting:
        answers = {code: answer == "yes" for code, answer in form.cleaned_data.items()}
        return meetings.note_checklist(self.subject, answers)


STEP: Step[Meeting] = Step(
    slug="checklist",
    title=_("Examinez la pièce, puis la personne"),
    view=ChecklistView,
    is_done=DONE["checklist"],
)
