"""What was measured on one photo, and the findings that follow from it."""

from dataclasses import dataclass

import numpy as np

from verification.checks import ocr
from verification.checks.document import layout
from verification.checks.document.compare import zone_side
from verification.checks.document.page import Page
from verification.checks.document.quality import Quality
from verification.checks.document.thresholds import DocumentThresholds
from verification.checks.document.zone_values import is_sure, span_box
from verification.checks.finding import Finding, Outcome
from verification.checks.kinds import FRANCE, KINDS, DocumentKind, Side
from verification.checks.mrz.find import Zone
from verification.checks.mrz.formats import FORMATS
from verification.checks.mrz.parse import Mrz

CLEAR_LINES_MIN = 3  # printed lines that must be read where there is no zone


@dataclass(frozen=True)
class Judged:
    """What was measured, and what follows from it. A measure alone refuses nothing that could be read all the same."""

    page: Page
    read: Mrz | None
    face_box: tuple[int, int, int, int] | None
    region: list[int]
    quality: Quality
    kind: DocumentKind | None
    side: Side | None
    model: str | None
    limits: DocumentThresholds
    scale: float
    clear_lines: int

    def findings(
        self,
        asked_kind: DocumentKind | None,
        asked_side: Side | None,
        kind: DocumentKind | None,
        side: Side | None,
    ) -> list[Finding]:
        wants_zone, wants_portrait = self._expects(kind, side)
        legible = self._legible(wants_zone, wants_portrait)
        findings = [
            self._resolution(kind, legible),
            self._at_least("document.sharpness", self.quality.sharpness, self.limits.sharpness_min, legible),
            self._glare(wants_zone, wants_portrait),
            self._at_least("document.dark", self.quality.brightness, self.limits.brightness_min, legible),
            self._bright(legible),
            self._copy(),
            self._cut_off(wants_zone),
        ]
        if wants_portrait:
            findings.append(self._portrait())
        if wants_zone:
            findings += self._zone()
        if self.page.zone is not None and self.read is not None:
            findings.append(self._issuer(self.page.zone, self.read))
        return findings + self._identity(asked_kind, asked_side)

    def _expects(self, kind: DocumentKind | None, side: Side | None) -> tuple[bool, bool]:
        """Does this side bear a zone, a portrait? Where nothing tells the two identity cards apart, neither is missed."""
        bearer = zone_side(self.model) if self.model is not None else Side.BACK
        if kind is not None and len(KINDS[kind].sides) == 1:
            return bearer is not None, True
        if side is Side.BACK:
            return bearer is Side.BACK, False
        if kind is None:
            return self.read is None, self.read is None
        return bearer is Side.FRONT, True

    @property
    def zone_is_read(self) -> bool:
        return (
            self.page.zone is not None
            and self.page.zone.solution.consistent
            and self.page.zone.solution.base <= self.limits.zone_cost_max
        )

    def _legible(self, wants_zone: bool, wants_portrait: bool) -> bool:
        text = self.zone_is_read if wants_zone else self.clear_lines >= CLEAR_LINES_MIN
        return text and (not wants_portrait or self.face_box is not None)

    def _at_least(self, code: str, score: float, minimum: float, legible: bool) -> Finding:
        good = score >= minimum or legible
        return Finding(code, Outcome.PASS if good else Outcome.FAIL, score, minimum)

    def _resolution(self, kind: DocumentKind | None, legible: bool) -> Finding:
        score = layout.pixels_per_mm(self.page, self.region, kind) * self.scale
        minimum = self.limits.pixels_per_mm_min
        good = score >= minimum or (legible and score >= 0.6 * minimum)
        return Finding("document.resolution", Outcome.PASS if good else Outcome.FAIL, score, minimum)

    def _bright(self, legible: bool) -> Finding:
        good = self.quality.brightness <= self.limits.brightness_max or legible
        outcome = Outcome.PASS if good else Outcome.FAIL
        return Finding("document.bright", outcome, self.quality.brightness, self.limits.brightness_max)

    def _glare(self, wants_zone: bool, wants_portrait: bool) -> Finding:
        score, limit, box = self.quality.glare, self.limits.glare_max, self.quality.glare_box
        evidence = {"box": box} if score > 0 else {}
        if (
            score <= limit or self.quality.brightness > self.limits.brightness_max
        ):  # then all of it is burnt, not a spot
            return Finding("document.glare", Outcome.PASS, score, limit, evidence)
        if wants_portrait and self.face_box is None:
            return Finding("document.glare_portrait", Outcome.FAIL, score, limit, evidence)
        if wants_zone and not self.zone_is_read:
            return Finding("document.glare_mrz", Outcome.FAIL, score, limit, evidence)
        return Finding("document.glare", Outcome.PASS, score, limit, evidence)

    def _copy(self) -> Finding:
        score, limit = self.quality.chroma, self.limits.chroma_min
        if score >= limit:
            return Finding("document.copy", Outcome.PASS, score, limit)
        dim = self.quality.brightness < self.limits.brightness_min  # little light leaves little colour
        return Finding("document.copy", Outcome.REFER if dim else Outcome.FAIL, score, limit)

    def _cut_off(self, wants_zone: bool) -> Finding:
        """Text or portrait running out of the picture. A scan may fill it: only what is not read counts."""
        edge = self.limits.edge_min * max(self.page.width, self.page.height)
        quads = (
            self.page.zone.quads
            if self.page.zone is not None
            else [box.quad for box in self.page.boxes if box.length > 5 * box.height]
        )
        size = np.array([self.page.width, self.page.height])
        gaps = [float(min(quad.min(), (size - quad).min())) for quad in quads]
        unread = wants_zone and not self.zone_is_read
        score = min(gaps, default=float(max(size))) / max(self.page.width, self.page.height)
        cut = unread and min(gaps, default=edge + 1) <= edge
        return Finding("document.cut_off", Outcome.FAIL if cut else Outcome.PASS, score, self.limits.edge_min)

    def _portrait(self) -> Finding:
        if self.face_box is None:
            return Finding("document.portrait", Outcome.FAIL, 0.0, 1.0)
        return Finding("document.portrait", Outcome.PASS, 1.0, 1.0, {"box": list(self.face_box)})

    def _zone(self) -> list[Finding]:
        if self.page.zone is None or self.read is None:
            return [Finding("document.mrz_found", Outcome.FAIL, 0.0, 1.0)]
        boxes = [ocr.TextBox(quad, 1.0).bounds for quad in self.page.zone.quads]
        found = Finding("document.mrz_found", Outcome.PASS, 1.0, 1.0, {"boxes": boxes, "format": self.read.format})
        right = sum(self.read.checks.values()) / len(self.read.checks)
        repaired = [
            {"line": line, "position": position, "read": old, "taken": new}
            for line, position, old, new in self.page.zone.solution.repaired
        ]
        wrong = [name for name, holds in self.read.checks.items() if not holds]
        evidence = {"wrong": wrong, "repaired": repaired}
        outcome = Outcome.PASS if self.zone_is_read else Outcome.REFER
        return [found, Finding("document.mrz_check_digits", outcome, right, 1.0, evidence)]

    def _issuer(self, zone: Zone, read: Mrz) -> Finding:
        """Was it issued by France? No other State's document is accepted, however good it is."""
        form, state = FORMATS[read.format], read.fields["issuing_state"]
        span = form.fields["issuing_state"]
        evidence = {"seen": state, "box": span_box(zone, (span,), form.width)}
        # The format of the old card is France's own: these letters were no reading.
        french = state == FRANCE and (read.format == "FRCNI" or is_sure(zone, read, (span,), self.limits))
        return Finding("document.issuer", Outcome.PASS if french else Outcome.REFER, evidence=evidence)

    def _identity(self, asked_kind: DocumentKind | None, asked_side: Side | None) -> list[Finding]:
        findings = []
        evidence = {"seen": str(self.kind) if self.kind else None}
        if asked_kind is not None:
            outcome = Outcome.PASS if self.kind is asked_kind else Outcome.FAIL if self.kind else Outcome.REFER
            findings.append(Finding("document.kind", outcome, evidence=evidence | {"asked": str(asked_kind)}))
        elif self.kind is not None:
            findings.append(Finding("document.kind", Outcome.PASS, evidence=evidence))
        else:
            findings.append(Finding("document.kind", Outcome.REFER, evidence=evidence))
        if asked_side is not None and self.side is not None:
            same = self.side is asked_side or (asked_kind is not None and len(KINDS[asked_kind].sides) == 1)
            outcome = Outcome.PASS if same else Outcome.FAIL
            findings.append(
                Finding("document.side", outcome, evidence={"seen": str(self.side), "asked": str(asked_side)})
            )
        return findings
