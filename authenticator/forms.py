from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from authenticator import secret_code
from enrollment.models import Enrollment
from identite.characters import CharField


class SecretCodeForm(forms.Form):
    """The two typings, and what the phone's key adds: its public half and its signature."""

    code = forms.CharField(label=_("Choisissez votre code secret"), max_length=4, widget=forms.PasswordInput)
    again = forms.CharField(label=_("Saisissez-le une seconde fois"), max_length=4, widget=forms.PasswordInput)
    public_key = CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    signature = CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def __init__(self, *args: Any, enrollment: Enrollment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrollment = enrollment
        for name in ("code", "again"):
            self.fields[name].error_messages["required"] = _("Saisissez quatre chiffres.")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        enrollment = self.enrollment
        secret_code.validate(
            code, birth=enrollment.birth_day(), birth_year=enrollment.birth_date[:4], mobile=enrollment.mobile
        )
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "code" in data and "again" in data and data["code"] != data["again"]:
            raise ValidationError({"again": _("Les deux codes sont différents. Saisissez deux fois le même.")})
        if not data.get("public_key") or not data.get("signature"):
            raise ValidationError(
                _(
                    "Votre téléphone n’a pas pu créer sa clé. Vérifiez que JavaScript est actif et que la page est en https."
                )
            )
        return data
