"""The reader of document photos, over real specimens of others and over the generated grid."""

import json
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sandbox.evaluation.rows import Row
from sandbox.specimens.documents import MISMATCHES, Document, draw_document, mismatch
from sandbox.specimens.grid import Cell
from sandbox.specimens.people import TODAY, make_person
from sandbox.specimens.photograph import photograph
from verification.checks.document.compare import printed_fields
from verification.checks.document.examination import PhotoExamination, examine_photo
from verification.checks.finding import Outcome
from verification.checks.kinds import KIND_OF_MODEL, Side
from verification.thresholds import document_thresholds

MISTAKES_EVERY = 3  # photos: the comparison with a mistake costs as much as the reading
REAL_DAY = date(2026, 11, 21)  # specimens of other States: only how two-digit years are read depends on it


def real_files(material: Path) -> dict[str, tuple[str, list[str]]]:
    """`mrz/truth.json`: file → format and lines. Empty without such a folder."""
    truth = material / "mrz" / "truth.json"
    if not truth.exists():
        return {}
    return {name: (entry[0], list(entry[1])) for name, entry in json.loads(truth.read_text(encoding="utf-8")).items()}


def examine_real(material: Path, name: str, form: str, lines: list[str]) -> Row:
    """One photo of the folder: what was read of its zone."""
    data = (material / "mrz" / name).read_bytes()
    began = time.process_time()
    examination = examine_photo(data, today=REAL_DAY, thresholds=document_thresholds())
    return {
        "id": f"real/{name}",
        "part": "real_documents",
        "kind": form,
        "seconds": round(time.process_time() - began, 3),
        **reading(examination, lines),
    }


def reading(examination: PhotoExamination, lines: list[str]) -> Row:
    """found: a zone was seen. exact: every character right. digits: all check digits right."""
    read = examination.mrz
    right = 0
    if read is not None:
        pairs = zip("".join(read.lines).ljust(200), "".join(lines).ljust(200), strict=False)
        right = sum(a == b for a, b in pairs if b != " ")
    return {
        "found": read is not None,
        "exact": read is not None and list(read.lines) == lines,
        "digits": read is not None and read.is_consistent,
        "characters": round(right / len("".join(lines)), 4),
    }


def examine_cell(cell: Cell) -> Row:
    """The side with the zone, compared with what its holder typed; every third again with one mistake in that."""
    document = draw_document(make_person(cell.seed), cell.kind, seed=cell.seed)
    back = document.mrz_side == "back"
    data, examination, row = _examined("grid", cell, document, back)
    row |= {"kind": cell.kind, **reading(examination, document.mrz)}
    if cell.seed % MISTAKES_EVERY == 0:
        row |= _mistaken(data, cell, document, back, MISMATCHES)
    return row


def examine_print(cell: Cell) -> Row | None:
    """The side without a zone, where print is all there is; every photo again with one mistake in the typed data.

    None for a passport, whose page has no other side.
    """
    document = draw_document(make_person(cell.seed), cell.kind, seed=cell.seed)
    back = document.mrz_side == "front"
    if back and document.back is None:
        return None
    side = Side.BACK if back else Side.FRONT
    data, _examination, row = _examined("print", cell, document, back)
    return (
        row | {"kind": f"{cell.kind} {side}"} | _mistaken(data, cell, document, back, printed_fields(cell.kind, side))
    )


def _examined(part: str, cell: Cell, document: Document, back: bool) -> tuple[bytes, PhotoExamination, Row]:
    """The photo, what the checks found, and what every row says of it."""
    card = document.back if back and document.back is not None else document.front
    data = photograph(card, seed=cell.seed, degradation=cell.degradation, strength=cell.strength)
    began = time.process_time()
    examination = examine_photo(data, **_asked(document, back), typed=document.typed)
    seconds = time.process_time() - began
    compared = [finding for finding in examination.findings if finding.code.startswith("compare.")]
    return (
        data,
        examination,
        {
            "id": f"{part}/{cell.kind}/{cell.name}/{cell.seed}",
            "part": part,
            "degradation": cell.degradation,
            "strength": cell.strength,
            "readable": cell.is_readable,
            "face": document.person.face,
            "seconds": round(seconds, 3),
            "outcome": str(examination.outcome),
            "findings": not_passed(examination),
            "compared": sorted(finding.code for finding in compared if finding.outcome is Outcome.PASS),
            "comparisons": len(compared),
        },
    )


def _mistaken(data: bytes, cell: Cell, document: Document, back: bool, fields: Sequence[str]) -> Row:
    """The same photo compared with typed data that has one mistake, in each of these fields by turns."""
    field = fields[cell.seed % len(fields)]
    typed = mismatch(document.typed, field, seed=cell.seed)
    examination = examine_photo(data, **_asked(document, back), typed=typed)
    compared = [finding for finding in examination.findings if finding.code == f"compare.{field}"]
    return {
        "mistake": field,
        "mistake_confirmed": any(finding.outcome is Outcome.PASS for finding in compared),
        "mistake_seen": any(finding.evidence.get("reason") == "mismatch" for finding in compared),
    }


def _asked(document: Document, back: bool) -> dict[str, Any]:
    side = Side.BACK if back else Side.FRONT
    return {"kind": KIND_OF_MODEL[document.kind], "side": side, "today": TODAY, "thresholds": document_thresholds()}


def not_passed(examination: Any) -> list[str]:
    """`code:outcome` of every finding that is no pass."""
    return [f"{f.code}:{f.outcome}" for f in examination.findings if f.outcome is not Outcome.PASS]
