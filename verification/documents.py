"""What pages say of each kind of document that is accepted. What the checks and forms go by: `verification/checks/kinds.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from identite.cards import Card
from verification.checks.kinds import KINDS, DocumentKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, kw_only=True)
class DocumentText:
    """listed: its name among the others, within a sentence.

    choice, dates, photos: the line under its name where it is chosen, where its dates are checked, where it is
    photographed.

    number_hint: where its number stands; number_error: what is said of a number that it cannot have. expiry_hint:
    beside the date of expiry. front_title: of the page of its first photo, where that page has not the usual one.
    """

    label: "StrOrPromise"
    listed: "StrOrPromise"
    choice: "StrOrPromise"
    dates: "StrOrPromise"
    photos: "StrOrPromise"
    number_hint: "StrOrPromise"
    number_error: "StrOrPromise"
    expiry_hint: "StrOrPromise" = ""
    front_title: "StrOrPromise" = ""
    front_advice: "StrOrPromise" = _("Photographiez le côté qui porte votre portrait.")


DOCUMENTS: dict[DocumentKind, DocumentText] = {
    DocumentKind.CNI: DocumentText(
        label=_("Carte d’identité"),
        listed=_("carte d’identité"),
        choice=_("L’ancien modèle, plastifié, ou le nouveau, au format d’une carte bancaire."),
        dates=_("Ancien modèle ou format carte bancaire"),
        photos=_("Recto et verso"),
        number_hint=_(
            "12\u00a0caractères en haut de l’ancien modèle\u00a0; 9\u00a0au recto du nouveau (N°\u00a0du document)."
        ),
        number_error=_(
            "Ce numéro n’est pas celui d’une carte d’identité\u00a0: il compte 12\u00a0caractères sur l’ancien modèle "
            "(par exemple 050793102345), 9 sur le nouveau (par exemple X4RTBPFW4)."
        ),
        expiry_hint=_(
            "Telle qu’elle est imprimée, même si la carte reste valable plus longtemps. Sur l’ancien modèle, elle est au dos."
        ),
    ),
    DocumentKind.PASSPORT: DocumentText(
        label=_("Passeport"),
        listed=_("passeport"),
        choice=_("La page qui porte votre photo."),
        dates=_("Passeport français"),
        photos=_("La page avec votre photo"),
        number_hint=_(
            "En haut à droite de la page de la photo\u00a0: 2\u00a0chiffres, 2\u00a0lettres, 5\u00a0chiffres."
        ),
        number_error=_(
            "Ce numéro n’est pas celui d’un passeport français\u00a0: il compte 2\u00a0chiffres, 2\u00a0lettres puis "
            "5\u00a0chiffres, par exemple 12AA34567."
        ),
        front_title=_("Page de votre passeport avec votre photo"),
        front_advice=_(
            "Photographiez la page qui porte votre portrait, ouverte bien à plat, les deux lignes de chevrons (<<<) comprises."
        ),
    ),
    DocumentKind.PERMIT: DocumentText(
        label=_("Titre de séjour"),
        listed=format_lazy(
            _("titre de séjour d’au moins {years}\u00a0ans"), years=KINDS[DocumentKind.PERMIT].min_years
        ),
        choice=format_lazy(_("De {years}\u00a0ans minimum."), years=KINDS[DocumentKind.PERMIT].min_years),
        dates=format_lazy(_("Valable au moins {years} ans"), years=KINDS[DocumentKind.PERMIT].min_years),
        photos=_("Recto et verso"),
        number_hint=_(
            "9\u00a0caractères, en haut à droite du titre\u00a0; ce n’est pas le numéro d’étranger à 10\u00a0chiffres."
        ),
        number_error=_(
            "Ce numéro n’est pas celui d’un titre de séjour\u00a0: il compte 9\u00a0caractères, par exemple X1Y2Z3456. "
            "Votre numéro d’étranger, à 10\u00a0chiffres, n’est pas celui du titre."
        ),
    ),
}


def choices() -> "list[tuple[str, StrOrPromise]]":
    """For form and model fields, which ask when they need them: a new kind changes no migration."""
    return [(str(kind), text.label) for kind, text in DOCUMENTS.items()]


def accepted() -> str:
    """All kinds in a sentence: «carte d’identité, passeport ou …»."""
    *others, last = (str(text.listed) for text in DOCUMENTS.values())
    return gettext("%(others)s ou %(last)s") % {"others": ", ".join(others), "last": last}


def drawing(kind: str) -> str:
    """Path under `static/` of its picture."""
    return f"img/{kind}.svg"


def cards(line: "Callable[[DocumentText], StrOrPromise]") -> list[Card]:
    """A card for each kind to choose. line: which of its sentences stands under its name."""
    return [Card(str(kind), text.label, line(text), drawing(kind)) for kind, text in DOCUMENTS.items()]
