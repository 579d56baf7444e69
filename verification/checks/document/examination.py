"""One photo of one side of a document, every check, one result."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import cv2
import numpy as np
from numpy.typing import NDArray

from verification.checks import faces, images, ocr
from verification.checks.document import layout, visual
from verification.checks.document.compare import (
    agrees,
    agrees_printed,
    compare,
    is_whole,
    model_of,
    printed_fields,
    printed_values,
    typed_text,
    zone_side,
)
from verification.checks.document.expiry import check_expiry
from verification.checks.document.judged import Judged
from verification.checks.document.page import Page, levelled, look_finely, open_page
from verification.checks.document.quality import measure
from verification.checks.document.thresholds import DocumentThresholds
from verification.checks.document.zone_values import Value, zone_values
from verification.checks.document_reference import DocumentReference
from verification.checks.finding import Finding, Outcome, worst, worst_first
from verification.checks.identity import TypedIdentity
from verification.checks.kinds import KINDS, MODELS, DocumentKind, Side
from verification.checks.mrz.parse import Mrz, parse

WORKING_SIDE = 2000  # pixels: the photo is looked at no larger; letters of a whole document are then 25 pixels wide
SIDE_MIN = 64  # pixels
CARD_HEIGHT_MM = 54.0  # of the smallest document, ISO/IEC 7810 ID-1
FACE_SIDE = 900  # pixels
FACE_SHARE = 0.08  # smallest portrait, as a share of the searched part's longer side
REFERENCE_WIDTH = 640
SPELT = {"birth_name", "first_names"}  # read in print even where the zone has them: it knows no accents
FINE_BUDGET = 3000  # pixels of the recogniser's input, for lines found at the second look
KIND_BUDGET = 2500  # pixels of the recogniser's input: to find the document's title
CODE_VERSION = "2026-11-21.2"


@dataclass(frozen=True, kw_only=True)
class PhotoExamination:
    """What `examine_photo` found. Pixels are those of `picture`.

    findings: one for each check that could run, failed ones first. fields: what was read, in the citizen's terms,
    with places. portrait: embedding, shape (128,). picture: JPEG bytes, upright, without metadata, for agents.
    quarter_turns: clockwise, from the photo as its metadata has it to `picture`. reference_gray: JPEG bytes, grey, at
    most 640 pixels wide, of the document alone. words: printed texts, as read.
    """

    findings: tuple[Finding, ...]
    mrz: Mrz | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)
    portrait: NDArray[np.float64] | None = None
    portrait_box: tuple[int, int, int, int] | None = None
    kind: DocumentKind | None = None
    side: Side | None = None
    picture: bytes = b""
    upright_size: tuple[int, int] = (0, 0)
    quarter_turns: int = 0
    reference_gray: bytes = b""
    words: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome:
        return worst(finding.outcome for finding in self.findings)

    @property
    def readable(self) -> bool:
        """False when the file could not be opened as a picture: then there is one finding, which says why."""
        return bool(self.picture)

    @property
    def reference(self) -> DocumentReference:
        """What the face video needs to recognise the same document."""
        return DocumentReference(
            portrait=self.portrait,
            mrz=self.mrz.lines if self.mrz is not None else None,
            crop=self.reference_gray or None,
            words=tuple(word.upper() for word in self.words),
        )


def versions() -> dict[str, str]:
    """Of code and models: kept with every result, so that a case can be run again and compared."""
    return {"checks.document": CODE_VERSION, **ocr.versions(), **faces.versions()}


def examine_photo(
    data: bytes,
    *,
    kind: DocumentKind | None = None,
    side: Side | None = None,
    typed: TypedIdentity | None = None,
    today: date,
    thresholds: DocumentThresholds | None = None,
) -> PhotoExamination:
    """Run every check over one photo.

    data: the file as sent. kind, side: what was asked for; None to take what is there. typed: what to compare with.
    An unreadable file gives one failed finding, `document.<cause>`; nothing is raised for what a stranger sends.
    """
    limits = thresholds or DocumentThresholds()
    try:
        picture = images.decode(data, max_side=WORKING_SIDE)
    except images.UnreadableImage as error:
        return PhotoExamination(findings=(Finding(f"document.{error.code}", Outcome.FAIL),), versions=versions())
    if min(picture.rgb.shape[:2]) < SIDE_MIN:
        return _too_small(picture, limits)
    page = open_page(picture.rgb, expects_zone=_may_bear_zone(kind, side, typed))
    read = parse(page.zone.solution.lines) if page.zone is not None else None
    face, face_box = _portrait(page, limits, thorough=side is not Side.BACK) if not _is_back(page) else (None, None)
    region = layout.text_region(page, face_box)
    announced = layout.kind_of_zone(page)
    boxes = visual.candidates(page, region)
    lines: list[visual.Line] = []
    if announced is None:
        longest = sorted(boxes, key=lambda number: -page.boxes[number].length)  # titles, and lines that say what it is
        lines = visual.read_lines(page, longest, budget=KIND_BUDGET, enough=_names_kind)
        announced = _kind_by_print(lines, has_portrait=face is not None)
    seen_kind, seen_side = announced if announced is not None else (None, None)
    quality = measure(page.rgb, region, list(face_box) if face_box else None)
    scale = picture.full_size[0] / (page.width if page.quarter_turns % 2 == 0 else page.height)
    expected_kind, expected_side = kind or seen_kind, side or seen_side
    model = model_of(expected_kind, read, lines, typed)
    values: dict[str, Value] = {}
    if page.zone is not None and read is not None:
        values = zone_values(page.zone, read, today, limits)
    compared: list[Finding] = []
    if typed is not None:
        settled = _settled(typed, values, read)
        lines = _printed_lines(page, region, typed, model, expected_side, limits, settled)
        compared, printed = compare(typed, values, lines, read, model=model, side=expected_side, thresholds=limits)
        values |= {name: value for name, value in printed.items() if name not in values or not values[name].sure}
    clear_lines = sum(line.score >= limits.reading_min and len(line.folded) > 2 for line in lines)
    judged = Judged(page, read, face_box, region, quality, seen_kind, seen_side, model, limits, scale, clear_lines)
    findings = [Finding("document.decodable", Outcome.PASS, evidence={"format": picture.format})]
    findings += judged.findings(kind, side, expected_kind, expected_side)
    findings += compared
    expired = check_expiry(typed, values, read, expected_kind, today)
    if expired is not None:
        findings.append(expired)
    return PhotoExamination(
        findings=tuple(worst_first(findings)),
        mrz=read,
        fields=values,
        portrait=face,
        portrait_box=face_box,
        kind=seen_kind,
        side=seen_side,
        picture=images.reencode(page.rgb),
        upright_size=(page.width, page.height),
        quarter_turns=page.quarter_turns,
        reference_gray=_reference(page, region),
        words=tuple(line.text for line in lines),
        versions=versions(),
    )


def _settled(typed: TypedIdentity, values: Mapping[str, Value], read: Mrz | None) -> set[str]:
    """Typed fields that the zone confirms, all of them, beyond doubt."""
    if read is None:
        return set()
    wanted = {name: typed_text(typed, name) for name in values}
    return {
        name
        for name, value in values.items()
        if value.sure
        and agrees(name, wanted[name], typed, value, read)
        and is_whole(name, wanted[name], typed, value, read)
    }


def _too_small(picture: images.Picture, limits: DocumentThresholds) -> PhotoExamination:
    """Nothing can be looked for in a strip of pixels."""
    height, width = picture.rgb.shape[:2]
    score, least = min(height, width) / CARD_HEIGHT_MM, SIDE_MIN / CARD_HEIGHT_MM
    return PhotoExamination(
        findings=(
            Finding("document.resolution", Outcome.FAIL, score, max(least, limits.pixels_per_mm_min)),
            Finding("document.decodable", Outcome.PASS, evidence={"format": picture.format}),
        ),
        picture=images.reencode(picture.rgb),
        upright_size=(width, height),
        versions=versions(),
    )


def _may_bear_zone(kind: DocumentKind | None, side: Side | None, typed: TypedIdentity | None) -> bool:
    """Is it worth a long search? Not on the front of a permit or a new identity card, nor on the back of an old one."""
    if kind is None or side is None or len(KINDS[kind].sides) == 1:
        return True
    model = model_of(kind, None, (), typed)
    return model is None or zone_side(model) is side


def _is_back(page: Page) -> bool:
    """Does its zone say that this is a back? No portrait is looked for there."""
    seen = layout.kind_of_zone(page)
    return seen is not None and seen[1] is Side.BACK


def _portrait(
    page: Page, limits: DocumentThresholds, *, thorough: bool
) -> tuple[NDArray[np.float64] | None, tuple[int, int, int, int] | None]:
    """The embedding of the largest printed face and its box. Looked for beside the text, level, in even light."""
    x, y, width, height = _with_margin(layout.text_region(page, None), 0.35, page)
    small, back = levelled(page.rgb[y : y + height, x : x + width], page.tilt, FACE_SIDE)
    found = faces.find(
        small,
        min_size=max(40, round(FACE_SHARE * max(small.shape[:2]))),
        min_score=limits.portrait_min,
        thorough=thorough,
    )
    if not found:
        return None, None
    face = max(found, key=lambda candidate: candidate.size)
    left, top, wide, high = face.box
    corners = np.array([[left, top, 1], [left + wide, top, 1], [left + wide, top + high, 1], [left, top + high, 1]])
    points = corners @ back.T + np.array([x, y])
    low, high_corner = points.min(axis=0), points.max(axis=0)
    box = (int(low[0]), int(low[1]), int(high_corner[0] - low[0]), int(high_corner[1] - low[1]))
    return faces.embed(small, face), box


def _names_kind(lines: Sequence[visual.Line]) -> bool:
    return layout.kind_of_words(line.text for line in lines) is not None


def _printed_lines(
    page: Page,
    region: Sequence[int],
    typed: TypedIdentity,
    model: str | None,
    side: Side | None,
    limits: DocumentThresholds,
    settled: Collection[str],
) -> list[visual.Line]:
    """The printed lines, read until everything typed has been found where it should be, or the budget is spent.

    settled: fields that the zone has confirmed: nobody goes on reading for them alone.
    """
    boxes = visual.candidates(page, region)
    names = printed_fields(model, side)
    open_ = [name for name in names if name not in settled or name in SPELT]
    wanted = [text for text in (typed_text(typed, name) for name in open_) if text]
    prints_use_name = (
        bool(typed.use_name) and side is Side.FRONT and model is not None and MODELS[model].prints_use_name
    )
    if prints_use_name:
        wanted.append(typed.use_name)
    labelled = model is not None and MODELS[model].labels_beside

    def missing(lines: Sequence[visual.Line]) -> set[str]:
        sure = [line for line in lines if line.score >= limits.reading_min]
        found = printed_values(typed, sure, names)
        absent = {
            name
            for name in names
            if typed_text(typed, name)
            and not (name in found and agrees_printed(name, typed_text(typed, name), found[name].text))
        }
        if prints_use_name and visual.find_name(sure, typed.use_name)[1] < 1.0:
            absent.add("use_name")
        return absent

    def enough(lines: Sequence[visual.Line]) -> bool:
        return not missing(lines) - (set(settled) - SPELT)

    lines = visual.read_lines(page, boxes, wanted=wanted, labelled=labelled, enough=enough)
    if missing(lines) - set(settled) and look_finely(page, region):
        boxes = visual.candidates(page, region)
        lines = visual.read_lines(page, boxes, wanted=wanted, labelled=labelled, enough=enough, budget=FINE_BUDGET)
    return lines


def _with_margin(region: Sequence[int], share: float, page: Page) -> list[int]:
    x, y, width, height = region
    margin = share * max(width, height)
    left, top = max(0, round(x - margin)), max(0, round(y - margin))
    right, bottom = min(page.width, round(x + width + margin)), min(page.height, round(y + height + margin))
    return [left, top, right - left, bottom - top]


def _kind_by_print(lines: Sequence[visual.Line], *, has_portrait: bool) -> tuple[DocumentKind, Side] | None:
    found = layout.kind_of_words(line.text for line in lines)
    if found is None:
        return None
    return found[0], Side.FRONT if has_portrait else found[1]


def _reference(page: Page, region: Sequence[int]) -> bytes:
    x, y, width, height = region
    part = cv2.cvtColor(page.rgb[y : y + height, x : x + width], cv2.COLOR_RGB2GRAY)
    ratio = min(1.0, REFERENCE_WIDTH / part.shape[1])
    size = max(1, round(part.shape[1] * ratio)), max(1, round(part.shape[0] * ratio))
    return images.reencode(np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8), quality=80)
