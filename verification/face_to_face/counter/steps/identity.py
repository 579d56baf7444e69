"""The identity is read back to the person. Of the document nothing is shown yet: the agent has to read it off herself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from identite.funnel import Step
from verification.face_to_face import meetings
from verification.face_to_face.counter.base import MeetingStep
from verification.face_to_face.models import Meeting
from verification.face_to_face.steps import DONE
from verification.review.shown import birth_country, shown


class IdentityView(MeetingStep):
    form_class = forms.Form

    def write(self, form: Any) -> Meeting:
        return meetings.note_identity_read(self.subject)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        typed = self.subject.appointment.verification
        born_in = ", ".join(filter(None, (typed.birth_place, birth_country(typed.birth_country))))
        lines = [
            (_("Civilité"), typed.get_civility_display()),
            (_("Nom de naissance"), typed.birth_name),
            (_("Nom d’usage"), typed.use_name),
            (_("Prénoms"), typed.first_names),
            (_("Date de naissance"), shown("birth_date", typed.birth_date)),
            (_("Lieu de naissance"), born_in),
            (_("Nationalité"), shown("nationality", typed.nationality)),
        ]
        return super().get_context_data(lines=[(name, value) for name, value in lines if value], **kwargs)


STEP: Step[Meeting] = Step(
    slug="identity",
    title=_("Relisez l’identité avec la personne"),
    view=IdentityView,
    is_done=DONE["identity"],
)
