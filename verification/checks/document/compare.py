"""What was typed against what the document says, field by field.

A value is only ever *confirmed* when it was read as such: the typed value takes no part in reading. Where two
readings are nearly as likely and no check digit decides, nothing is confirmed and an agent looks.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from verification.checks import mrz
from verification.checks.document.layout import folded
from verification.checks.document.thresholds import DocumentThresholds
from verification.checks.document.visual import Line, dates, find_name, find_number, similarity
from verification.checks.finding import Finding, Outcome
from verification.checks.identity import DocumentKind, Side, TypedIdentity
from verification.checks.mrz import FILLER, FORMATS, Mrz
from verification.checks.mrz_build import name_field, transliterate
from verification.checks.mrz_find import Zone
from verification.checks.mrz_lattice import ALPHABET, VALUES, relative, template
from verification.checks.ocr import length_of

OLD_CARD_NUMBER = 12  # characters
# Their zone, with the number and its check digit, stands on the other side than the print.
NUMBER_ON_BACK = frozenset({"cnie", "permit"})
NAMES = frozenset({"birth_name", "first_names"})
ISO_NATIONALITIES = {"D": "DEU"}  # the one State whose code in zones is not that of ISO 3166 (Doc 9303-3, section 5)
LOOK_ALIKES = str.maketrans("OIBSZGQ", "0185260")
CHECKED_MARGIN = 1.5  # natural logarithms: against a character that the check digit cannot tell from the one read


@dataclass(frozen=True)
class Value:
    """One value as read. sure: no other reading was nearly as likely. box: in pixels of the upright picture."""

    text: str
    source: str
    sure: bool
    box: list[int]


DATES = ("birth_date", "issue_date", "expiry_date")  # in the order in which they lie in a life
DATE_LABELS = (("VALABLE", "expiry_date"), ("DELIVREE", "issue_date"), ("NEELE", "birth_date"))  # on the same line
IDENTITY = ("birth_name", "first_names", "birth_date")
# What each side of each document must show in print. The zone adds its own fields.
PRINTED: Mapping[tuple[str, Side], tuple[str, ...]] = {
    ("cnie", Side.FRONT): (*IDENTITY, "document_number", "expiry_date"),
    ("cnie", Side.BACK): ("issue_date",),
    ("cni", Side.FRONT): (*IDENTITY, "document_number"),
    ("cni", Side.BACK): ("issue_date", "expiry_date"),
    ("passport", Side.FRONT): (
        "birth_name",
        "first_names",
        "birth_date",
        "document_number",
        "issue_date",
        "expiry_date",
    ),
    ("permit", Side.FRONT): (*IDENTITY, "document_number", "expiry_date"),
    ("permit", Side.BACK): ("issue_date",),
}


def zone_values(zone: Zone, read: Mrz, today: date, limits: DocumentThresholds) -> dict[str, Value]:
    """The fields of the zone in the citizen's terms, each with its place and whether it is beyond doubt."""
    form = FORMATS[read.format]
    fields = form.fields

    def value(text: str, spans: Sequence[mrz.Span], check: str | None = None) -> Value:
        return Value(text, "mrz", is_sure(zone, read, spans, limits, check), span_box(zone, spans, form.width))

    values = {
        "birth_date": value(
            mrz.full_date(read.fields["birth_date"], today=today, future=False), (fields["birth_date"],), "birth_date"
        ),
        "sex": value(read.fields["sex"], (fields["sex"],)),
        "document_number": value(read.fields["document_number"], (fields["document_number"],), "document_number"),
    }
    surname, given = name_spans(read)
    values["birth_name"] = value(read.fields["surname"], (surname,))
    values["first_names"] = value(read.fields["given_names"], (given,))
    if "expiry_date" in fields:
        text = mrz.full_date(read.fields["expiry_date"], today=today, future=True)
        values["expiry_date"] = value(text, (fields["expiry_date"],), "expiry_date")
        nationality = read.fields["nationality"]
        values["nationality"] = value(ISO_NATIONALITIES.get(nationality, nationality), (fields["nationality"],))
    if "issue_date" in fields:
        values["issue_date"] = value(read.fields["issue_date"], (fields["document_number"],), "document_number")
    if read.format == "FRCNI":
        values["nationality"] = Value("FRA", "mrz", True, span_box(zone, (fields["issuing_state"],), form.width))
    return values


