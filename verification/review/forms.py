from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from identite.characters import CharField
from verification.review.reasons import REASONS


class ApproveForm(forms.Form):
    note = CharField(
        label=_("Note pour les collègues"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    looked = forms.BooleanField(
        label=_("J’ai comparé la pièce, les informations saisies, le visage, les chiffres et le geste."),
        error_messages={"required": _("Cochez la case une fois la comparaison faite.")},
    )


class RefuseForm(forms.Form):
    reasons = forms.MultipleChoiceField(
        label=_("Motifs, dits à la personne"),
        choices=[(code, reason.name) for code, reason in REASONS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un motif : la personne doit savoir quoi faire.")},
    )
    note = CharField(
        label=_("Note pour les collègues (jamais envoyée)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "other" in data.get("reasons", []) and not data.get("note"):
            raise ValidationError({"note": _("Pour « Autre motif », dites lequel à vos collègues.")})
        return data
