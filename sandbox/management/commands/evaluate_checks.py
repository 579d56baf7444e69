"""Measure every automatic check, over a folder of others' material and over generated specimens.

    python manage.py evaluate_checks --material FOLDER --documents 500 --videos 200 --out build/evaluation

FOLDER: `mrz/truth.json` (file → [format, lines]) beside its pictures; `faces/pairs.csv` (file_x, file_y, Decision Yes or No) beside
its pictures. Writes `rows.jsonl` (one result a line; a run that was stopped goes on from it), `figures.json`, `evaluation.md` and plots.
"""

import json
import platform
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sandbox.evaluation import documents, faces, videos
from sandbox.evaluation.markdown import markdown
from sandbox.evaluation.plots import plot
from sandbox.evaluation.report import figures
from sandbox.evaluation.rows import Rows
from sandbox.specimens.grid import cells

PARTS = ("real", "grid", "print", "faces", "videos")
QUICK = {"documents": 164, "videos": 12, "attacks": 2}


class Command(BaseCommand):
    help = "Measure the automatic checks over real material and generated specimens, and write tables and plots."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--material", type=Path, help="folder with mrz/ and faces/")
        parser.add_argument("--documents", type=int, default=500, help="generated photos, rounded up to whole grids")
        parser.add_argument("--videos", type=int, default=200, help="bona fide recordings")
        parser.add_argument("--attacks", type=int, default=50, help="recordings of each species of attack")
        parser.add_argument("--seed", type=int, default=0, help="shifts every seed: other people, documents and rooms")
        parser.add_argument("--out", type=Path, default=Path("build/evaluation"))
        parser.add_argument("--only", choices=PARTS, action="append", help="measure this part only; may be repeated")
        parser.add_argument(
            "--quick", action="store_true", help="one grid, a dozen videos, two attacks of each species"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["quick"]:
            options |= QUICK
        material: Path | None = options["material"]
        if material is not None and not material.is_dir():
            raise CommandError(f"{material} is no folder")
        parts = options["only"] or PARTS
        rows = Rows(options["out"] / "rows.jsonl")
        if material is not None and "real" in parts:
            self._real(rows, material)
        if material is not None and "faces" in parts and not any(rows.of("pairs")):
            for row in faces.compare_real(material):
                rows.add(row)
        if "grid" in parts:
            self._grid(rows, options["documents"], options["seed"])
        if "print" in parts:
            self._print(rows, options["documents"], options["seed"])
        if "videos" in parts:
            self._videos(rows, options["videos"], options["attacks"], options["seed"])
        self._write(rows, options["out"])

    def _real(self, rows: Rows, material: Path) -> None:
        for name, (form, lines) in sorted(documents.real_files(material).items()):
            if f"real/{name}" not in rows:
                rows.add(documents.examine_real(material, name, form, lines))
                self._tell(rows)

    def _grid(self, rows: Rows, count: int, seed: int) -> None:
        for cell in cells(count, first_seed=seed):
            if f"grid/{cell.kind}/{cell.name}/{cell.seed}" not in rows:
                rows.add(documents.examine_cell(cell))
                self._tell(rows)

    def _print(self, rows: Rows, count: int, seed: int) -> None:
        for cell in cells(count, first_seed=seed):
            if f"print/{cell.kind}/{cell.name}/{cell.seed}" not in rows:
                row = documents.examine_print(cell)
                if row is not None:
                    rows.add(row)
                    self._tell(rows)

    def _videos(self, rows: Rows, count: int, attacks: int, seed: int) -> None:
        known = {row["id"]: bytes.fromhex(row["signature"]) for row in rows.of("videos") if row["signature"]}
        for job in videos.jobs(count, attacks, seed=seed):
            if job.id not in rows:
                rows.add(videos.examine_job(job, known))
                self._tell(rows)

    def _tell(self, rows: Rows) -> None:
        row = rows.rows[-1]
        shown = row.get("outcome") or ("exact" if row.get("exact") else "not exact")
        self.stderr.write(
            f"{len(rows.rows)} {row['id']}: {shown} {row['seconds']} s {' '.join(row.get('findings', []))}"
        )

    def _write(self, rows: Rows, out: Path) -> None:
        from verification.checks.document.examination import versions as document_versions
        from verification.checks.video.examination import CODE_VERSION

        result = figures(rows, faces.specimen_distances())
        about = {
            "date": datetime.now(UTC).date().isoformat(),
            "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
            "versions": {**document_versions(), "checks.video": CODE_VERSION},
        }
        (out / "figures.json").write_text(
            json.dumps({**about, **result}, ensure_ascii=False, indent=1), encoding="utf-8"
        )
        text = markdown(result, about)
        (out / "evaluation.md").write_text(text, encoding="utf-8")
        try:
            written = plot(result, rows, out)
        except ImportError:
            self.stderr.write("no plots: matplotlib is not installed (group «evaluation»)")
            written = []
        self.stdout.write(text)
        self.stdout.write("\n".join(str(path) for path in (out / "figures.json", out / "evaluation.md", *written)))
