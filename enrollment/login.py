"""Screen 11: login, logout."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, View

from enrollment import accounts
from enrollment.emails import EmailField
from enrollment.models import Account
from enrollment.registration import cookie
from identite import cookies, quotas, tokens
from identite.errors import too_many
from identite.http import client_key
from identite.middleware import ENDED_COOKIE
from verification import access
from verification.face_to_face.agents import is_postal_agent


def safe_next(request: HttpRequest) -> str:
    """Where to go after the login: the page that asked for it if it is one of ours, else the citizen's file."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse(settings.LOGIN_REDIRECT_URL)


class LoginForm(forms.Form):
    email = EmailField(label=gettext_lazy("Adresse e-mail"), autocomplete="username")
    password = forms.CharField(
        label=gettext_lazy("Mot de passe"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={
            "required": gettext_lazy("Saisissez votre mot de passe."),
            "max_length": gettext_lazy("Ce mot de passe est trop long."),
        },
    )


class LoginView(FormView):  # type: ignore[type-arg]  # generic in the stubs only
    """The answers are the same for an address without account: its tries are counted, its lock has an hour."""

    form_class = LoginForm
    template_name = "enrollment/login.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return redirect(safe_next(request))
        registration = cookie.current(request)
        self.created: Account | None = registration.account if registration else None
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"email": self.created.email} if self.created else {}

    def form_valid(self, form: Any) -> HttpResponse:
        email: str = form.cleaned_data["email"]
        password: str = form.cleaned_data["password"]
        try:
            tried = accounts.try_password(email, password, client=client_key(self.request))
        except quotas.QuotaExceeded as exceeded:
            return too_many(self.request, exceeded.until)
        except accounts.Paused as paused:
            return self._wait(form, paused.pause)
        if tried.account is None:
            form.add_error(None, self._refusal(tried.left))
        elif tried.account.is_staff or is_postal_agent(tried.account):
            # Said to who knows the password, and so to nobody who asks which addresses are agents'.
            address = reverse("admin:login" if tried.account.is_staff else "counter-login")
            form.add_error(None, _("Ce compte est celui d’un agent : connectez-vous à l’adresse %s.") % address)
        else:
            return self._enter(tried.account, password)
        return self.form_invalid(form)

    def _refusal(self, left: int) -> str:
        wrong = _("L’adresse e-mail ou le mot de passe est incorrect.")
        warning = ngettext(
            "Il vous reste %(count)d essai avant un blocage temporaire.",
            "Il vous reste %(count)d essais avant un blocage temporaire.",
            left,
        ) % {"count": left}
        return f"{wrong} {warning}"

    def _wait(self, form: LoginForm, pause: accounts.Pause) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, pause=pause), status=429)

    def _enter(self, account: Account, password: str) -> HttpResponse:
        if account.last_login is None and _resembles(password, account):
            # The names were typed after the password: only now can the two be compared.
            warning = _("Votre mot de passe ressemble trop à votre nom. Choisissez-en un autre pour continuer.")
            messages.warning(self.request, warning)
            token = tokens.issue(accounts.RESET_PURPOSE, account, seconds=settings.PASSWORD_RESET_LIFETIME_SECONDS)
            return redirect("password-reset", token=token)
        login(self.request, account, backend="django.contrib.auth.backends.ModelBackend")
        response = redirect(safe_next(self.request))
        access.give_back(self.request, response)
        cookie.forget(self.request, response)
        cookies.drop(response, ENDED_COOKIE)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            created=self.created,
            session_ended=getattr(self.request, "session_ended", False),
            next=self.request.POST.get("next") or self.request.GET.get("next", ""),
            **kwargs,
        )


def _resembles(password: str, account: Account) -> bool:
    try:
        UserAttributeSimilarityValidator(("first_name", "last_name")).validate(password, account)
    except ValidationError:
        return True
    return False


class LogoutView(View):
    """POST only: an address that logs out when it is merely opened could be put into any page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("login")

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            logout(request)
            messages.success(request, _("Vous êtes déconnecté(e). Votre dossier est conservé."))
        response = redirect(settings.LOGOUT_REDIRECT_URL)
        access.give_back(request, response)
        return response
