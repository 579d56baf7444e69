"""Screen 19: online or face to face, who each is for. An expired document leaves one of them."""

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.documents import may_go_online, validity_today
from enrollment.models import Enrollment
from enrollment.services import files
from enrollment.steps.base import VERIFICATION, EnrollmentStep
from identite.brand import branded_lazy
from identite.cards import Card
from identite.funnel import Step
from identite.templatetags.dates import long_date
from verification.models import Mode

ONLINE = Card(
    Mode.ONLINE,
    Mode.ONLINE.label,
    branded_lazy(
        gettext_lazy(
            "Pour vous si vous avez un téléphone ou une caméra\u00a0: de chez vous, une lettre recommandée électronique "
            "%(of_letter_provider)s, une photo de la pièce et une courte vidéo de votre visage."
        )
    ),
    "img/online.svg",
)
FACE_TO_FACE = Card(
    Mode.FACE_TO_FACE,
    Mode.FACE_TO_FACE.label,
    gettext_lazy(
        "Pour vous si vous préférez ne pas être filmé(e), si vous n’avez pas de caméra, ou si votre pièce est périmée\u00a0: "
        "dans un bureau de poste, ou chez vous avec le facteur."
    ),
    "img/face-to-face.svg",
)


class ModeForm(forms.Form):
    """closed: why the online way is not open to this document; empty where it is."""

    mode = forms.ChoiceField(
        label=gettext_lazy("Sélectionnez le mode de vérification qui vous convient"),
        choices=Mode.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choisissez un mode de vérification."),
            "invalid_choice": gettext_lazy("Ce mode de vérification n’est pas proposé."),
        },
    )

    def __init__(self, *args: Any, closed: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.closed = closed

    def clean_mode(self) -> str:
        mode: str = self.cleaned_data["mode"]
        if mode == Mode.ONLINE and self.closed:
            raise ValidationError(self.closed, code="closed")
        return mode


class ModeView(EnrollmentStep):
    form_class = ModeForm
    keeps = ("mode",)

    @classmethod
    def opens(cls, enrollment: Enrollment) -> bool:
        return enrollment.verification_id is None  # then a mode has begun

    def get_initial(self) -> dict[str, Any]:
        return {"mode": Mode.FACE_TO_FACE if closed(self.subject) else self.subject.mode}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"closed": closed(self.subject)}

    def form_valid(self, form: ModeForm) -> HttpResponse:
        files.choose_mode(self.subject, form.cleaned_data["mode"])
        return redirect(self.next_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        why = closed(self.subject)
        cards = [FACE_TO_FACE, replace(ONLINE, closed=why)]
        return super().get_context_data(cards=cards, closed=why, **kwargs)


def closed(enrollment: Enrollment) -> str:
    """Why this file's document cannot be verified online; empty where it can."""
    if may_go_online(enrollment):
        return ""
    until = validity_today(enrollment).valid_until
    return _(
        "Fermé pour votre dossier\u00a0: votre pièce était valable jusqu’au %(day)s, et une pièce périmée ne se vérifie "
        "qu’en face à face."
    ) % {"day": long_date(until) if until else ""}


def stands(enrollment: Enrollment) -> bool:
    """A mode that has begun stands; before that, a document that expires closes the online one."""
    if enrollment.mode == Mode.ONLINE:
        return enrollment.verification_id is not None or may_go_online(enrollment)
    return enrollment.mode == Mode.FACE_TO_FACE


STEP: Step[Enrollment] = Step(
    slug="mode",
    title=gettext_lazy("Choisissez le mode de vérification"),
    view=ModeView,
    is_done=stands,
    group=VERIFICATION,
)
