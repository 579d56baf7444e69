"""Screen 32, for everybody: «Trouver un bureau de poste participant».

What is typed may be an address: it is posted and forgotten. The page that follows knows the commune alone, so no address
of ours, no log and no history holds more.
"""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from identite.characters import CharField
from identite.cog import communes
from identite.cog.communes import Commune
from identite.cog.places import communes_in
from verification.face_to_face.around import FAR_KM, around

MAX_TYPED = 200
CODE = 5  # characters of a commune's code


class PlaceForm(forms.Form):
    """communes: those that the text may mean, once it is valid; at least one."""

    place = CharField(
        label=_("Commune, code postal ou adresse"),
        help_text=_("Par exemple Rennes, 35000, ou 27 rue du Palais, 35000 Rennes. Seule la commune est retenue."),
        max_length=MAX_TYPED,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2", "spellcheck": "false"}),
        error_messages={
            "required": _("Indiquez une commune, un code postal ou une adresse."),
            "max_length": _("Ce texte est trop long. Le code postal ou le nom de la commune suffit."),
        },
    )

    def clean_place(self) -> str:
        text: str = self.cleaned_data["place"]
        self.communes = communes_in(text)
        if not self.communes:
            raise forms.ValidationError(
                _("Nous n’avons reconnu aucune commune. Vérifiez l’orthographe, ou indiquez seulement le code postal."),
                code="unknown",
            )
        return text


class OfficesView(FormView):  # type: ignore[type-arg]  # generic in the stubs only
    """GET ?commune=35238 shows the offices; POST reads the text and leads there, or asks which commune is meant."""

    form_class = PlaceForm
    template_name = "verification/face_to_face/offices.html"

    def form_valid(self, form: Any) -> HttpResponse:
        if len(form.communes) == 1:
            return redirect(f"{address_of(form.communes[0])}#bureaux")
        choices = [(address_of(commune), commune.label) for commune in form.communes]
        return self.render_to_response(self.get_context_data(form=form, choices=choices))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_unknown = "commune" in request.GET and self.commune is None
        context = self.get_context_data(commune=self.commune, is_unknown=is_unknown, far_km=FAR_KM)
        if self.commune is not None:
            context |= around(self.commune.code, self.commune.label)
        return self.render_to_response(context)

    def get_initial(self) -> dict[str, Any]:
        return {"place": self.commune.label} if self.commune else {}

    @cached_property
    def commune(self) -> Commune | None:
        code = self.request.GET.get("commune", "")
        return communes.by_code(code) if len(code) == CODE else None


def address_of(commune: Commune) -> str:
    return f"{reverse('offices')}?{urlencode({'commune': commune.code})}"
