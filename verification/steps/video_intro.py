"""Screen 26: what the video will ask, before the camera is switched on."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from identite import errors, quotas
from identite.cards import Card
from identite.funnel import Step
from identite.transitions import TransitionNotAllowed
from verification.capture import challenge, reading
from verification.capture.forms import ChallengeForm
from verification.checks.video.challenge import Form
from verification.models import Verification
from verification.views import VerificationStep

CARDS = [
    Card(Form.SPOKEN, _("À voix haute"), _("Vous prononcez chaque chiffre dès qu’il s’affiche."), "img/digits.svg"),
    Card(
        Form.WRITTEN,
        _("Par écrit"),
        _("Vous ne pouvez pas parler\u00a0? Écrivez les chiffres en grand sur une feuille, et montrez-la."),
        "img/paper-digits.svg",
    ),
]


class VideoIntroView(VerificationStep):
    form_class = ChallengeForm

    def get_initial(self) -> dict[str, Any]:
        last = reading.challenge(self.subject)
        return {"form": last.form if last else Form.SPOKEN, "way": "camera"}

    def form_valid(self, form: ChallengeForm) -> HttpResponse:
        try:
            challenge.announce(self.subject, form.cleaned_data["form"], recorded=form.cleaned_data["way"] == "camera")
        except (challenge.VideoLocked, TransitionNotAllowed):
            pass  # the next page says until when, or what became of the file
        except quotas.QuotaExceeded as exceeded:
            return errors.too_many(self.request, exceeded.until)
        reading.forget(self.subject)
        return redirect("verification:video")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cards=CARDS, **kwargs)


STEP: Step[Verification] = Step(
    slug="video-intro",
    title=_("Confirmez votre identité en vidéo"),
    view=VideoIntroView,
    is_done=lambda verification: reading.challenge(verification) is not None,
)
