"""Identity documents of invented people, drawn by us: right sizes, labels, positions and MRZ, none of the real artwork.

`draw_document(person, "cnie", seed=1)` gives both sides as pictures of `PIXELS_PER_MM`, with SPECIMEN across them, and the data
that the holder would type. Sizes: ISO/IEC 7810 ID-1 (CNIe, residence permit), ID-2 (identity card before 2021), ID-3 (passport).
"""

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal

from PIL import Image

from sandbox.specimens.layouts import PIXELS_PER_MM, Sheet, portrait_of
from sandbox.specimens.people import TODAY, Person
from verification.checks.identity import TypedIdentity
from verification.checks.kinds import KIND_OF_MODEL
from verification.checks.mrz.build import build_french_cni, build_td1, build_td3

Kind = Literal["cnie", "cni", "passport", "permit"]
KINDS: tuple[Kind, ...] = ("cnie", "cni", "passport", "permit")
MILLIMETRES = {"cnie": (85.6, 54.0), "cni": (105.0, 74.0), "passport": (125.0, 88.0), "permit": (85.6, 54.0)}
MISMATCHES = ("birth_name", "first_names", "birth_date", "document_number", "sex")

FOREIGN = {"DZA": "Algérienne", "PRT": "Portugaise", "SEN": "Sénégalaise", "VNM": "Vietnamienne", "MAR": "Marocaine"}
LETTERS = "BCDFGHJKLMNPRSTVWXZ"


@dataclass(frozen=True, kw_only=True)
class Document:
    """front, back: RGB pictures, `PIXELS_PER_MM`; a passport page has no back. mrz: its lines, on the side `mrz_side`.

    typed: what the holder types when she makes no mistake. boxes: where things were drawn, side → name → [x, y, width, height].
    """

    person: Person
    kind: Kind
    front: Image.Image
    back: Image.Image | None
    mrz: list[str]
    mrz_side: Literal["front", "back"]
    typed: TypedIdentity
    boxes: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "mrz": self.mrz,
            "mrz_side": self.mrz_side,
            "typed": typed_as_json(self.typed),
            "person": self.person.as_json(),
        }


def typed_as_json(typed: TypedIdentity) -> dict[str, Any]:
    """The typed identity with dates as `YYYY-MM-DD`, the shape that `check_document --typed` reads."""
    row: dict[str, Any] = {name: getattr(typed, name) for name in typed.__dataclass_fields__}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def draw_document(
    person: Person, kind: Kind, *, seed: int = 0, expired: bool = False, face: str | None = None
) -> Document:
    """Draw one document. The same person, kind and seed give the same pixels.

    expired: past its date (extension of the old card included). face: wear another face than the person's own, to
    try a stolen or altered document. Raises ValueError for an unknown kind.
    """
    if kind not in KINDS:
        raise ValueError(f"no kind {kind!r}, there are {', '.join(KINDS)}")
    draw = random.Random(f"document {kind} {person.seed} {seed}")
    facts = _facts(person, kind, draw, expired=expired)
    portrait = portrait_of(replace(person, face=face) if face else person, draw)
    return _DRAWERS[kind](person, facts, portrait, draw)


