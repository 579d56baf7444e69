"""Kind, number and expiry, typed off the document before the agent sees what the citizen had typed."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from identite import dates
from identite.characters import CharField
from identite.funnel import Step
from verification import documents
from verification.checks.kinds import KINDS, DocumentKind
from verification.documents import DOCUMENTS
from verification.face_to_face import meetings
from verification.face_to_face.comparison import normalize_number
from verification.face_to_face.counter.base import MeetingStep
from verification.face_to_face.models import Meeting
from verification.face_to_face.steps import DONE

EXPIRY = _("Date d’expiration")


class DocumentForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Quelle pièce la personne présente-t-elle\u00a0?"),
        choices=documents.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez la pièce présentée.")},
    )
    number = CharField(
        label=_("Numéro de la pièce"),
        help_text=_(
            "Lettres et chiffres comme ils sont imprimés. Le zéro n’est pas la lettre O, le un n’est pas la lettre I."
        ),
        max_length=30,
        error_messages={"required": _("Saisissez le numéro imprimé sur la pièce.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    expiry_day = dates.part(EXPIRY, 2)
    expiry_month = dates.part(EXPIRY, 2)
    expiry_year = dates.part(EXPIRY, 4)
    expiry: date

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        try:
            self.expiry = dates.read((data["expiry_day"], data["expiry_month"], data["expiry_year"]))
        except ValidationError as wrong:
            self.add_error("expiry_day", wrong)
        except KeyError:
            pass  # one of the three has its error
        kind, number = data.get("kind"), normalize_number(data.get("number", ""))
        if kind and data.get("number") and not KINDS[DocumentKind(kind)].has_number(number):
            self.add_error("number", str(DOCUMENTS[DocumentKind(kind)].number_error))
        return data


class DocumentView(MeetingStep):
    form_class = DocumentForm
    keeps = tuple(DocumentForm.base_fields)

    def get_initial(self) -> dict[str, Any]:
        day, month, year = dates.split(self.subject.expiry_date)
        return {
            "kind": self.subject.document_kind,
            "number": self.subject.document_number,
            "expiry_day": day,
            "expiry_month": month,
            "expiry_year": year,
        }

    def write(self, form: DocumentForm) -> Meeting:
        data = form.cleaned_data
        return meetings.note_document(self.subject, kind=data["kind"], number=data["number"], expiry=form.expiry)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            cards=documents.cards(lambda text: text.photos), was_compared=self.subject.compared_at is not None, **kwargs
        )


STEP: Step[Meeting] = Step(
    slug="document",
    title=_("Saisissez la pièce présentée"),
    view=DocumentView,
    is_done=DONE["document"],
)
