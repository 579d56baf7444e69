"""Screen 10: who the account is for, its terms, «Créer mon compte». The last page: done once there is an account."""

from datetime import date
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from enrollment.accounts import AddressNotProven, AddressTaken, create_account
from enrollment.models import Registration
from enrollment.names import clean_name
from enrollment.registration.base import ACCOUNT, AnswersForm, AnswersView
from identite.brand import branded_lazy
from identite.characters import CharField, visible
from identite.funnel import Step
from verification.identity import Civility

MAX_CHARS = {"civility": 1, "first_name": 256, "last_name": 256}  # of what is kept while it is typed


class NamesForm(AnswersForm):
    civility = forms.ChoiceField(
        label=_("Civilité"),
        choices=Civility.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez «\u00a0Madame\u00a0» ou «\u00a0Monsieur\u00a0».")},
    )
    first_name = CharField(
        label=_("Prénom"),
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": _("Saisissez votre prénom.")},
    )
    last_name = CharField(
        label=_("Nom"),
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages={"required": _("Saisissez votre nom.")},
    )
    commercial_offers = forms.BooleanField(
        label=branded_lazy(_("J’accepte de recevoir par e-mail les offres commerciales %(of_brand_operator)s")),
        required=False,
    )
    accept_terms = forms.BooleanField(
        label=_("J’ai lu et j’accepte les conditions générales du compte"),
        error_messages={"required": _("Pour créer un compte, il faut en accepter les conditions générales.")},
    )

    def clean_first_name(self) -> str:
        return clean_name(self.cleaned_data["first_name"])

    def clean_last_name(self) -> str:
        return clean_name(self.cleaned_data["last_name"])

    def save(self, registration: Registration) -> None:
        for name in ("civility", "first_name", "last_name", "commercial_offers"):
            setattr(registration, name, self.cleaned_data[name])
        registration.terms_version = settings.ACCOUNT_TERMS_VERSION
        create_account(registration)

    def keep(self) -> None:
        """What is typed so far, right or wrong: this page alone shows it, and judges it before there is an account."""
        for name in MAX_CHARS:
            typed = visible(self.data.get(name, ""))
            setattr(self.subject, name, typed[: MAX_CHARS[name]])
        self.subject.save(update_fields=list(MAX_CHARS))


class NamesView(AnswersView):
    form_class = NamesForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "keep" in request.POST:  # by keep.js, while it is typed
            self.get_form().keep()
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: NamesForm) -> HttpResponse:
        form.keep()
        return super().form_invalid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            form.save(self.subject)
        except AddressTaken:
            # Two registrations with one address: its owner has read both codes, so this tells nobody anything.
            return self.render_to_response(self.get_context_data(form=form, taken=True), status=409)
        except AddressNotProven:
            return redirect("registration:start")
        return redirect("login")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(terms_date=date.fromisoformat(settings.ACCOUNT_TERMS_VERSION), **kwargs)


STEP: Step[Registration] = Step(
    slug="names",
    title=_("Vos informations"),
    view=NamesView,
    is_done=lambda registration: registration.account_id is not None,
    group=ACCOUNT,
)
