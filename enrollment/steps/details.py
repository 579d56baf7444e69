"""Screen 17: what is printed on the document. A search form stands in for the suggestions where JavaScript is off."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from enrollment import identity_form, unsent
from enrollment.documents import validity_today
from enrollment.identity_form import DetailsForm
from enrollment.models import Enrollment
from enrollment.services import answers
from enrollment.steps.base import IDENTITY, AnswerStep
from identite.funnel import Step
from verification.checks.validity import Usability

# Another document has others.
OF_THE_DOCUMENT = ("document_number", "nationality", "issue_", "expiry_")


class DetailsView(AnswerStep):
    form_class = DetailsForm
    keeps = tuple(DetailsForm.base_fields)

    def get_initial(self) -> dict[str, Any]:
        return identity_form.initial(self.subject)

    def kept(self) -> unsent.Typed:
        typed = super().kept()
        if typed.get("kind", "") == self.subject.document_kind:
            return typed
        return {name: value for name, value in typed.items() if not name.startswith(("kind", *OF_THE_DOCUMENT))}

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs() | {"enrollment": self.subject}
        if "data" in kwargs:
            kwargs["data"] = self.request.POST.copy()
            identity_form.spell_out(kwargs["data"])
        return kwargs

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = request.POST.get("search", "")
        if name in identity_form.LOOKUPS:
            return self.search(name)
        return super().post(request, *args, **kwargs)

    def search(self, name: str) -> HttpResponse:
        """Everything typed so far, and a list to choose from; nothing is judged yet."""
        self.keep()
        data = self.request.POST.copy()
        identity_form.spell_out(data, but=name)
        typed: dict[str, Any] = {key: value for key, value in data.items() if key in DetailsForm.base_fields}
        typed["keep_place"] = "keep_place" in data
        form = DetailsForm(initial=typed | {"kind": self.subject.document_kind}, enrollment=self.subject)
        found = identity_form.lookup(name, typed.get(name, ""))
        form.found[name] = found
        return self.render_to_response(self.get_context_data(form=form, searched=name, nothing=not found))

    def form_valid(self, form: DetailsForm) -> HttpResponse:
        answers.write(self.subject, **form.answers())
        return redirect(self.next_url())


def stands(enrollment: Enrollment) -> bool:
    """Complete, and a document that can be used today, if only face to face."""
    if not (enrollment.birth_date and enrollment.document_number and enrollment.issue_date and enrollment.nationality):
        return False
    if enrollment.confirmed_at:
        return True
    return validity_today(enrollment).usability != Usability.NOT_USABLE


STEP: Step[Enrollment] = Step(
    slug="details",
    title=_("Saisissez les informations de la pièce d’identité"),
    view=DetailsView,
    is_done=stands,
    group=IDENTITY,
)