def is_sure(
    zone: Zone, read: Mrz, spans: Sequence[mrz.Span], limits: DocumentThresholds, check: str | None = None
) -> bool:
    """Is what stands there beyond doubt: no other character nearly as likely, or none that the check digit allows?

    check: name of the check digit over these spans.
    """
    if zone.solution.base > limits.zone_cost:
        return False
    if check is not None and not (read.checks.get(check, False) and zone.solution.consistent):
        return False
    masks = template(read.format)
    for line, start, end in spans:
        costs = relative(zone.solution.lattices[line], masks[line])
        for position in range(start, end):
            taken = ALPHABET.index(read.lines[line][position])
            rivals = np.ones(len(ALPHABET), bool)
            if check is not None:
                rivals = np.equal(VALUES, VALUES[taken])
            rivals[taken] = False
            cost = costs[position]
            least = CHECKED_MARGIN if check is not None else limits.name_margin
            if float(cost[rivals].min()) - float(cost[taken]) < least:
                return False
    return True


def name_spans(read: Mrz) -> tuple[mrz.Span, mrz.Span]:
    """Where surname and given names stand, each with the fillers behind it: they say that it ends there."""
    form = FORMATS[read.format]
    if len(form.names) == 2:
        return form.names[0], form.names[1]
    line, start, end = form.names[0]
    text = read.lines[line][start:end]
    parted = text.find(FILLER * 2)
    if parted < 0:
        return (line, start, end), (line, end - 1, end)
    return (line, start, start + parted + 2), (line, start + parted + 2, end)


def span_box(zone: Zone, spans: Sequence[mrz.Span], width: int) -> list[int]:
    """[x, y, width, height] of these characters: they are evenly spaced between the ends of their line."""
    points = []
    for line, start, end in spans:
        quad = zone.quads[line]
        length, height = length_of(quad[1] - quad[0]), length_of(quad[3] - quad[0])
        inset = min(0.25 * height / max(length, 1.0), 0.02)
        for share in (start / width, end / width):
            along = inset + share * (1 - 2 * inset)
            points += [quad[0] + along * (quad[1] - quad[0]), quad[3] + along * (quad[2] - quad[3])]
    array = np.array(points)
    low, high = np.floor(array.min(axis=0)), np.ceil(array.max(axis=0))
    return [int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])]


def compare(
    typed: TypedIdentity,
    values: Mapping[str, Value],
    lines: Sequence[Line],
    read: Mrz | None,
    *,
    model: str | None,
    side: Side | None,
    thresholds: DocumentThresholds,
) -> tuple[list[Finding], dict[str, Value]]:
    """One finding for every typed field that this side shows, and the printed values with their places.

    model: «cnie», «cni», «passport» or «permit»; values: from `zone_values`; lines: the printed ones.
    """
    printed = printed_fields(model, side)
    visible = [line for line in lines if line.score >= thresholds.reading]
    found = printed_values(typed, visible, printed)
    findings: list[Finding] = []
    for name in FIELDS:
        wanted = typed_text(typed, name)
        if not wanted or (name not in values and name not in printed):
            continue
        zone = values.get(name)
        whole = True
        if zone is not None and read is not None and agrees(name, wanted, typed, zone, read):
            whole = is_whole(name, wanted, typed, zone, read)
            if not whole and name not in printed:
                continue  # nothing contradicts, nothing can confirm: the other side has the whole of it
        if name == "document_number" and zone is None and model in NUMBER_ON_BACK and name in found:
            printed_number = found[name].text
            if not agrees_printed(name, wanted, printed_number) and differs_by_type_only(wanted, printed_number):
                continue  # print cannot tell O from 0; the zone on the other side can, by its check digit
        findings.append(_compared(name, wanted, typed, zone, found.get(name), read, whole=whole))
    if typed.use_name and side is Side.FRONT and model is not None:
        findings += _use_name(typed.use_name, visible, always_printed=model in {"cnie", "cni"})
    return findings, found


FIELDS = (
    "birth_name",
    "first_names",
    "birth_date",
    "sex",
    "nationality",
    "document_number",
    "issue_date",
    "expiry_date",
)


def typed_text(typed: TypedIdentity, name: str) -> str:
    value = getattr(typed, name)
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).strip()
    return folded(text) if name == "document_number" else text


def _compared(
    name: str,
    wanted: str,
    typed: TypedIdentity,
    zone: Value | None,
    print_: Value | None,
    read: Mrz | None,
    *,
    whole: bool,
) -> Finding:
    """One of zone and print must say what was typed, and a zone beyond doubt nothing else."""
    by_zone = zone is not None and read is not None and agrees(name, wanted, typed, zone, read)
    by_print = print_ is not None and agrees_printed(name, wanted, print_.text)
    shown = zone if zone is not None and (zone.sure or print_ is None) else print_
    evidence: dict[str, object] = {"typed": wanted, "read": shown.text if shown else None}
    if shown is not None:
        evidence |= {"source": shown.source, "box": shown.box}
    if print_ is not None:
        evidence["printed"] = print_.text
    by_zone_surely = by_zone and zone is not None and zone.sure and whole
    confirmed = by_zone_surely or by_print
    disputed = (zone is not None and zone.sure and not by_zone) or (
        not by_zone_surely and print_ is not None and not by_print
    )
    if print_ is not None and name in NAMES and by_print and not same_accents(wanted, print_.text):
        disputed = True
        evidence["reason"] = "accents"
    if confirmed and not disputed:
        return Finding(f"compare.{name}", Outcome.PASS, 1.0, 1.0, evidence)
    if "reason" not in evidence:
        evidence["reason"] = "mismatch" if disputed else "unread" if shown is None else "uncertain"
    score = 0.0 if shown is None else similarity(folded(shown.text), folded(wanted))
    return Finding(f"compare.{name}", Outcome.REFER, score, 1.0, evidence)


