"""Screen 32: the postal address. Its postal code says the commune; where it has several, one is chosen from them."""

from contextlib import suppress
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment import postal
from enrollment.models import Enrollment
from enrollment.services import appointment as bookings
from enrollment.services import place
from enrollment.steps.base import VERIFICATION
from enrollment.steps.meeting import MeetingStep, face_to_face
from identite.characters import CharField
from identite.funnel import Step
from identite.quotas import QuotaExceeded
from verification.face_to_face.appointments import Full

MAX_TYPED = 100  # beyond a line's own limit, so that the form can say which line is too long
SEVERAL = gettext_lazy("Ce code postal est celui de plusieurs communes\u00a0: choisissez la vôtre.")


class AddressForm(forms.Form):
    """found: the communes of the postal code, where one has to be chosen."""

    street = CharField(
        label=gettext_lazy("Numéro et rue"),
        help_text=gettext_lazy("Par exemple 12 bis rue des Lilas. Sans numéro\u00a0? Le nom de la rue ou du lieu-dit."),
        max_length=MAX_TYPED,
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
        error_messages={"required": gettext_lazy("Saisissez le numéro et le nom de la rue, ou le lieu-dit.")},
    )
    complement = CharField(
        label=gettext_lazy("Complément d’adresse"),
        help_text=gettext_lazy("Bâtiment, escalier, étage, nom sur la boîte aux lettres."),
        required=False,
        max_length=MAX_TYPED,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    postal_code = CharField(
        label=gettext_lazy("Code postal"),
        help_text=gettext_lazy("Outre-mer compris. Il donne la commune."),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric", "class": "digits-5"}),
        error_messages={"required": gettext_lazy("Saisissez votre code postal.")},
    )
    commune = CharField(
        label=gettext_lazy("Commune"),
        required=False,
        max_length=5,
        widget=forms.Select(attrs={"autocomplete": "address-level2"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: list[tuple[str, str]] = []
        code = self["postal_code"].value() or ""
        if postal.POSTAL_CODE.fullmatch(code):
            self._list(code)

    def _list(self, postal_code: str) -> None:
        """Ask for the commune where the postal code does not say which."""
        communes = postal.communes_at(postal_code)
        if len(communes) < 2:
            return
        self.found = [(commune.code, commune.name) for commune in communes]
        field = self.fields["commune"]
        field.required, field.error_messages["required"] = True, SEVERAL
        field.widget.choices = [("", _("Choisissez votre commune")), *self.found]

    def clean_street(self) -> str:
        return postal.clean_street(self.cleaned_data["street"])

    def clean_complement(self) -> str:
        return postal.clean_line(self.cleaned_data["complement"])

    def clean_postal_code(self) -> str:
        return postal.clean_postal_code(self.cleaned_data["postal_code"])

    def clean(self) -> dict[str, Any]:
        code = self.cleaned_data.get("postal_code")
        if code:
            self._list(code)
            self._commune([commune.code for commune in postal.communes_at(code)])
        return self.cleaned_data

    def _commune(self, codes: list[str]) -> None:
        if len(codes) == 1:
            self.cleaned_data["commune"] = codes[0]
        elif self.cleaned_data.get("commune") not in codes and "commune" not in self.errors:
            self.add_error("commune", SEVERAL)


class AddressView(MeetingStep):
    form_class = AddressForm
    keeps = ("street", "complement", "postal_code", "commune")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.subject, f"address_{name}") for name in self.keeps}

    def form_valid(self, form: AddressForm) -> HttpResponse:
        place.set_address(self.subject, **{name: form.cleaned_data[name] for name in self.keeps})
        self.reload()
        self.bring_the_appointment()
        return redirect(self.next_url())

    def bring_the_appointment(self) -> None:
        """Within the same commune the postman comes on the same half-day, to the new address."""
        appointment = place.standing(self.subject)
        slot = appointment.slot if appointment is not None else None
        if slot is None or slot.commune_code != self.subject.address_commune:
            return
        with suppress(Full, QuotaExceeded):  # then another half-day is chosen
            bookings.book(self.subject, day=slot.day, half_day=slot.half_day)
            self.reload()


STEP: Step[Enrollment] = Step(
    slug="address",
    title=gettext_lazy("Indiquez votre adresse postale"),
    view=AddressView,
    is_done=lambda enrollment: bool(enrollment.address_street and enrollment.address_commune),
    applies=face_to_face,
    group=VERIFICATION,
)
