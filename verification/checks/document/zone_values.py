"""The fields of a machine-readable zone in the citizen's terms, each with its place and whether it is beyond doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from verification.checks.document.thresholds import DocumentThresholds
from verification.checks.mrz.find import Zone
from verification.checks.mrz.formats import FILLER, FORMATS, Span
from verification.checks.mrz.lattice import relative
from verification.checks.mrz.parse import Mrz, full_date
from verification.checks.mrz.template import ALPHABET, VALUES, template
from verification.checks.ocr import length_of

ISO_NATIONALITIES = {"D": "DEU"}  # the one State whose code in zones is not that of ISO 3166 (Doc 9303-3, section 5)
CHECKED_MARGIN = 1.5  # natural logarithms: against a character that the check digit cannot tell from the one read


@dataclass(frozen=True)
class Value:
    """One value as read. sure: no other reading was nearly as likely. box: in pixels of the upright picture."""

    text: str
    source: str
    sure: bool
    box: list[int]


def zone_values(zone: Zone, read: Mrz, today: date, limits: DocumentThresholds) -> dict[str, Value]:
    """The fields of the zone in the citizen's terms, each with its place and whether it is beyond doubt."""
    form = FORMATS[read.format]
    fields = form.fields

    def value(text: str, spans: Sequence[Span], check: str | None = None) -> Value:
        return Value(text, "mrz", is_sure(zone, read, spans, limits, check), span_box(zone, spans, form.width))

    values = {
        "birth_date": value(
            full_date(read.fields["birth_date"], today=today, future=False), (fields["birth_date"],), "birth_date"
        ),
        "sex": value(read.fields["sex"], (fields["sex"],)),
        "document_number": value(read.fields["document_number"], (fields["document_number"],), "document_number"),
    }
    surname, given = name_spans(read)
    values["birth_name"] = value(read.fields["surname"], (surname,))
    values["first_names"] = value(read.fields["given_names"], (given,))
    if "expiry_date" in fields:
        text = full_date(read.fields["expiry_date"], today=today, future=True)
        values["expiry_date"] = value(text, (fields["expiry_date"],), "expiry_date")
        nationality = read.fields["nationality"]
        values["nationality"] = value(ISO_NATIONALITIES.get(nationality, nationality), (fields["nationality"],))
    if "issue_date" in fields:
        values["issue_date"] = value(read.fields["issue_date"], (fields["document_number"],), "document_number")
    if read.format == "FRCNI":
        values["nationality"] = Value("FRA", "mrz", True, span_box(zone, (fields["issuing_state"],), form.width))
    return values


def is_sure(zone: Zone, read: Mrz, spans: Sequence[Span], limits: DocumentThresholds, check: str | None = None) -> bool:
    """Is what stands there beyond doubt: no other character nearly as likely, or none that the check digit allows?

    check: name of the check digit over these spans.
    """
    if zone.solution.base > limits.zone_cost_max:
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
            least = CHECKED_MARGIN if check is not None else limits.name_margin_min
            if float(cost[rivals].min()) - float(cost[taken]) < least:
                return False
    return True


def name_spans(read: Mrz) -> tuple[Span, Span]:
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


def span_box(zone: Zone, spans: Sequence[Span], width: int) -> list[int]:
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
