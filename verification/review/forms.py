from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from identite.characters import CharField
from verification.models import Mode
from verification.review.reasons import OTHER, reasons_of


class ApproveForm(forms.Form):
    """mode: of the verification: what there was to look at."""

    note = CharField(
        label=_("Note pour les collègues"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    looked = forms.BooleanField(
        label=_("J’ai comparé la pièce, les informations saisies, le visage, les chiffres et le geste."),
        error_messages={"required": _("Cochez la case une fois la comparaison faite.")},
    )

    def __init__(self, *args: Any, mode: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if mode == Mode.FACE_TO_FACE:
            self.fields["looked"].label = _(
                "J’ai comparé la pièce, les informations saisies et ce que l’agent postal a constaté."
            )


class RefuseForm(forms.Form):
    """mode: of the verification, which has reasons of its own."""

    reasons = forms.MultipleChoiceField(
        label=_("Motifs, dits à la personne"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un motif : la personne doit savoir quoi faire.")},
    )
    note = CharField(
        label=_("Note pour les collègues (jamais envoyée)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, mode: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.all_reasons = reasons_of(mode)
        reasons: Any = self.fields["reasons"]
        reasons.choices = [(reason.code, reason.name) for reason in self.all_reasons]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if OTHER.intersection(data.get("reasons", [])) and not data.get("note"):
            raise ValidationError({"note": _("Pour « Autre motif », dites lequel à vos collègues.")})
        return data