def _use_name(wanted: str, lines: Sequence[Line], *, always_printed: bool) -> list[Finding]:
    """Identity cards print the name of use of whoever has one; elsewhere its absence says nothing."""
    line, likeness = find_name(lines, wanted)
    evidence: dict[str, object] = {"typed": wanted, "read": None, "reason": "unread"}
    if line is not None and likeness > 0.6:
        evidence = {"typed": wanted, "read": line.text, "source": "visual", "box": line.box}
    if likeness == 1.0:
        return [Finding("compare.use_name", Outcome.PASS, 1.0, 1.0, evidence)]
    return [Finding("compare.use_name", Outcome.REFER, likeness, 1.0, evidence)] if always_printed else []


def same_accents(wanted: str, printed: str) -> bool:
    """Does the print have no accent that was not typed? Capitals without accents are no contradiction."""
    text = unicodedata.normalize("NFC", printed).upper()
    accented = {character for character in text if not character.isascii() and character.isalpha()}
    typed = set(unicodedata.normalize("NFC", wanted).upper())
    label = {"É"} if "PRÉNOM" in text else set()
    return accented - label <= typed | ({"Œ"} if "OE" in wanted.upper() else set())


def agrees(name: str, wanted: str, typed: TypedIdentity, zone: Value, read: Mrz) -> bool:
    """Does the zone say what was typed, cut and transliterated as zones are, without the century of a birth?"""
    if name in NAMES:
        return name_agrees(name, typed, read)
    if name == "birth_date":
        return zone.text[2:] == wanted[2:] and bool(zone.text)
    if name == "issue_date":  # the old card's number begins with year and month
        return wanted[2:4] + wanted[5:7] == zone.text
    return zone.text == wanted and bool(zone.text)


def name_agrees(name: str, typed: TypedIdentity, read: Mrz) -> bool:
    """Apostrophes vanish or become fillers, Ä is A or AE: any of the usages will do."""
    written = _written_names(read)
    return any(name_texts[name] == written[name] for name_texts, _ in _expected_names(typed, read))


def is_whole(name: str, wanted: str, typed: TypedIdentity, zone: Value, read: Mrz) -> bool:
    """Does a zone that agrees show all of the typed value: the end of a name, the century that is the likely one?"""
    if name in NAMES:
        return not is_cut(name, typed, read)
    return name != "birth_date" or zone.text == wanted


def is_cut(name: str, typed: TypedIdentity, read: Mrz) -> bool:
    """Does the name fill its place in the zone, so that its end cannot be confirmed there?"""
    written = _written_names(read)
    return all(
        cut for texts, cuts in _expected_names(typed, read) for cut in (cuts[name],) if texts[name] == written[name]
    )


def _written_names(read: Mrz) -> dict[str, str]:
    form = FORMATS[read.format]
    if len(form.names) == 2:
        surname, given = (read.lines[line][start:end] for line, start, end in form.names)
    else:
        line, start, end = form.names[0]
        surname, _, given = read.lines[line][start:end].partition(FILLER * 2)
    return {"birth_name": surname.rstrip(FILLER), "first_names": given.rstrip(FILLER)}


def _expected_names(typed: TypedIdentity, read: Mrz) -> Iterator[tuple[dict[str, str], dict[str, bool]]]:
    """Every way in which a zone of this format may write the typed names, and which of them it may have cut.

    A name that leaves no room for what parts it from a further one may go on: nothing there shows its end.
    """
    form = FORMATS[read.format]
    names = ("birth_name", "first_names")
    for surname in spellings(typed.birth_name) or ["X"]:
        for given in spellings(typed.first_names) or [""]:
            if len(form.names) == 2:
                whole = [surname.replace(" ", FILLER).replace("-", FILLER), _old_card_names(given)]
                rooms = [end - start for _, start, end in form.names]
                shown = [text[:room].rstrip(FILLER) for text, room in zip(whole, rooms, strict=True)]
                parted = [1, 2]  # fillers between two surnames, between two first names
            else:
                _, start, end = form.names[0]
                built = name_field(surname, given, end - start)
                shown = [part.rstrip(FILLER) for part in built.partition(FILLER * 2)[::2]]
                whole = [transliterate(surname), transliterate(given) if given else ""]
                # A surname gives way until one letter of the first names stands behind it.
                rooms = [end - start - (3 if given else 0), end - start - len(_written_names(read)["birth_name"]) - 2]
                parted = [1, 1]
            full = [len(text) + gap >= room for text, gap, room in zip(whole, parted, rooms, strict=True)]
            yield dict(zip(names, shown, strict=True)), dict(zip(names, full, strict=True))


