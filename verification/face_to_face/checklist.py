"""What the agent looks at before she decides: the same for every document, and the marks of each kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from verification.checks.kinds import DocumentKind
from verification.face_to_face.models import Meeting

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Point:
    """One question, answered by yes or no. how: what to do to see it. drawing: path under `static/`, empty for none."""

    code: str
    question: "StrOrPromise"
    how: "StrOrPromise"
    drawing: str = ""


ORIGINAL = Point(
    "original",
    _("La pièce est-elle l’original\u00a0?"),
    _("Ni photocopie, ni impression, ni photo sur un écran. Prenez-la en main, hors de son étui."),
)
UNDAMAGED = Point(
    "undamaged",
    _("La pièce est-elle en bon état\u00a0?"),
    _("Ni déchirée, ni décollée, ni grattée\u00a0; le portrait et tous les caractères se lisent."),
)
PORTRAIT = Point(
    "portrait",
    _("La personne est-elle celle du portrait\u00a0?"),
    _("Regardez d’abord la personne, puis le portrait\u00a0: yeux, nez, oreilles, menton. Coiffure et barbe changent."),
)
LINES = Point(
    "lines",
    _("Le fond est-il fait de lignes fines et continues\u00a0?"),
    _(
        "Elles courent sans coupure, aussi autour et derrière le portrait. Imprimées en points, elles trahissent une copie."
    ),
    "img/mark-lines.svg",
)
CHANGING = Point(
    "changing",
    _("L’image de sécurité change-t-elle quand vous inclinez la pièce\u00a0?"),
    _("Ses couleurs et ses motifs bougent sous la lumière. Une image qui reste la même est une copie."),
    "img/mark-changing.svg",
)
RELIEF = Point(
    "relief",
    _("Sentez-vous le relief sous le doigt\u00a0?"),
    _(
        "Passez l’ongle sur la carte\u00a0: certains textes et motifs sont en relief. "
        "Sur l’ancienne carte plastifiée, ce sont les bords du film."
    ),
    "img/mark-relief.svg",
)
FILM = Point(
    "film",
    _("Le film transparent couvre-t-il toute la page, sans bulle ni pli\u00a0?"),
    _("Il tient sur les bords et porte des motifs qui apparaissent quand vous inclinez la page."),
    "img/mark-film.svg",
)
PERFORATED = Point(
    "perforated",
    _("Le numéro est-il perforé dans les pages\u00a0?"),
    _("Tenez les pages contre la lumière\u00a0: les mêmes caractères y sont percés en petits trous."),
    "img/mark-perforated.svg",
)
MARKS: Mapping[DocumentKind, tuple[Point, ...]] = {
    DocumentKind.CNI: (CHANGING, RELIEF, LINES),
    DocumentKind.PASSPORT: (FILM, PERFORATED, LINES),
    DocumentKind.PERMIT: (CHANGING, RELIEF, LINES),
}
POINTS: Mapping[DocumentKind, tuple[Point, ...]] = {
    kind: (ORIGINAL, UNDAMAGED, *marks, PORTRAIT) for kind, marks in MARKS.items()
}


def points_of(meeting: Meeting) -> tuple[Point, ...]:
    """Of the document that the agent typed; none before."""
    return POINTS[DocumentKind(meeting.document_kind)] if meeting.document_kind else ()


def is_answered(meeting: Meeting) -> bool:
    points = points_of(meeting)
    return bool(points) and all(point.code in meeting.checklist for point in points)


def missed(meeting: Meeting) -> list[Point]:
    """What was answered by no: such a document is not accepted."""
    return [point for point in points_of(meeting) if meeting.checklist.get(point.code) is False]
