"""«Mot de passe oublié»: a mailed link, good once, for half an hour. Nobody finds out here who has an account."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView

from enrollment.accounts import RESET_PURPOSE, change_password
from enrollment.emails import EmailField
from enrollment.models import Account
from enrollment.registration.password import new_password_field
from identite import quotas, tokens
from identite.errors import too_many
from identite.funnel import Text
from identite.http import absolute, client_key
from notifications.services import send_email
from verification.face_to_face.agents import is_postal_agent


class ForgottenForm(forms.Form):
    email = EmailField(label=gettext_lazy("Adresse e-mail de votre compte"), autocomplete="username")


@transaction.atomic
def send_reset_link(email: str) -> None:
    """Mail a link to the account's owner, or to any other address that it has no account. Raises QuotaExceeded."""
    quotas.take("password_reset_send", email)
    account = Account.objects.filter(email_digest=email, is_active=True).first()
    # For an account that does not exist a link is drawn that leads nowhere: the answer takes as long.
    owner = account or Account()
    tokens.revoke(RESET_PURPOSE, owner)
    token = tokens.issue(RESET_PURPOSE, owner, seconds=settings.PASSWORD_RESET_LIFETIME_SECONDS)
    if account is None:
        context: dict[str, Any] = {"start_url": absolute(reverse("registration:start"))}
        send_email("password_reset_unknown", address=email, context=context)
        return
    context = {
        "account": account,
        "reset_url": absolute(reverse("password-reset", args=[token])),
        "minutes": settings.PASSWORD_RESET_LIFETIME_SECONDS // 60,
    }
    send_email("password_reset_asked", address=email, context=context, recipient=account)


class ForgottenView(FormView):  # type: ignore[type-arg]  # generic in the stubs only
    form_class = ForgottenForm
    template_name = "enrollment/password_forgotten.html"
    success_url = reverse_lazy("password-sent")

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            quotas.take("ip_code", client_key(self.request))
        except quotas.QuotaExceeded as exceeded:
            return too_many(self.request, exceeded.until)
        try:
            send_reset_link(form.cleaned_data["email"])
        except quotas.QuotaExceeded as exceeded:
            return self.render_to_response(self.get_context_data(form=form, locked_until=exceeded.until), status=429)
        return super().form_valid(form)


class SentView(TemplateView):
    template_name = "enrollment/password_sent.html"
    extra_context = {"minutes": settings.PASSWORD_RESET_LIFETIME_SECONDS // 60}


class ResetForm(forms.Form):
    password = new_password_field()

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.account)
        return password


class ResetView(FormView):  # type: ignore[type-arg]  # generic in the stubs only
    """GET shows the form and uses nothing up; POST changes the password and ends the link."""

    form_class = ResetForm
    template_name = "enrollment/password_reset.html"
    step_title: Text = gettext_lazy("Nouveau mot de passe")

    def dispatch(self, request: HttpRequest, *args: Any, token: str, **kwargs: Any) -> HttpResponseBase:
        row = tokens.find(RESET_PURPOSE, token)
        account = Account.objects.filter(pk=row.subject_pk, is_active=True).first() if row else None
        if account is None:
            return self._dead(request)
        self.account, self.token = account, token
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"account": self.account}

    def form_valid(self, form: Any) -> HttpResponse:
        if tokens.consume(RESET_PURPOSE, self.token) is None:
            return self._dead(self.request)
        change_password(self.account, form.cleaned_data["password"])
        messages.success(self.request, _("Votre mot de passe est changé. Connectez-vous avec le nouveau."))
        return redirect(self._door())

    def _door(self) -> str:
        """Where this account comes in."""
        if self.account.is_staff:
            return "admin:login"
        return "counter-login" if is_postal_agent(self.account) else "login"

    def _dead(self, request: HttpRequest) -> HttpResponse:
        return render(request, "enrollment/password_reset_dead.html", status=410)
