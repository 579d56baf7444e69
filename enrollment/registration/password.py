"""Screen 8: the password. Only its Argon2 hash is kept; «Créer mon compte» moves it to the account."""

from typing import Any

from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from enrollment.models import Account, Registration
from enrollment.registration.base import ACCOUNT, RegistrationStepView
from identite.funnel import Step


def new_password_field() -> forms.CharField:
    """The field for a new password, here and after «mot de passe oublié»: `_password_rules.html` stands under it."""
    return forms.CharField(
        label=_("Mot de passe"),
        strip=False,
        max_length=1000,  # the rules say what is too long
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "aria-describedby": "password-rules"}),
        error_messages={
            "required": _("Choisissez un mot de passe."),
            "max_length": _("Ce mot de passe est trop long."),
        },
    )


class PasswordForm(forms.Form):
    password = new_password_field()

    def __init__(self, *args: Any, subject: Registration, **kwargs: Any) -> None:
        self.subject = subject
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, Account(email=self.subject.email))
        return password

    def save(self, registration: Registration) -> None:
        registration.password = make_password(self.cleaned_data["password"])
        registration.save(update_fields=["password"])


class PasswordView(RegistrationStepView):
    form_class = PasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"subject": self.subject}


STEP: Step[Registration] = Step(
    slug="password",
    title=_("Mot de passe"),
    view=PasswordView,
    is_done=lambda registration: bool(registration.password),
    group=ACCOUNT,
)
