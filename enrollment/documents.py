"""Numbers of French identity documents: how they are written on each kind, and what to say when they are not."""

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from verification.checks.validity import ELECTRONIC_CARD_FIRST_ISSUE
from verification.identity import DocumentKind

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# The last day on which a card of the old, laminated model was handed out anywhere.
OLD_CARD_LAST_ISSUE = date(2021, 8, 1)


@dataclass(frozen=True)
class NumberRule:
    """pattern: the whole number, in capitals without spaces."""

    pattern: re.Pattern[str]
    hint: "str | StrPromise"
    message: "str | StrPromise"


OLD_CARD = re.compile(r"\d{4}[0-9A-Z]{3}\d{5}")
NEW_CARD = re.compile(r"[0-9A-Z]{9}")  # all letters too: one card in sixty, were they drawn evenly
RULES: dict[str, NumberRule] = {
    DocumentKind.CNI: NumberRule(
        re.compile(f"(?:{OLD_CARD.pattern}|{NEW_CARD.pattern})"),
        _("12\u00a0caractères en haut de l’ancien modèle\u00a0; 9\u00a0au recto du nouveau (N°\u00a0du document)."),
        _(
            "Ce numéro n’est pas celui d’une carte d’identité\u00a0: il compte 12\u00a0caractères sur l’ancien modèle "
            "(par exemple 050793102345), 9 sur le nouveau (par exemple X4RTBPFW4)."
        ),
    ),
    DocumentKind.PASSPORT: NumberRule(
        re.compile(r"\d{2}[A-Z]{2}\d{5}"),
        _("En haut à droite de la page de la photo\u00a0: 2\u00a0chiffres, 2\u00a0lettres, 5\u00a0chiffres."),
        _(
            "Ce numéro n’est pas celui d’un passeport français\u00a0: il compte 2\u00a0chiffres, 2\u00a0lettres puis "
            "5\u00a0chiffres, par exemple 12AA34567."
        ),
    ),
    DocumentKind.PERMIT: NumberRule(
        re.compile(r"(?=.*\d)[0-9A-Z]{9}"),
        _("9\u00a0caractères, en haut à droite du titre\u00a0; ce n’est pas le numéro d’étranger à 10\u00a0chiffres."),
        _(
            "Ce numéro n’est pas celui d’un titre de séjour\u00a0: il compte 9\u00a0caractères, par exemple X1Y2Z3456. "
            "Votre numéro d’étranger, à 10\u00a0chiffres, n’est pas celui du titre."
        ),
    ),
}


def clean_number(kind: str, text: str) -> str:
    """In capitals, without spaces, hyphens and dots. Raises ValidationError when no document of this kind has it."""
    number = re.sub(r"[\s\-.]", "", text).upper()
    if not RULES[kind].pattern.fullmatch(number):
        raise ValidationError(RULES[kind].message, code="number_format")
    return number


def check_model(kind: str, number: str, issued: date) -> None:
    """The two models of the identity card have numbers of their own. Raises ValidationError when these disagree."""
    if kind != DocumentKind.CNI:
        return
    if len(number) == 9 and issued < ELECTRONIC_CARD_FIRST_ISSUE:
        raise ValidationError(
            _("Un numéro à 9\u00a0caractères est celui d’une carte délivrée depuis mars 2021. Vérifiez les deux."),
            code="model",
        )
    if len(number) == 12 and issued > OLD_CARD_LAST_ISSUE:
        raise ValidationError(
            _("Un numéro à 12\u00a0caractères est celui d’une carte délivrée avant août 2021. Vérifiez les deux."),
            code="model",
        )
