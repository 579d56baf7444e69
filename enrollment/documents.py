"""Numbers of French identity documents, as they are typed."""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from verification.checks.kinds import KINDS, DocumentKind
from verification.checks.validity import ELECTRONIC_CARD_FIRST_ISSUE
from verification.documents import DOCUMENTS

# The last day on which a card of the old, laminated model was handed out anywhere.
OLD_CARD_LAST_ISSUE = date(2021, 8, 1)


def clean_number(kind: str, text: str) -> str:
    """In capitals, without spaces, hyphens and dots. Raises ValidationError when no document of this kind has it."""
    number = re.sub(r"[\s\-.]", "", text).upper()
    if not KINDS[DocumentKind(kind)].has_number(number):
        raise ValidationError(DOCUMENTS[DocumentKind(kind)].number_error, code="number_format")
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
