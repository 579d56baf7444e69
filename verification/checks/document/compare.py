"""What was typed against what the document says, field by field.

A value is only ever *confirmed* when it was read as such: the typed value takes no part in reading. Where two
readings are nearly as likely and no check digit decides, nothing is confirmed and an agent looks.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from verification.checks.document.layout import folded
from verification.checks.document.names import is_cut, name_agrees, same_accents
from verification.checks.document.thresholds import DocumentThresholds
from verification.checks.document.visual import Line, dates, find_name, find_number, similarity
from verification.checks.document.zone_values import Value
from verification.checks.finding import Finding, Outcome
from verification.checks.identity import TypedIdentity
from verification.checks.kinds import KINDS, MODELS, DocumentKind, Side
from verification.checks.mrz.parse import Mrz

OLD_CARD_NUMBER = 12  # characters
NAMES = frozenset({"birth_name", "first_names"})
LOOK_ALIKES = str.maketrans("OIBSZGQ", "0185260")
DATES = ("birth_date", "issue_date", "expiry_date")  # in the order in which they lie in a life
DATE_LABELS = (("VALABLE", "expiry_date"), ("DELIVREE", "issue_date"), ("NEELE", "birth_date"))  # on the same line


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

    model: a name of `kinds.MODELS`; values: from `zone_values`; lines: the printed ones.
    """
    printed = printed_fields(model, side)
    visible = [line for line in lines if line.score >= thresholds.reading_min]
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
        if name == "document_number" and zone is None and zone_side(model) is Side.BACK and name in found:
            printed_number = found[name].text
            if not agrees_printed(name, wanted, printed_number) and differs_by_type_only(wanted, printed_number):
                continue  # print cannot tell O from 0; the zone on the other side can, by its check digit
        findings.append(_compared(name, wanted, typed, zone, found.get(name), read, whole=whole))
    if typed.use_name and side is Side.FRONT and model is not None:
        findings += _use_name(typed.use_name, visible, always_printed=MODELS[model].prints_use_name)
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


def agrees(name: str, wanted: str, typed: TypedIdentity, zone: Value, read: Mrz) -> bool:
    """Does the zone say what was typed, cut and transliterated as zones are, without the century of a birth?"""
    if name in NAMES:
        return name_agrees(name, typed, read)
    if name == "birth_date":
        return zone.text[2:] == wanted[2:] and bool(zone.text)
    if name == "issue_date":  # the old card's number begins with year and month
        return wanted[2:4] + wanted[5:7] == zone.text
    return zone.text == wanted and bool(zone.text)


def is_whole(name: str, wanted: str, typed: TypedIdentity, zone: Value, read: Mrz) -> bool:
    """Does a zone that agrees show all of the typed value: the end of a name, the century that is the likely one?"""
    if name in NAMES:
        return not is_cut(name, typed, read)
    return name != "birth_date" or zone.text == wanted


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
    if kind is None:
        return None
    if kind is not DocumentKind.CNI:
        return KINDS[kind].models[0].name
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
    return MODELS[model].printed.get(side, ())


def zone_side(model: str | None) -> Side | None:
    """Which side of a document of this model bears the zone, with the number and its check digit."""
    return MODELS[model].zone_side if model is not None else None
