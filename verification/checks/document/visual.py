"""The printed part of a document: what stands there in words, and where a typed value stands."""

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from verification.checks import ocr
from verification.checks.document.layout import folded
from verification.checks.document.page import Page
from verification.checks.ocr import TextBox

BATCH, WIDTH_BUDGET = 3, 5000  # lines read at a time, pixels of the recogniser's input in all: it costs by the pixel
CHARACTER_WIDTHS = 26, 21  # pixels of the recogniser's input: capitals; small letters and digits
VALUE_PERCENTILE = 75  # of the heights of all lines: that of the values
SMALL_TYPE = 2.0  # weight of a line's being lower than that, against its length
LABELLED_WIDTH = 17  # the same where a label in smaller type makes the line's box higher
LABEL_ROOM = 9  # characters of that label
DATE = re.compile(r"(?<!\d)([0-3]?\d)[ .,/\-]{0,2}([01]\d)[ .,/\-]{0,2}((?:19|20)\d\d)(?!\d)")
NUMBER_LABELS = re.compile(r"^(?:CARTENATIONALEDIDENTITENO?|NODUDOCUMENTDOCUMENTNO|PASSEPORTN?O?|NO?)(?=[A-Z0-9])")
NAME_LABELS = frozenset(
    ("NOM", "SURNAME", "NAME", "NOMSURNAME", "NOMNAME", "NOMDUSAGE", "ALTERNATENAME", "NOMDUSAGEALTERNATENAME")
    + ("PRENOM", "PRENOMS", "GIVENNAMES", "PRENOMSGIVENNAMES", "EPOUSE", "EPOUX", "EP", "VEUVE", "VVE")
)
LABEL_END = re.compile(r"[\s:.]")
CONTINUED = (",", "、")  # the recogniser knows both
CONTINUED_MAX = 0.99  # likeness of a text that goes on in the row below


@dataclass(frozen=True, eq=False)
class Line:
    """One printed line. box: [x, y, width, height] in pixels of the upright picture; score: 0 to 1."""

    text: str
    score: float
    box: list[int]

    @property
    def folded(self) -> str:
        return folded(self.text)


def candidates(page: Page, region: Sequence[int]) -> list[int]:
    """Numbers of the boxes that may hold values: outside the zone, inside the document, the tallest type first."""
    x, y, width, height = region
    chosen = []
    for number, box in enumerate(page.boxes):
        middle = box.center
        inside = x <= middle[0] <= x + width and y <= middle[1] <= y + height
        level = abs(_angle_to(box, page.tilt)) < 12 or box.length < 2 * box.height
        if inside and level and not _in_zone(page, box):
            chosen.append(number)
    return sorted(chosen, key=lambda number: -min(page.boxes[number].height, page.boxes[number].length))


def _angle_to(box: TextBox, tilt: float) -> float:
    along = box.quad[1] - box.quad[0]
    return float((np.degrees(np.arctan2(along[1], along[0])) - tilt + 90.0) % 180.0 - 90.0)


def _in_zone(page: Page, box: TextBox) -> bool:
    if page.zone is None:
        return False
    for quad in page.zone.quads:
        along = (quad[1] - quad[0]) / max(float(np.linalg.norm(quad[1] - quad[0])), 1.0)
        down = np.array([-along[1], along[0]])
        height = float(np.linalg.norm(quad[3] - quad[0]))
        offset = box.center - quad.mean(axis=0)
        if abs(float(offset @ down)) < 0.6 * height and abs(float(offset @ along)) < 0.5 * float(
            np.linalg.norm(quad[1] - quad[0])
        ):
            return True
    return False


def read_lines(
    page: Page,
    numbers: Sequence[int],
    *,
    wanted: Sequence[str] = (),
    labelled: bool = False,
    enough: Callable[[Sequence[Line]], bool] = lambda lines: False,
    budget: int = WIDTH_BUDGET,
) -> list[Line]:
    """Read these boxes, likely ones first, until it is enough or the budget is spent; what was read before is free.

    wanted: texts that are hoped for: boxes of about their length are likely ones. labelled: labels may stand on the
    same lines.
    """
    known = [number for number in numbers if page.knows(number)]
    open_ = [number for number in numbers if not page.knows(number)]
    if wanted and open_:
        usual = float(np.percentile([page.boxes[number].height for number in numbers], VALUE_PERCENTILE))
        open_.sort(key=lambda number: _surprise(page.boxes[number], wanted, usual, labelled))
    chosen, spent = known, 0.0
    while True:
        lines = [
            Line(reading.text, reading.score, page.boxes[number].bounds)
            for number, reading in zip(chosen, page.read(chosen), strict=True)
            if reading.text.strip()
        ]
        if not open_ or enough(lines):
            return lines
        batch: list[int] = []
        while open_ and len(batch) < BATCH:
            number = open_.pop(0)
            cost = ocr.LINE_HEIGHT * page.boxes[number].length / max(page.boxes[number].height, 1.0)
            if spent + cost <= budget:
                spent += cost
                batch.append(number)
        if not batch:
            return lines
        chosen = [*chosen, *batch]


