"""Screen 32: which post office. A wish: any that takes part will do, on any day within the term."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from enrollment.models import Enrollment
from enrollment.steps.base import VERIFICATION
from enrollment.steps.meeting import BookingStep, face_to_face, is_booked
from identite.characters import CharField
from identite.cog import communes
from identite.cog.communes import Commune
from identite.funnel import Step
from verification.face_to_face.around import FAR_KM, around
from verification.face_to_face.models import Office, Place
from verification.face_to_face.offices import TAKING_PART
from verification.face_to_face.public import PlaceForm

GONE = _("Ce bureau ne participe plus à la vérification d’identité. Choisissez-en un autre dans la liste.")


class OfficeForm(forms.Form):
    office = CharField(
        label=_("Bureau de poste"),
        max_length=12,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez un bureau de poste dans la liste.")},
    )

    def clean_office(self) -> Office:
        office = Office.objects.filter(TAKING_PART, identifier=self.cleaned_data["office"]).first()
        if office is None:
            raise ValidationError(GONE, code="gone")
        return office


class OfficeView(BookingStep):
    """GET ?commune=35238 lists the offices around another commune than that of the address."""

    form_class = OfficeForm
    keeps = ("office",)
    full, asked = GONE, "office"

    def get_initial(self) -> dict[str, Any]:
        appointment = getattr(self.subject.verification, "appointment", None)
        return {"office": appointment.office.identifier if appointment and appointment.office else ""}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.search() if "search" in request.POST else super().post(request, *args, **kwargs)

    def search(self) -> HttpResponse:
        """The text is read and forgotten: the page that follows knows the commune alone."""
        search = PlaceForm(self.request.POST)
        if not search.is_valid():
            return self.render_to_response(self.get_context_data(search=search, form=self.unbound()))
        if len(search.communes) == 1:
            return redirect(f"{self.around(search.communes[0])}#bureaux")
        choices = [(self.around(commune), commune.label) for commune in search.communes]
        return self.render_to_response(self.get_context_data(search=search, choices=choices, form=self.unbound()))

    def unbound(self) -> OfficeForm:
        return OfficeForm(initial=self.get_initial())

    def around(self, commune: Commune) -> str:
        return f"{self.funnel.url(self.step)}?{urlencode({'commune': commune.code})}"

    def form_valid(self, form: OfficeForm) -> HttpResponse:
        return self.book(form, office=form.cleaned_data["office"])

    @cached_property
    def commune(self) -> Commune | None:
        """Around which one offices are listed: the one that was searched, else that of the address."""
        code = self.request.GET.get("commune", "")
        return communes.by_code(code) or communes.by_code(self.subject.address_commune)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        commune = self.commune
        if commune is not None:
            context |= around(commune.code, commune.label)
        form = context["form"]
        return {
            "search": PlaceForm(),
            "chosen": form["office"].value(),
            "commune": commune,
            "far_km": FAR_KM,
        } | context


STEP: Step[Enrollment] = Step(
    slug="office",
    title=_("Choisissez un bureau de poste"),
    view=OfficeView,
    is_done=lambda enrollment: is_booked(enrollment, Place.OFFICE),
    applies=lambda enrollment: face_to_face(enrollment) and enrollment.meeting_place == Place.OFFICE,
    group=VERIFICATION,
)
