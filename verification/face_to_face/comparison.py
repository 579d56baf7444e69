"""What the agent typed from the document, beside what the citizen had typed: field by field, character by character."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from identite.templatetags.dates import long_date
from verification.checks.kinds import DocumentKind
from verification.documents import DOCUMENTS
from verification.face_to_face.models import Meeting

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Taken for one another: each is named where it stands.
NAMES: "Mapping[str, StrOrPromise]" = {
    "0": _("zéro"),
    "O": _("lettre O"),
    "1": _("un"),
    "I": _("lettre I"),
    "2": _("deux"),
    "Z": _("lettre Z"),
    "5": _("cinq"),
    "S": _("lettre S"),
    "8": _("huit"),
    "B": _("lettre B"),
}


@dataclass(frozen=True)
class Character:
    """name: of one that is taken for another, else empty. differs: there is another one in its place."""

    shown: str
    name: "StrOrPromise"
    differs: bool

    @property
    def is_digit(self) -> bool:
        return self.shown.isdecimal()


@dataclass(frozen=True)
class Row:
    """read: as the agent typed it; typed: as the citizen had. The characters of both, of the number only."""

    code: str
    name: "StrOrPromise"
    read: "StrOrPromise"
    typed: "StrOrPromise"
    same: bool
    read_characters: list[Character] = field(default_factory=list)
    typed_characters: list[Character] = field(default_factory=list)


def normalize_number(number: str) -> str:
    """Of a document, however it is typed; a zero stays a zero."""
    return "".join(character for character in number.upper() if character.isalnum())


def comparison(meeting: Meeting) -> list[Row]:
    """Kind, number, expiry. Raises ValueError before the agent has typed hers, and after it was erased: nothing to compare with."""
    if not meeting.document_number:
        raise ValueError(f"meeting {meeting.pk}: no document is typed")
    typed = meeting.appointment.verification
    read_number, typed_number = normalize_number(meeting.document_number), normalize_number(typed.document_number)
    return [
        Row(
            "kind",
            _("Pièce"),
            DOCUMENTS[DocumentKind(meeting.document_kind)].label,
            DOCUMENTS[DocumentKind(typed.document_kind)].label,
            meeting.document_kind == typed.document_kind,
        ),
        Row(
            "number",
            _("Numéro"),
            read_number,
            typed_number,
            read_number == typed_number,
            _characters(read_number, typed_number),
            _characters(typed_number, read_number),
        ),
        Row(
            "expiry",
            _("Date d’expiration"),
            _day(meeting.expiry_date),
            _day(typed.expiry_date),
            meeting.expiry_date == typed.expiry_date,
        ),
    ]


def agrees(meeting: Meeting) -> bool:
    return all(row.same for row in comparison(meeting))


def _characters(number: str, other: str) -> list[Character]:
    pairs = list(zip_longest(number, other))[: len(number)]
    return [Character(one, NAMES.get(one, ""), one != beside) for one, beside in pairs]


def _day(day: date | None) -> str:
    return long_date(day) if day else ""
