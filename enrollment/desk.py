"""The agents' door: the same lock as the citizens', and a password that is changed like theirs."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import path, reverse_lazy
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from enrollment import accounts
from enrollment.models import Account, normalize_email
from identite import characters, quotas
from identite.http import client_key
from identite.templatetags.dates import NBSP


def is_of_the_desk(account: Account) -> bool:
    return account.is_staff


def try_or_say_when(
    request: HttpRequest, email: str, password: str, *, may_enter: Callable[[Account], bool] = is_of_the_desk
) -> Account | None:
    """The agent whose password this is, None for a wrong one. Raises ValidationError when none is looked at yet."""
    try:
        return accounts.try_password(
            normalize_email(email), password, client=client_key(request), may_enter=may_enter
        ).account
    except quotas.QuotaExceeded as exceeded:
        until, why = exceeded.until, _("Trop d’essais depuis votre connexion Internet. Réessayez après %(until)s.")
    except accounts.Paused as paused:
        until = paused.pause.until
        if paused.pause.is_lock:
            why = _("Trop de mots de passe incorrects : la connexion est bloquée jusqu’à %(until)s.")
        elif paused.examined:
            why = _("L’adresse ou le mot de passe est incorrect. Prochain essai possible à %(until)s.")
        else:
            why = _(
                "Cet essai n’a pas été examiné : trop de mots de passe incorrects. Prochain essai possible à %(until)s."
            )
    clock = date_format(timezone.localtime(until), "G \\h i \\m\\i\\n s \\s")  # the shortest pause is seconds
    raise ValidationError(why % {"until": clock.replace(" ", NBSP)})


class AgentsLoginForm(AdminAuthenticationForm):
    username = UsernameField(
        widget=forms.TextInput(attrs={"autofocus": True}), validators=[characters.refuse_invisible]
    )

    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            assert self.request is not None  # noqa: S101  (the admin's view gives it)
            self.user_cache = try_or_say_when(self.request, email, password)
            if self.user_cache is None:
                raise self.get_invalid_login_error()
        return self.cleaned_data


class AgentsPasswordForm(AdminPasswordChangeForm):
    """Wrong old passwords count as wrong logins: who found a session open learns no password here."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean_old_password(self) -> str:
        old: str = self.cleaned_data["old_password"]
        if try_or_say_when(self.request, self.user.email, old) is None:
            raise ValidationError(_("Votre ancien mot de passe est incorrect."), code="password_incorrect")
        return old

    def save(self, commit: bool = True) -> Account:
        accounts.change_password(self.user, self.cleaned_data["new_password1"])
        return self.user


class AgentsPasswordView(PasswordChangeView):
    """Ends every session of hers but this one, which begins anew."""

    form_class = AgentsPasswordForm
    success_url = reverse_lazy("admin:password_change_done")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**admin.site.each_context(self.request), **kwargs)


admin.site.login_form = AgentsLoginForm
# Before the admin's own page of this address.
urlpatterns = [path("password_change/", admin.site.admin_view(AgentsPasswordView.as_view()))]
