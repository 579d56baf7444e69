"""Screen 13: the mobile that will carry the identity. A number that holds one already gets the same page."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from enrollment import phones
from enrollment.models import Enrollment
from enrollment.services import mobile
from enrollment.steps.base import MOBILE, AnswerStep
from identite.characters import CharField
from identite.codes.use import CodeNotSent
from identite.errors import too_many
from identite.funnel import Step
from identite.http import client_key
from identite.territories import PREFIXES, prefix_choices

FRANCE = PREFIXES[0]


class MobileForm(forms.Form):
    prefix_code = forms.ChoiceField(
        label=_("Indicatif"),
        choices=prefix_choices,
        initial=FRANCE,
        widget=forms.Select(attrs={"autocomplete": "tel-country-code"}),
    )
    number = CharField(
        label=_("Numéro de mobile"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel-national"}),
        help_text=_("Celui du smartphone qui recevra l’application. Par exemple 06\u00a012\u00a034\u00a056\u00a078."),
        error_messages={"required": _("Saisissez votre numéro de mobile.")},
    )

    def clean_number(self) -> str:
        prefix = self.cleaned_data.get("prefix_code", FRANCE)
        # «0692…» is typed in La Réunion without its prefix: France is only the first place to look.
        return phones.parse_mobile(self.cleaned_data["number"], "" if prefix == FRANCE else prefix)


class MobileView(AnswerStep):
    form_class = MobileForm
    keeps = ("prefix_code", "number")

    def get_initial(self) -> dict[str, Any]:
        number = self.subject.mobile
        if not number:
            with suppress(ValidationError):  # the contact number of the account may be a landline
                number = phones.parse_mobile(self.subject.account.phone) if self.subject.account.phone else ""
        prefix = next((prefix for prefix in PREFIXES if number.startswith(prefix)), FRANCE)
        return {"prefix_code": prefix, "number": phones.national(number) if number else ""}

    def form_valid(self, form: MobileForm) -> HttpResponse:
        number, enrollment = form.cleaned_data["number"], self.subject
        # The code that left a moment ago still counts: going back and forth sends no second one.
        if number == enrollment.mobile and (enrollment.mobile_verified_at or mobile.MOBILE.state(enrollment).usable):
            return redirect(self.next_url())
        try:
            mobile.send_code(enrollment, number, client=client_key(self.request))
        except CodeNotSent as refused:
            if refused.per_client:
                return too_many(self.request, refused.until)
            self.reload()
            if number != self.subject.mobile or not mobile.MOBILE.state(self.subject).usable:
                return self.locked(form, refused.until)
        return redirect(self.next_url())

    def locked(self, form: MobileForm, until: datetime) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, locked_until=until), status=429)


STEP: Step[Enrollment] = Step(
    slug="mobile",
    title=_("Renseignez votre numéro de mobile"),
    view=MobileView,
    is_done=lambda enrollment: bool(enrollment.mobile),
    group=MOBILE,
)
