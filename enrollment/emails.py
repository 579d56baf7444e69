"""The field of an e-mail address, wherever one is typed."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.models import normalize_email
from identite import characters

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class EmailField(characters.EmailField):
    """Gives the address as accounts have it. autocomplete: «email» for a new one, «username» for one that is known."""

    def __init__(self, *, label: "StrPromise", autocomplete: str) -> None:
        super().__init__(
            label=label,
            max_length=254,
            widget=forms.EmailInput(
                attrs={"autocomplete": autocomplete, "autocapitalize": "none", "spellcheck": "false"}
            ),
            error_messages={
                "required": _("Saisissez votre adresse e-mail."),
                "invalid": _("Saisissez une adresse e-mail complète, par exemple nom@exemple.fr."),
                "max_length": _("Cette adresse e-mail est trop longue."),
            },
        )

    def clean(self, value: Any) -> str:
        return normalize_email(super().clean(value))
