"""Screen 9: a mobile or landline at which the citizen can be helped; not the mobile that will carry the identity."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.models import Registration
from enrollment.phones import display, parse_contact
from enrollment.registration.base import ACCOUNT, AnswersForm, AnswersView
from identite.characters import CharField
from identite.funnel import Step


class PhoneForm(AnswersForm):
    phone = CharField(
        label=_("Numéro de mobile ou fixe"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel"}),
        help_text=_(
            "En France ou en Outre-mer, par exemple 06\u00a012\u00a034\u00a056\u00a078 "
            "ou +262\u00a0692\u00a012\u00a034\u00a056."
        ),
        error_messages={
            "required": _("Saisissez un numéro de téléphone."),
            "max_length": _("Ce numéro est trop long."),
        },
    )

    def __init__(self, *args: Any, subject: Registration, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, **kwargs)
        if subject.phone:
            self.initial["phone"] = display(subject.phone)

    def clean_phone(self) -> str:
        return parse_contact(self.cleaned_data["phone"])


class PhoneView(AnswersView):
    form_class = PhoneForm


STEP: Step[Registration] = Step(
    slug="phone",
    title=_("Téléphone de contact"),
    view=PhoneView,
    is_done=lambda registration: bool(registration.phone),
    group=ACCOUNT,
)