def mismatch(typed: TypedIdentity, name: str, *, seed: int = 0) -> TypedIdentity:
    """The same typed data with one honest mistake in the field `name`, one of `MISMATCHES` or of the document's dates."""
    draw = random.Random(f"mismatch {name} {seed}")
    value: str = getattr(typed, name)
    if name == "sex":
        return replace(typed, sex="M" if value == "F" else "F")
    if name in {"issue_date", "expiry_date"}:
        moved = getattr(typed, name) + timedelta(days=draw.choice((1, 9, 31, 365)))
        return replace(typed, issue_date=moved) if name == "issue_date" else replace(typed, expiry_date=moved)
    if name == "birth_date":
        day = date.fromisoformat(value) + timedelta(days=draw.choice((1, 9, 31, 365)))
        return replace(typed, birth_date=day.isoformat())
    if name == "document_number":
        place = draw.randrange(len(value))
        other = draw.choice([c for c in ("0123456789" if value[place].isdigit() else LETTERS) if c != value[place]])
        return replace(typed, document_number=value[:place] + other + value[place + 1 :])
    if name not in MISMATCHES:
        raise ValueError(f"no mistake for {name!r}, there are {', '.join(MISMATCHES)}")
    place = draw.randrange(max(1, len(value) - 1))
    letter = unicodedata.normalize("NFD", value[place].lower())[0]  # a lost accent is no other name
    changed = value[:place] + draw.choice([c for c in "ertsn" if c != letter]) + value[place + 1 :]
    return replace(typed, birth_name=changed) if name == "birth_name" else replace(typed, first_names=changed)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What one document says of its holder besides who she is."""

    number: str
    issued: date
    expires: date
    nationality: str
    nationality_name: str
    office: str
    foreigner_number: str


def _years(day: date, years: int) -> date:
    """`years` later, the day before, as the documents count."""
    moved = date(day.year + years, day.month, min(day.day, 28))
    return moved - timedelta(days=1)


def _facts(person: Person, kind: Kind, draw: random.Random, *, expired: bool) -> Facts:
    lifetime = 15 if kind == "cni" else 10
    newest, oldest = {
        "cnie": (TODAY - timedelta(days=60), date(2021, 8, 16)),
        "cni": (date(2021, 7, 1), date(2014, 1, 20)),
        "passport": (TODAY - timedelta(days=60), date(2017, 1, 10)),
        "permit": (TODAY - timedelta(days=60), date(2018, 1, 10)),
    }[kind]
    if expired and kind == "cni":  # issued before 2004: neither extended by five years nor valid for fifteen
        newest, oldest, lifetime = date(2003, 11, 1), date(1996, 1, 10), 10
    elif expired:
        newest, oldest = date(2015, 12, 1), date(2011, 7, 1)
        lifetime = 5 if kind == "cnie" else 10
        if kind == "cnie":
            newest, oldest, lifetime = date(2021, 5, 1), date(2021, 3, 20), 5
    issued = oldest + timedelta(days=draw.randrange((newest - oldest).days + 1))
    expires = _years(issued, lifetime)
    nationality = "FRA"
    if kind == "permit":
        nationality = person.birth_country if person.birth_country in FOREIGN else draw.choice(sorted(FOREIGN))
    office = draw.choice(("292", "2A1", "75C", "974", "421", "511", "693", "130"))
    digits = "".join(draw.choice("0123456789") for _ in range(10))
    number = {
        "cnie": "".join(draw.choice(LETTERS + "0123456789") for _ in range(9)),
        "cni": f"{issued:%y%m}{office}{digits[:5]}",
        "passport": f"{digits[:2]}{draw.choice(LETTERS)}{draw.choice(LETTERS)}{digits[2:7]}",
        "permit": "".join(draw.choice(LETTERS + "0123456789") for _ in range(9)),
    }[kind]
    return Facts(
        number=number,
        issued=issued,
        expires=expires,
        nationality=nationality,
        nationality_name=FOREIGN.get(nationality, "Française"),
        office=office,
        foreigner_number=digits,
    )


def _typed(person: Person, kind: Kind, facts: Facts) -> TypedIdentity:
    return TypedIdentity(
        sex=person.sex,
        first_names=person.first_names,
        birth_name=person.birth_name,
        use_name=person.use_name,
        birth_date=person.birth_date.isoformat(),
        nationality=facts.nationality,
        document_kind=KIND_OF_MODEL[kind],
        document_number=facts.number,
        issue_date=facts.issued,
        expiry_date=facts.expires,
    )


def _sheet(kind: Kind, draw: random.Random) -> Sheet:
    return Sheet(MILLIMETRES[kind], tint=kind, draw=draw)


def _td1(person: Person, facts: Facts, *, code: str, optional: str = "") -> list[str]:
    return build_td1(
        surname=person.birth_name,
        given_names=person.first_names,
        document_number=facts.number,
        birth_date=person.birth_date,
        sex=person.sex,
        expiry_date=facts.expires,
        nationality=facts.nationality,
        document_code=code,
        optional_data=optional,
    )


def _spaced(day: date) -> str:
    return f"{day:%d %m %Y}"


def _commas(person: Person) -> str:
    return ", ".join(person.first_names.split())


def _cnie(person: Person, facts: Facts, portrait: Image.Image, draw: random.Random) -> Document:
    mrz = _td1(person, facts, code="ID")
    front = _sheet("cnie", draw)
    front.title("RÉPUBLIQUE FRANÇAISE", 17, 3.4, 3.0, bold=True)
    front.title("CARTE NATIONALE D'IDENTITÉ / IDENTITY CARD", 17, 7.2, 2.0)
    front.emblem(4, 2.6, 11, "FR")
    front.portrait(portrait.convert("L").convert("RGB"), 4.2, 12.6, 26, 33.4)
    x = 34
    front.field("birth_name", "NOM / Surname", person.birth_name.upper(), x, 11.6)
    front.field("first_names", "Prénoms / Given names", _commas(person), x, 18.0)
    front.field("sex", "SEXE / Sex", person.sex, x, 24.4)
    front.field("nationality", "NATIONALITÉ / Nat.", facts.nationality, x + 11, 24.4)
    front.field("birth_date", "DATE DE NAISS. / Date of birth", _spaced(person.birth_date), x + 28, 24.4)
    front.field("birth_place", "LIEU DE NAISSANCE / Place of birth", person.birth_place.upper(), x, 30.8)
    if person.use_name:
        front.field("use_name", "NOM D'USAGE / Alternate name", f"ép. {person.use_name.upper()}", x, 37.0)
    front.field("document_number", "N° DU DOCUMENT / Document No", facts.number, x, 43.4)
    front.field("expiry_date", "DATE D'EXPIR. / Expiry date", _spaced(facts.expires), x + 28, 43.4)
    front.signature(6, 47.6)
    back = _sheet("cnie", draw)
    back.field("height", "TAILLE / Height", f"{person.height / 100:.2f} m".replace(".", ","), 6, 4)
    back.field("issue_date", "DATE DE DÉLIVRANCE / Date of issue", _spaced(facts.issued), 24, 4)
    back.field("address", "ADRESSE / Address", ", ".join(person.address), 6, 11)
    back.chip(70, 18)
    back.mrz(mrz, 33.5)
    return _document(person, "cnie", facts, front, back, mrz, "back")


def _cni(person: Person, facts: Facts, portrait: Image.Image, draw: random.Random) -> Document:
    mrz = build_french_cni(
        surname=person.birth_name,
        given_names=_commas(person),
        issue_date=facts.issued,
        office=facts.office,
        serial=facts.number[7:],
        birth_date=person.birth_date,
        sex=person.sex,
        administrative_code=f"{facts.office}{draw.randrange(1000):03d}",
    )
    front = _sheet("cni", draw)
    front.title("RÉPUBLIQUE FRANÇAISE", 34, 2.4, 3.0, bold=True)
    front.title("CARTE NATIONALE D'IDENTITÉ N° :", 5, 7.6, 2.4)
    front.value("document_number", facts.number, 49, 7.0)
    front.title("Nationalité Française", 78, 7.6, 2.2)
    front.portrait(portrait.point(lambda level: int(level * 0.72)), 4.5, 13, 29, 37)
    x = 38
    front.line("birth_name", "Nom :", person.birth_name.upper(), x, 13.5)
    front.line("first_names", "Prénom(s) :", _commas(person).upper(), x, 20.5)
    front.line("sex", "Sexe :", person.sex, x, 28)
    front.line("birth_date", "Né(e) le :", f"{person.birth_date:%d.%m.%Y}", x + 18, 28)
    front.line("birth_place", "à :", f"{person.birth_place.upper()} ({person.birth_cog[:2] or '99'})", x, 35)
    front.line("height", "Taille :", f"{person.height / 100:.2f}m".replace(".", ","), x, 42)
    if person.use_name:
        front.line("use_name", "Épouse :", person.use_name.upper(), x + 24, 42)
    front.signature(44, 50)
    front.mrz(mrz, 59.5)
    back = _sheet("cni", draw)
    back.line("address", "Adresse :", person.address[0], 6, 8)
    back.value("town", person.address[1], 27, 14)
    back.line("expiry_date", "Carte valable jusqu'au :", f"{facts.expires:%d.%m.%Y}", 6, 26)
    back.line("issue_date", "délivrée le :", f"{facts.issued:%d.%m.%Y}", 6, 34)
    back.line("office", "par :", f"PRÉFECTURE ({facts.office})", 6, 42)
    back.signature(60, 52)
    return _document(person, "cni", facts, front, back, mrz, "front")


def _passport(person: Person, facts: Facts, portrait: Image.Image, draw: random.Random) -> Document:
    mrz = build_td3(
        surname=person.birth_name,
        given_names=person.first_names,
        document_number=facts.number,
        birth_date=person.birth_date,
        sex=person.sex,
        expiry_date=facts.expires,
    )
    page = _sheet("passport", draw)
    page.title("PASSEPORT / Passport", 5, 3.2, 3.0, bold=True)
    page.title("RÉPUBLIQUE FRANÇAISE", 48, 3.2, 3.0, bold=True)
    page.field("type", "Type", "P", 44, 9)
    page.field("state", "Code du pays / Country code", "FRA", 56, 9)
    page.field("document_number", "Passeport n° / Passport No", facts.number, 88, 9)
    page.portrait(portrait, 5, 15, 35, 45)
    x = 44
    page.field("birth_name", "Nom / Surname (1)", person.birth_name.upper(), x, 16.5)
    page.field("first_names", "Prénoms / Given names (2)", _commas(person), x, 24)
    page.field("nationality", "Nationalité / Nationality (3)", facts.nationality_name, x, 31.5)
    page.field("birth_date", "Date de naissance / Date of birth (4)", _spaced(person.birth_date), x, 39)
    page.field("sex", "Sexe / Sex (5)", person.sex, x, 46.5)
    page.field("birth_place", "Lieu de naissance / Place of birth (6)", person.birth_place.upper(), x + 16, 46.5)
    page.field("issue_date", "Date de délivrance / Date of issue (7)", _spaced(facts.issued), x, 54)
    page.field("expiry_date", "Date d'expiration / Date of expiry (8)", _spaced(facts.expires), x + 38, 54)
    page.field("height", "Taille / Height", f"{person.height / 100:.2f} m".replace(".", ","), x + 56, 39)
    page.signature(88, 60)
    page.mrz(mrz, 71)
    return _document(person, "passport", facts, page, None, mrz, "front")


def _permit(person: Person, facts: Facts, portrait: Image.Image, draw: random.Random) -> Document:
    mrz = _td1(person, facts, code="IR", optional="<" + facts.foreigner_number)
    front = _sheet("permit", draw)
    front.title("TITRE DE SÉJOUR / RESIDENCE PERMIT", 20, 3.0, 2.4, bold=True)
    front.emblem(4, 2.6, 10, "RF")
    front.portrait(portrait.convert("L").convert("RGB"), 4.2, 13.2, 26, 33)
    x = 34
    front.value("document_number", facts.number, 62, 6.6)
    front.field("birth_name", "NOM / Name", person.birth_name.upper(), x, 9.6)
    front.field("first_names", "PRÉNOMS / Given names", _commas(person), x, 15.8)
    front.field("sex", "SEXE", person.sex, x, 22.0)
    front.field("nationality", "NATIONALITÉ", facts.nationality, x + 11, 22.0)
    front.field("birth_date", "DATE NAISS. / Date of birth", _spaced(person.birth_date), x + 27, 22.0)
    front.field("type", "CATÉGORIE DU TITRE / Type of permit", "CARTE DE RÉSIDENT", x, 28.4)
    front.field("remarks", "REMARQUES / Remarks", "AUTORISE SON TITULAIRE À TRAVAILLER", x, 34.8)
    front.field("expiry_date", "DATE D'EXPIRATION / Expiry date", _spaced(facts.expires), x, 41.2)
    front.signature(36, 47.4)
    back = _sheet("permit", draw)
    back.field("issue_date", "DATE DE DÉLIVRANCE / Date of issue", _spaced(facts.issued), 6, 4)
    back.field("office", "DÉLIVRÉ PAR / Authority", f"PRÉFECTURE ({facts.office})", 36, 4)
    back.field("birth_place", "LIEU DE NAISSANCE / Place of birth", person.birth_place.upper(), 6, 11)
    back.field("address", "ADRESSE / Address", ", ".join(person.address), 6, 18)
    back.chip(70, 22.5)
    back.mrz(mrz, 33.5)
    return _document(person, "permit", facts, front, back, mrz, "back")


def _document(
    person: Person,
    kind: Kind,
    facts: Facts,
    front: Sheet,
    back: Sheet | None,
    mrz: list[str],
    mrz_side: Literal["front", "back"],
) -> Document:
    boxes = {"front": front.boxes} | ({"back": back.boxes} if back else {})
    return Document(
        person=person,
        kind=kind,
        front=front.finish(),
        back=back.finish() if back else None,
        mrz=mrz,
        mrz_side=mrz_side,
        typed=_typed(person, kind, facts),
        boxes=boxes,
    )


_DRAWERS: dict[Kind, Callable[[Person, Facts, Image.Image, random.Random], Document]] = {
    "cnie": _cnie,
    "cni": _cni,
    "passport": _passport,
    "permit": _permit,
}

__all__ = ["KINDS", "MISMATCHES", "PIXELS_PER_MM", "Document", "Kind", "draw_document", "mismatch", "typed_as_json"]
