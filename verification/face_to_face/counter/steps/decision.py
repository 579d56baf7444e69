"""The decision, confirmed with the agent's own password: who found the session open decides nothing."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from identite import unsent
from identite.funnel import Step
from verification.face_to_face import checklist, meetings
from verification.face_to_face.comparison import comparison
from verification.face_to_face.counter.base import MeetingMixin, MeetingStep
from verification.face_to_face.counter.steps.photos import sheets_of
from verification.face_to_face.models import Meeting, MeetingState, Place
from verification.face_to_face.steps import DONE
from verification.models import Mode
from verification.review.reasons import reasons_of

OWN = _("Ce rendez-vous est le vôtre : un ou une collègue doit s’en occuper. Votre essai est inscrit au journal.")
ACCEPT, REFUSE, ABSENT = "accept", "refuse", "absent"
NAMES = {
    ACCEPT: _("J’accepte l’identité"),
    REFUSE: _("Je refuse l’identité"),
    ABSENT: _("La personne est absente"),
}


def open_to(meeting: Meeting) -> list[str]:
    """Which decisions can be taken as it stands."""
    if not DONE["code"](meeting):
        return [ABSENT] if meeting.appointment.place == Place.HOME else []
    complete = all(done(meeting) for done in DONE.values()) and not checklist.missed(meeting)
    return [ACCEPT, REFUSE] if complete else [REFUSE]


class DecisionForm(forms.Form):
    """password_is_right: set by the room that knows passwords and counts the wrong ones.

    It raises ValidationError while none is looked at.
    """

    password_is_right: Callable[[HttpRequest, str], bool]

    decision = forms.ChoiceField(
        label=_("Votre décision"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez votre décision.")},
    )
    reasons = forms.MultipleChoiceField(
        label=_("Motifs du refus, dits à la personne"), required=False, widget=forms.CheckboxSelectMultiple
    )
    password = forms.CharField(
        label=_("Votre mot de passe"),
        help_text=_("Une fois encore\u00a0: il confirme que c’est bien vous qui décidez."),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={
            "required": _("Saisissez votre mot de passe."),
            "max_length": _("Ce mot de passe est trop long."),
        },
    )

    def __init__(self, *args: Any, request: HttpRequest, decisions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        fields: dict[str, Any] = self.fields
        fields["decision"].choices = [(code, NAMES[code]) for code in decisions]
        fields["reasons"].choices = [(reason.code, reason.name) for reason in reasons_of(Mode.FACE_TO_FACE)]
        if len(decisions) == 1:
            fields["decision"].initial = decisions[0]
        if REFUSE not in decisions:
            del fields["reasons"]

    def clean(self) -> dict[str, Any]:
        """The password is looked at last: a slip elsewhere costs no try."""
        data = super().clean() or {}
        if data.get("decision") == REFUSE and not data.get("reasons"):
            self.add_error("reasons", _("Choisissez au moins un motif : la personne doit savoir quoi faire."))
        if not self.errors:
            try:
                if not type(self).password_is_right(self.request, data["password"]):
                    raise ValidationError(_("Ce mot de passe est incorrect."))
            except ValidationError as refused:
                self.add_error("password", refused)
        return data


class DecisionView(MeetingStep):
    form_class = DecisionForm
    keeps = ("decision", "reasons")

    def guard(self) -> HttpResponseBase | None:
        """Refusing and breaking off are possible from any page."""
        return redirect(self.done_url()) if self.subject.state != MeetingState.OPEN else None

    def typed(self) -> unsent.Typed:
        return super().typed() | {"reasons": " ".join(self.request.POST.getlist("reasons"))}

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs() | {"request": self.request, "decisions": open_to(self.subject)}
        initial = kwargs["initial"]
        return kwargs | {"initial": initial | {"reasons": str(initial.get("reasons", "")).split()}}

    def form_valid(self, form: DecisionForm) -> HttpResponse:
        data = form.cleaned_data
        try:
            if data["decision"] == ACCEPT:
                meetings.accept(self.subject)
            elif data["decision"] == REFUSE:
                meetings.refuse(self.subject, data["reasons"])
            else:
                meetings.absent(self.subject)
        except meetings.OwnMeeting:
            raise PermissionDenied(OWN) from None
        return redirect(self.done_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        meeting = self.subject
        rows = comparison(meeting) if DONE["document"](meeting) else []
        return super().get_context_data(
            decisions=open_to(meeting),
            differ=[row for row in rows if not row.same],
            missed=checklist.missed(meeting),
            sheets=sheets_of(meeting) if DONE["photos"](meeting) else [],
            stands_at=MeetingMixin.next_url(self),
            **kwargs,
        )


STEP: Step[Meeting] = Step(
    slug="decision",
    title=_("Décidez"),
    view=DecisionView,
    is_done=lambda meeting: meeting.state != MeetingState.OPEN,
)
