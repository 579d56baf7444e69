"""Finding an appointment: by its reference, or where the message was lost by whose it is and the document she shows."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from identite import dates, quotas, references
from identite.characters import CharField
from verification.face_to_face import finding
from verification.face_to_face.counter.appointment import begin
from verification.face_to_face.counter.base import CounterPage

NOTHING = _("Aucun rendez-vous que vous puissiez tenir ne correspond.")
BIRTH = _("Date de naissance")


class ReferenceForm(forms.Form):
    reference = CharField(
        label=_("Référence du rendez-vous"),
        help_text=_("8\u00a0caractères, par exemple K7RM-2XPD. Elle est sur la convocation et dans l’e-mail."),
        max_length=20,
        error_messages={"required": _("Saisissez la référence du rendez-vous.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_reference(self) -> str:
        """A slip of the pen uses up no try."""
        typed = references.typed(self.cleaned_data["reference"])
        if len(typed) != references.LENGTH:
            raise ValidationError(_("Une référence compte 8\u00a0caractères, par exemple K7RM-2XPD."))
        return typed


class PersonForm(forms.Form):
    birth_name = CharField(
        label=_("Nom de naissance"), max_length=256, error_messages={"required": _("Saisissez le nom de naissance.")}
    )
    birth_day = dates.part(BIRTH, 2)
    birth_month = dates.part(BIRTH, 2)
    birth_year = dates.part(BIRTH, 4)
    document_number = CharField(
        label=_("Numéro de la pièce d’identité présentée"),
        help_text=_("Lu sur la pièce elle-même\u00a0: sans elle, rien de la personne ne s’affiche."),
        max_length=30,
        error_messages={"required": _("Saisissez le numéro de la pièce présentée.")},
    )
    birth_date = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("birth_name", "document_number"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        try:
            parts = (data["birth_day"], data["birth_month"], data["birth_year"])
            self.birth_date = dates.read_presumed(parts, timezone.localdate())
        except ValidationError as wrong:
            self.add_error("birth_day", wrong)
        except KeyError:
            pass  # one of the three has its error
        return data


class SearchView(CounterPage, TemplateView):
    """POST only finds: what was typed stands in no address."""

    template_name = "counter/search.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return self.by_person() if request.POST.get("by") == "person" else self.by_reference()
        except quotas.QuotaExceeded as exceeded:
            return self.render_to_response(self.get_context_data(locked_until=exceeded.until), status=429)

    def by_reference(self) -> HttpResponse:
        form = ReferenceForm(self.request.POST)
        if form.is_valid():
            found = finding.by_reference(self.agent, form.cleaned_data["reference"], device=self.device)
            if found is not None:
                return redirect("counter:appointment", found.pk)
            form.add_error("reference", NOTHING)
        return self.render_to_response(self.get_context_data(reference_form=form))

    def by_person(self) -> HttpResponse:
        """Found so, the meeting begins at once: name, birth date and document stand for the code."""
        form = PersonForm(self.request.POST)
        if form.is_valid():
            data = form.cleaned_data
            found = finding.by_person(
                self.agent, data["birth_name"], form.birth_date, data["document_number"], device=self.device
            )
            if found is not None:
                begun = begin(self.agent, found, without_code=True, device=self.device)
                if isinstance(begun, HttpResponse):
                    return begun
                messages.warning(self.request, str(begun))
                return redirect(reverse("counter:appointment", args=[found.pk]))
            form.add_error(None, NOTHING)
        return self.render_to_response(self.get_context_data(person_form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        usage = quotas.usage(finding.QUOTA, self.agent.account_id)
        forms_ = {"reference_form": ReferenceForm(), "person_form": PersonForm()}
        lock = {"locked_until": usage.until if usage.exceeded else None}
        return super().get_context_data(tries=usage, **(forms_ | lock | kwargs))
