"""Every kind of document that is accepted, in one table: what the checks and the forms go by.

What pages say of each kind stands beside, in `verification/documents.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class DocumentKind(StrEnum):
    CNI = "cni"
    PASSPORT = "passport"
    PERMIT = "permit"


class Side(StrEnum):
    FRONT = "front"
    BACK = "back"


FRANCE = "FRA"
OLD_CARD_YEARS = 15
IDENTITY = ("birth_name", "first_names", "birth_date")


@dataclass(frozen=True, kw_only=True)
class Model:
    """One printed design of a kind.

    number: pattern of the whole document number, in capitals without spaces. printed: the typed fields that each side
    must show in print; the zone adds its own. zone_format: of `mrz.formats.FORMATS`, empty without a zone; zone_code:
    how the zone begins, where the format alone does not tell; zone_side: where it stands. prints_use_name: the name of
    use of whoever has one. labels_beside: values stand on the line of their label.
    """

    name: str
    number: str
    printed: Mapping[Side, tuple[str, ...]]
    zone_format: str = ""
    zone_code: str = ""
    zone_side: Side | None = None
    prints_use_name: bool = False
    labels_beside: bool = False


@dataclass(frozen=True, kw_only=True)
class KindRules:
    """words: what stands in print on that side of this kind alone, folded by `layout.folded`; a key for each side that is photographed.

    width_mm: of the printed lines. nationality: of every holder; empty where it is asked for. min_years: issued for
    less, it is not accepted. max_years: no longer life was ever printed; None where there is no such rule.
    """

    models: tuple[Model, ...]
    words: Mapping[Side, tuple[str, ...]]
    width_mm: float
    nationality: str = FRANCE
    min_years: int = 0
    max_years: int | None = None

    @property
    def sides(self) -> tuple[Side, ...]:
        """Which sides are photographed."""
        return tuple(self.words)

    def has_number(self, number: str) -> bool:
        """Could a document of this kind bear it?"""
        return any(re.fullmatch(model.number, number) for model in self.models)


# Of kinds with equally many of their words on a picture, the first one is taken.
KINDS: Mapping[DocumentKind, KindRules] = {
    DocumentKind.PASSPORT: KindRules(
        models=(
            Model(
                name="passport",
                number=r"\d{2}[A-Z]{2}\d{5}",
                printed={Side.FRONT: (*IDENTITY, "document_number", "issue_date", "expiry_date")},
                zone_format="TD3",
                zone_side=Side.FRONT,
            ),
        ),
        words={Side.FRONT: ("PASSEPORT", "PASSPORT")},  # its data page has everything
        width_mm=125.0,
        max_years=10,
    ),
    DocumentKind.PERMIT: KindRules(
        models=(
            Model(
                name="permit",
                number=r"(?=.*\d)[0-9A-Z]{9}",
                printed={Side.FRONT: (*IDENTITY, "document_number", "expiry_date"), Side.BACK: ("issue_date",)},
                zone_format="TD1",
                zone_code="IR",
                zone_side=Side.BACK,
            ),
        ),
        words={
            Side.FRONT: ("TITREDESEJOUR", "RESIDENCEPERMIT", "CARTEDERESIDENT", "CATEGORIEDUTITRE"),
            Side.BACK: ("DELIVREPAR", "AUTHORITY", "REMARQUES", "REMARKS"),
        },
        width_mm=85.6,
        nationality="",
        min_years=5,
    ),
    DocumentKind.CNI: KindRules(
        models=(
            Model(
                name="cni",  # laminated, until 2021
                number=r"\d{4}[0-9A-Z]{3}\d{5}",
                printed={Side.FRONT: (*IDENTITY, "document_number"), Side.BACK: ("issue_date", "expiry_date")},
                zone_format="FRCNI",
                zone_side=Side.FRONT,
                prints_use_name=True,
                labels_beside=True,
            ),
            Model(
                name="cnie",  # of the size of a bank card, since 2021
                number=r"[0-9A-Z]{9}",  # all letters too: one card in sixty, were they drawn evenly
                printed={Side.FRONT: (*IDENTITY, "document_number", "expiry_date"), Side.BACK: ("issue_date",)},
                zone_format="TD1",
                zone_side=Side.BACK,
                prints_use_name=True,
            ),
        ),
        words={
            Side.FRONT: ("CARTENATIONALEDIDENTITE", "IDENTITYCARD", "NATIONALITEFRANCAISE"),
            Side.BACK: ("CARTEVALABLEJUSQU", "DELIVREELE", "TAILLEHEIGHT", "DATEDEDELIVRANCE", "ADRESSE"),
        },
        width_mm=85.6,
        max_years=OLD_CARD_YEARS,
    ),
}
MODELS: Mapping[str, Model] = {model.name: model for rules in KINDS.values() for model in rules.models}
KIND_OF_MODEL: Mapping[str, DocumentKind] = {
    model.name: kind for kind, rules in KINDS.items() for model in rules.models
}
