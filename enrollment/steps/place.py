"""Screen 32: in a post office, or at home with the postman."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from enrollment.models import Enrollment
from enrollment.postal import commune_name
from enrollment.services import place
from enrollment.steps.base import VERIFICATION
from enrollment.steps.meeting import MeetingStep, face_to_face
from identite.cards import Card
from identite.funnel import Step
from verification.face_to_face.models import Place

CARDS = [
    Card(
        Place.OFFICE,
        Place.OFFICE.label,
        _("Sans rendez-vous, aux heures d’ouverture. Vous y allez quand vous voulez, dans le bureau que vous voulez."),
        "img/post-office.svg",
    ),
    Card(
        Place.HOME,
        Place.HOME.label,
        _("Sur rendez-vous, le matin ou l’après-midi. Le facteur passe à votre adresse, vous n’avez pas à sortir."),
        "img/postman.svg",
    ),
]


class PlaceForm(forms.Form):
    place = forms.ChoiceField(
        label=_("Où voulez-vous faire vérifier votre identité\u00a0?"),
        choices=Place.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez un lieu."),
            "invalid_choice": _("Choisissez un lieu."),
        },
    )


class PlaceView(MeetingStep):
    form_class = PlaceForm
    keeps = ("place",)

    def get_initial(self) -> dict[str, Any]:
        return {"place": self.subject.meeting_place}

    def form_valid(self, form: PlaceForm) -> HttpResponse:
        place.choose_place(self.subject, form.cleaned_data["place"])
        return redirect(self.next_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            cards=CARDS,
            commune=commune_name(self.subject.address_commune),
            days=settings.APPOINTMENT_LIFETIME_DAYS,
            **kwargs,
        )


STEP: Step[Enrollment] = Step(
    slug="place",
    title=_("Choisissez le lieu de la vérification"),
    view=PlaceView,
    is_done=lambda enrollment: bool(enrollment.meeting_place),
    applies=face_to_face,
    group=VERIFICATION,
)
