"""Run every check over the photos of one identity document and print the findings."""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from verification.checks.document.examination import PhotoExamination, examine_photo
from verification.checks.document.typed import typed_identity
from verification.checks.finding import Finding
from verification.checks.identity import TypedIdentity
from verification.checks.kinds import DocumentKind, Side
from verification.findings.lookup import text_for
from verification.management.files import UNREADABLE, read
from verification.thresholds import document_thresholds


class Command(BaseCommand):
    help = (
        "Check the photo of an identity document. Exit code 2 when an input cannot be read.\n\n"
        "--typed is a JSON object of texts; what is left out is not compared:\n"
        "  sex (F, M)  first_names  birth_name  use_name  birth_date (YYYY-MM-DD, unknown parts 00)\n"
        "  nationality (three letters)  document_number  issue_date  expiry_date (YYYY-MM-DD)\n"
        "  document_kind (cni, passport, permit)\n"
        "  also: given_name, family_name, gender (female, male), birthdate, preferred_username\n"
    )
    requires_system_checks: list[str] = []

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="photo: JPEG, PNG, WebP or HEIC; the front when --back is given")
        parser.add_argument("--back", type=Path, help="photo of the back")
        parser.add_argument("--kind", choices=list(DocumentKind), help="what was announced; recognised when left out")
        parser.add_argument("--typed", type=Path, help="JSON file of what the citizen typed")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        kind = DocumentKind(options["kind"]) if options["kind"] else None
        typed, names_kind = _typed(options["typed"], kind) if options["typed"] else (None, False)
        if kind is None and typed is not None and names_kind:
            kind = typed.document_kind
        sides: list[tuple[Path, Side | None]] = [(options["file"], Side.FRONT if options["back"] else None)]
        if options["back"]:
            sides.append((options["back"], Side.BACK))
        examinations = [self._examine(path, kind, side, typed) for path, side in sides]
        findings = [
            replace(finding, evidence={**finding.evidence, "side": str(side)}) if side else finding
            for examination, (_, side) in zip(examinations, sides, strict=True)
            for finding in examination.findings
        ]
        mrz = next((examination.mrz for examination in examinations if examination.mrz is not None), None)
        if options["json"]:
            answer = {
                "mrz": mrz.as_json() if mrz else None,
                "findings": [finding.as_json() for finding in findings],
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for line in mrz.lines if mrz else ():
            self.stdout.write(line)
        for finding in findings:
            self._print(finding)

    def _examine(
        self, path: Path, kind: DocumentKind | None, side: Side | None, typed: TypedIdentity | None
    ) -> PhotoExamination:
        examination = examine_photo(
            read(path),
            kind=kind,
            side=side,
            typed=typed,
            today=timezone.localdate(),
            thresholds=document_thresholds(),
        )
        if not examination.readable:
            code = examination.findings[0].code
            raise CommandError(f"{path}: {code}: {text_for(code).agent}", returncode=UNREADABLE)
        return examination

    def _print(self, finding: Finding) -> None:
        score = "" if finding.score is None else f"{finding.score:.3f}"
        limit = "" if finding.threshold is None else f"{finding.threshold:g}"
        text = text_for(finding.code).agent
        self.stdout.write(f"{finding.outcome!s:6} {finding.code:26} {score:>9} {limit:>7}  {text}")


def _json(path: Path) -> Any:
    try:
        return json.loads(read(path))
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{path}: not a JSON file ({error})", returncode=UNREADABLE) from error


def _typed(path: Path, kind: DocumentKind | None) -> tuple[TypedIdentity, bool]:
    """The typed data, and whether they name the kind. Read once: the file may be a pipe."""
    values = _json(path)
    try:
        return typed_identity(values, kind=kind), bool(values.get("document_kind"))
    except ValueError as error:
        raise CommandError(f"{path}: {error}", returncode=UNREADABLE) from error
