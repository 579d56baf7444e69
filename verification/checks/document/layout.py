"""Which document is this, which side of it, and where in the picture does it lie?"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np

from verification.checks.document.page import Page
from verification.checks.kinds import KIND_OF_MODEL, KINDS, MODELS, DocumentKind, Side

PITCH_MM = 2.54  # one character of a zone, Doc 9303-3, 4.7


def folded(text: str) -> str:
    """Capital letters and digits only, without accents: what is left when recognition is uncertain of the rest."""
    text = text.replace("Œ", "OE").replace("œ", "oe").replace("Æ", "AE").replace("æ", "ae")
    plain = unicodedata.normalize("NFD", text.upper())
    return re.sub(r"[^A-Z0-9]", "", plain)


def kind_of_zone(page: Page) -> tuple[DocumentKind, Side] | None:
    """What the machine-readable zone says; None for documents that are not accepted here."""
    if page.zone is None:
        return None
    form, line = page.zone.solution.format, page.zone.solution.lines[0]
    bearers = [model for model in MODELS.values() if model.zone_format == form and line.startswith(model.zone_code)]
    model = max(bearers, key=lambda model: len(model.zone_code), default=None)
    if model is None or model.zone_side is None:
        return None
    return KIND_OF_MODEL[model.name], model.zone_side


def kind_of_words(texts: Iterable[str]) -> tuple[DocumentKind, Side] | None:
    """What the printed words say, the kind with most of them first."""
    whole = [folded(text) for text in texts]
    scores = {
        (kind, side): sum(any(word in text for text in whole) for word in words)
        for kind, rules in KINDS.items()
        for side, words in rules.words.items()
    }
    best = max(scores, key=lambda key: scores[key])
    return best if scores[best] else None


def pixels_per_mm(page: Page, region: Sequence[int], kind: DocumentKind | None) -> float:
    """How large the document is in the picture: by its zone, whose type size is fixed, else by where its text lies."""
    if page.zone is not None:
        width = {"TD1": 30, "TD2": 36, "FRCNI": 36, "MRVB": 36}.get(page.zone.solution.format, 44)
        return float(max(np.linalg.norm(quad[1] - quad[0]) for quad in page.zone.quads)) / (width * PITCH_MM)
    return max(region[2], region[3]) / KINDS[kind or DocumentKind.CNI].width_mm


def text_region(page: Page, portrait: Sequence[int] | None) -> list[int]:
    """[x, y, width, height] around the text that belongs together, the zone and the portrait; else the picture."""
    quads = [box.quad for box in page.boxes if box.length > 1.5 * box.height]
    if page.zone is not None:
        quads += page.zone.quads
        reach = max(float(np.linalg.norm(quad[1] - quad[0])) for quad in page.zone.quads)
        middle = np.mean([quad.mean(axis=0) for quad in page.zone.quads], axis=0)
        quads = [quad for quad in quads if float(np.linalg.norm(quad.mean(axis=0) - middle)) < 0.95 * reach]
    if portrait is not None:
        x, y, width, height = portrait
        quads.append(np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], np.float32))
    if not quads:
        return [0, 0, page.width, page.height]
    points = np.concatenate(quads)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.03 * float((high - low).max())
    left, top = max(0, int(low[0] - margin)), max(0, int(low[1] - margin))
    right, bottom = min(page.width, int(high[0] + margin)), min(page.height, int(high[1] + margin))
    return [left, top, max(8, right - left), max(8, bottom - top)]