def _old_card_names(given: str) -> str:
    return given.replace(" ", FILLER * 2).replace("-", FILLER)


def spellings(name: str) -> list[str]:
    """The ways in which a name is written in zones, with blanks between words and hyphens kept."""
    variants = []
    for apostrophe in ("", " "):
        for umlaut in (False, True):
            text = name.replace("'", apostrophe).replace("’", apostrophe)
            if umlaut:
                for letter, pair in (("Ä", "AE"), ("Ö", "OE"), ("Ü", "UE")):
                    text = text.replace(letter, pair).replace(letter.lower(), pair)
            try:
                words = [
                    "-".join(transliterate(half).replace(FILLER, "-") for half in word.split("-") if folded(half))
                    for word in text.replace(",", " ").split()
                ]
            except ValueError:
                continue
            variant = " ".join(word for word in words if word)
            if variant and variant not in variants:
                variants.append(variant)
    return variants


def printed_values(typed: TypedIdentity, lines: Sequence[Line], printed: Sequence[str]) -> dict[str, Value]:
    """What the print says where a typed value should stand.

    Dates are told apart by their order: birth first, then issue, then expiry; names and numbers are the nearest lines.
    """
    values: dict[str, Value] = {}
    for name, text in (("birth_name", typed.birth_name), ("first_names", typed.first_names)):
        line, likeness = _find(name, lines, text) if name in printed else (None, 0.0)
        if line is not None and likeness > 0.6:
            values[name] = Value(line.text, "visual", True, line.box)
    if "document_number" in printed:
        line, likeness = find_number(lines, typed.document_number)
        if line is not None and likeness > 0.6:
            values["document_number"] = Value(line.text, "visual", True, line.box)
    found = dates(lines)
    for day, line in found:
        for label, name in DATE_LABELS:
            if label in line.folded and name in printed and name not in values:
                values[name] = Value(day.isoformat(), "visual", True, line.box)
    found = [(day, line) for day, line in found if all(value.box != line.box for value in values.values())]
    wanted = [name for name in DATES if name in printed and name not in values]
    days = sorted({day for day, _ in found})
    if len(days) == len(wanted):
        for name, day in zip(wanted, days, strict=True):
            line = next(line for other, line in found if other == day)
            values[name] = Value(day.isoformat(), "visual", True, line.box)
    return values


def _find(name: str, lines: Sequence[Line], wanted: str) -> tuple[Line | None, float]:
    return find_name(lines, wanted, listed=name == "first_names")


def agrees_printed(name: str, wanted: str, text: str) -> bool:
    if name in NAMES:
        return _find(name, [Line(text, 1.0, [0, 0, 0, 0])], wanted)[1] == 1.0
    if name == "document_number":
        return find_number([Line(text, 1.0, [0, 0, 0, 0])], wanted)[1] == 1.0
    return text == wanted


def differs_by_type_only(wanted: str, text: str) -> bool:
    """Is the printed number the typed one but for characters that look alike in print?"""
    return agrees_printed("document_number", wanted.translate(LOOK_ALIKES), text.upper().translate(LOOK_ALIKES))


def model_of(
    kind: DocumentKind | None, read: Mrz | None, lines: Sequence[Line], typed: TypedIdentity | None
) -> str | None:
    """The kind, the two identity cards told apart: «cnie» since 2021, «cni» before.

    The zone tells, else words that one of them has, else the typed number: twelve characters, or nine.
    """
    if kind is not DocumentKind.CNI:
        return str(kind) if kind is not None else None
    if read is not None:
        return "cni" if read.format == "FRCNI" else "cnie"
    if any("VALABLEJUSQU" in line.folded or "DELIVREELE" in line.folded for line in lines):
        return "cni"
    if any("IDENTITYCARD" in line.folded or "DOCUMENTNO" in line.folded for line in lines):
        return "cnie"
    if typed is not None and typed.document_number:
        return "cni" if len(folded(typed.document_number)) == OLD_CARD_NUMBER else "cnie"
    return None


def printed_fields(model: str | None, side: Side | None) -> tuple[str, ...]:
    """Typed fields that this side shows in print."""
    if model is None or side is None:
        return ()
    return PRINTED.get((model, side), ())
