"""The form of every one-time code, and why a code was not accepted."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from identite.characters import CharField
from identite.codes.one_time import CodeResult

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SHAPE = _("Le code comporte 6 chiffres, par exemple 123-456.")
BETWEEN_DIGITS = " -\u00a0\u2011"
REFUSALS = {
    CodeResult.EXPIRED: _(
        "Ce code n’est plus valable\u00a0: il a été envoyé il y a trop longtemps. Demandez-en un nouveau."
    ),
    CodeResult.EXHAUSTED: _("Trop d’essais avec ce code\u00a0: il ne peut plus servir. Demandez-en un nouveau."),
    CodeResult.NONE: _("Ce code ne peut plus servir. Demandez-en un nouveau."),
}


class CodeForm(forms.Form):
    """Six boxes (`_code_boxes.html`). label: which code is meant."""

    code = CharField(
        max_length=20, error_messages={"required": _("Saisissez les 6 chiffres du code reçu."), "max_length": SHAPE}
    )

    def __init__(self, *args: Any, label: "str | StrPromise", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = label

    def clean_code(self) -> str:
        """A slip of the pen, such as a missing digit, uses up no try."""
        digits = "".join(character for character in self.cleaned_data["code"] if character not in BETWEEN_DIGITS)
        if len(digits) != settings.CODE_DIGITS or not (digits.isascii() and digits.isdecimal()):
            raise forms.ValidationError(SHAPE, code="shape")
        return digits


def refusal(result: CodeResult, tries_left: int) -> str:
    """Why a code was not accepted, and what to do."""
    if result == CodeResult.WRONG:
        return ngettext(
            "Ce code n’est pas le bon. Il vous reste %(count)d essai.",
            "Ce code n’est pas le bon. Il vous reste %(count)d essais.",
            tries_left,
        ) % {"count": tries_left}
    return str(REFUSALS[result])
