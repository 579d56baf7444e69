"""Screen 21: the letter's mail is on its way. The page follows what happens to it, and can be closed."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.mailboxes import mailbox
from enrollment.models import Enrollment
from enrollment.services import letter
from enrollment.steps.base import VERIFICATION, EnrollmentStep
from enrollment.steps.state import token
from identite import quotas
from identite.brand import branded_lazy
from identite.funnel import Step
from identite.transitions import TransitionNotAllowed
from verification.models import Mode, VerificationState
from verification.views import next_url


class ResendForm(forms.Form):
    """One button."""


class LetterSentView(EnrollmentStep):
    form_class = ResendForm

    @classmethod
    def opens(cls, enrollment: Enrollment) -> bool:
        """Once the identification was sent, or the letter ended, the file's own page says how it goes on."""
        return enrollment.verification is not None and enrollment.verification.state == VerificationState.OPEN

    def form_valid(self, form: ResendForm) -> HttpResponse:
        try:
            letter.resend(self.subject)
        except quotas.LimitReached:
            return redirect(self.funnel.url(self.step))  # the page shows until when
        except TransitionNotAllowed:
            return self.frozen()
        messages.success(
            self.request, _("L’e-mail vient d’être renvoyé à %(email)s.") % {"email": self.subject.account.email}
        )
        return redirect(self.funnel.url(self.step))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        verification = self.subject.verification
        going_on = ""
        if verification is not None and verification.confirmed_at is not None:
            going_on = next_url(verification)
        return super().get_context_data(
            verification=verification,
            letter=verification.letter if verification else None,
            mailbox=mailbox(self.subject.account.email),
            resend_at=self.resend_at(),
            locked_until=self.locked_until(),
            identification_url=going_on,
            poll_url=reverse("enrollment:state"),
            poll_state=token(self.subject),
            stage=1,
            **kwargs,
        )

    def locked_until(self) -> datetime | None:
        used = quotas.usage("letter_resend", self.subject.pk)
        return used.until if used.exceeded else None

    def resend_at(self) -> datetime | None:
        """When the mail may be sent once more; None when now."""
        last = letter.mailed_at(self.subject)
        until = last + timedelta(seconds=settings.CODE_RESEND_DELAY_SECONDS) if last else None
        return until if until and until > timezone.now() else None


STEP: Step[Enrollment] = Step(
    slug="letter-sent",
    title=branded_lazy(gettext_lazy("Vous allez recevoir un e-mail %(of_letter_provider)s")),
    view=LetterSentView,
    is_done=lambda enrollment: enrollment.verification is not None and not LetterSentView.opens(enrollment),
    applies=lambda enrollment: enrollment.mode != Mode.FACE_TO_FACE,
    group=VERIFICATION,
)
