"""The postal agents' door: the lock of all doors, herself through this one only, and her password once more at each decision."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from enrollment.desk import try_or_say_when
from enrollment.login import LoginForm
from enrollment.models import Account
from identite import cookies
from identite.middleware import ENDED_COOKIE
from verification import access
from verification.face_to_face.agents import is_postal_agent
from verification.face_to_face.counter.base import LOGIN, CounterMixin
from verification.face_to_face.counter.steps.decision import DecisionForm


def is_her_password(request: HttpRequest, password: str) -> bool:
    """Wrong ones count as wrong logins: who found a session open decides nothing. Raises ValidationError."""
    account: Any = request.user
    return try_or_say_when(request, account.email, password, may_enter=lambda one: one.pk == account.pk) is not None


DecisionForm.password_is_right = staticmethod(is_her_password)


class CounterLoginForm(LoginForm):
    account: Account | None = None

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "email" in data and "password" in data:
            self.account = try_or_say_when(self.request, data["email"], data["password"], may_enter=is_postal_agent)
            if self.account is None:
                raise ValidationError(_("L’adresse e-mail ou le mot de passe est incorrect."))
        return data


class CounterLoginView(CounterMixin, FormView):  # type: ignore[type-arg]  # generic in the stubs only
    """A citizen, an agent of the desk and nobody get one answer here."""

    form_class = CounterLoginForm
    template_name = "counter/login.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_postal_agent(request.user):
            return redirect(self.onward())
        return super().dispatch(request, *args, **kwargs)

    def onward(self) -> str:
        """The page that asked for the login, if it is one of ours."""
        wanted = self.request.POST.get("next") or self.request.GET.get("next", "")
        hosts = {self.request.get_host()}
        if url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=self.request.is_secure()):
            return wanted
        return reverse("counter:today")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form: CounterLoginForm) -> HttpResponse:
        login(self.request, form.account, backend="django.contrib.auth.backends.ModelBackend")
        response = redirect(self.onward())
        access.give_back(self.request, response)
        cookies.drop(response, ENDED_COOKIE)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            agent=None,
            session_ended=getattr(self.request, "session_ended", False),
            next=self.request.POST.get("next") or self.request.GET.get("next", ""),
            **kwargs,
        )


class CounterLogoutView(View):
    """POST only, as the citizens' (enrollment.login)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect(LOGIN)

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            logout(request)
            messages.success(request, _("Vous êtes déconnecté(e)."))
        response = redirect(LOGIN)
        access.give_back(request, response)
        return response


urlpatterns: list[URLPattern | URLResolver] = [
    path("connexion/", CounterLoginView.as_view(), name=LOGIN),
    path("deconnexion/", CounterLogoutView.as_view(), name="counter-logout"),
    path("", include("verification.face_to_face.counter.urls")),
]
