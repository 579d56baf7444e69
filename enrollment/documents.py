"""French identity documents as they are typed: their numbers, and what a file's document is good for today."""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from verification.checks.kinds import KINDS, DocumentKind
from verification.checks.validity import ELECTRONIC_CARD_FIRST_ISSUE, Usability, Validity, usable
from verification.documents import DOCUMENTS
from verification.identity import IdentityRecord

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


def validity_today(identity: IdentityRecord) -> Validity:
    """What the document of a complete identity is good for today."""
    if identity.issue_date is None:
        raise ValueError("this identity has no date of issue yet")
    kind = DocumentKind(identity.document_kind)
    return usable(kind, identity.issue_date, identity.expiry_date, identity.birth_date, timezone.localdate())


def may_go_online(identity: IdentityRecord) -> bool:
    """An expired document is shown to a person, never photographed."""
    return validity_today(identity).usability == Usability.ONLINE