def _surprise(box: TextBox, wanted: Sequence[str], usual: float, labelled: bool) -> float:
    """How far the box is from the shape of the nearest wanted text; 0 for a perfect fit.

    usual: height of the boxes of values: labels of their own are set in smaller type.
    """
    width = ocr.LINE_HEIGHT * box.length / max(box.height, 1.0)
    expected = [wide * len(text) for text in wanted for wide in CHARACTER_WIDTHS]
    if labelled:
        expected += [LABELLED_WIDTH * (len(text) + LABEL_ROOM) for text in wanted]
    small = max(0.0, math.log(usual / max(box.height, 1.0)))
    return min(abs(math.log(width / other)) for other in expected) + SMALL_TYPE * small


def dates(lines: Sequence[Line]) -> list[tuple[date, Line]]:
    """Every date printed, in calendar order."""
    found = []
    for line in lines:
        for day, month, year in DATE.findall(unicodedata.normalize("NFKC", line.text)):
            try:
                found.append((date(int(year), int(month), int(day)), line))
            except ValueError:
                continue
    return sorted(found, key=lambda item: item[0])


def find_name(lines: Sequence[Line], name: str, *, listed: bool = False) -> tuple[Line | None, float]:
    """The line that holds this name and nothing but its label; else the nearest line, and how near, 0 to 1.

    listed: several names, parted by commas: a line that ends with one and the row below it are only whole together.
    """
    wanted = folded(name)
    best: tuple[Line | None, float] = (None, 0.0)
    if not wanted:
        return best
    # The recogniser takes the one letter Œ for the two letters CE.
    spellings = {wanted, folded(name.replace("Œ", "CE").replace("œ", "ce"))}
    rests = {second for first in lines for second in lines if _continues(first, second)} if listed else set()
    for line in joined(lines):
        if line in rests:
            continue
        most = CONTINUED_MAX if listed and _goes_on(line.text) else 1.0
        for text in _names(line.text):
            likeness = min(most, max(similarity(text, spelling) for spelling in spellings))
            if likeness > best[1]:
                best = (line, likeness)
    return best


def find_number(lines: Sequence[Line], number: str) -> tuple[Line | None, float]:
    """The same for a document's number, which may stand behind its label."""
    wanted = folded(number)
    best: tuple[Line | None, float] = (None, 0.0)
    for line in lines:
        words = [folded(word) for word in line.text.split()]
        for text in [*_numbers(line.folded), *words]:
            likeness = similarity(text, wanted)
            if likeness > best[1]:
                best = (line, likeness)
    return best


def _names(text: str) -> Iterator[str]:
    """The line folded, whole and without the label before it.

    A label ends with a blank, a colon or a full stop: «NAUDIN» is a name, no number of «AUDIN».
    """
    plain = unicodedata.normalize("NFKC", text)
    yield folded(plain)
    for end in LABEL_END.finditer(plain):
        if folded(plain[: end.start()]) in NAME_LABELS and folded(plain[end.end() :]):
            yield folded(plain[end.end() :])


def _goes_on(text: str) -> bool:
    return unicodedata.normalize("NFKC", text).rstrip().endswith(CONTINUED)


def _numbers(text: str) -> Iterator[str]:
    """The folded line, and the same without the label before it."""
    yield text
    without = NUMBER_LABELS.sub("", text)
    if without != text:
        yield without


def joined(lines: Sequence[Line]) -> list[Line]:
    """The lines, and what two or three pieces on one row, or two rows under each other, say together."""
    result = list(lines)
    for first in lines:
        x, y, width, height = first.box
        for second in lines:
            if second is first:
                continue
            beside = abs(second.box[1] - y) < 0.5 * height and 0 <= second.box[0] - x - width < 3 * height
            below = _is_below(first, second) and abs(second.box[0] - x) < height
            if beside or below or _continues(first, second):
                left, top = min(x, second.box[0]), min(y, second.box[1])
                right = max(x + width, second.box[0] + second.box[2])
                bottom = max(y + height, second.box[1] + second.box[3])
                box = [left, top, right - left, bottom - top]
                result.append(Line(f"{first.text} {second.text}", min(first.score, second.score), box))
    return result


def _is_below(first: Line, second: Line) -> bool:
    height = first.box[3]
    return 0.5 * height < second.box[1] - first.box[1] < 1.8 * height


def _continues(first: Line, second: Line) -> bool:
    """Is the second the row below a first that ends with a comma? A label may push the first one's beginning out."""
    overlap = min(first.box[0] + first.box[2], second.box[0] + second.box[2]) - max(first.box[0], second.box[0])
    return _goes_on(first.text) and _is_below(first, second) and overlap > 0


def similarity(first: str, second: str) -> float:
    """1 for equal texts, less by the share of edits needed."""
    if first == second:
        return 1.0
    longest = max(len(first), len(second))
    if not longest or abs(len(first) - len(second)) > 0.5 * longest:
        return 0.0
    return 1.0 - edits(first, second) / longest


def edits(first: str, second: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, start=1):
        previous, row[0] = row[0], i
        for j, b in enumerate(second, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]
