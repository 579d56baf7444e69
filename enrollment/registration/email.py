"""Screen 6: the identifier, an e-mail address.

Nobody can find out here who has an account: a known address leads to the same page, and its owner gets another mail.
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from enrollment.emails import EmailField
from enrollment.models import Registration
from enrollment.registration.base import ACCOUNT, AnswersForm, AnswersView
from enrollment.registration.codes import send_code
from identite.codes.use import CodeNotSent
from identite.errors import too_many
from identite.funnel import Step
from identite.http import client_key


class EmailForm(AnswersForm):
    email = EmailField(label=_("Adresse e-mail"), autocomplete="email")


class EmailView(AnswersView):
    form_class = EmailForm

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            send_code(self.subject, form.cleaned_data["email"], client=client_key(self.request))
        except CodeNotSent as refused:
            if refused.per_client:
                return too_many(self.request, refused.until)
            return self.render_to_response(self.get_context_data(form=form, locked_until=refused.until), status=429)
        self.subject.refresh_from_db()
        return redirect(self.next_url())


STEP: Step[Registration] = Step(
    slug="email",
    title=_("Identifiant"),
    view=EmailView,
    is_done=lambda registration: bool(registration.email),
    group=ACCOUNT,
)
