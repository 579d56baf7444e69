"""Run every check over one face video and print the findings."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from numpy.typing import NDArray

from verification.checks import images
from verification.checks.document.examination import examine_photo
from verification.checks.document_reference import DocumentReference
from verification.checks.video.challenge import ChallengeSpec, Form, Gesture
from verification.checks.video.examination import VideoExamination, examine_video
from verification.checks.video.reference import reference_of
from verification.findings.lookup import text_for
from verification.management.files import UNREADABLE, read
from verification.thresholds import document_thresholds, video_thresholds

WORKING_SIDE = 2000  # pixels of the portrait's picture


class Command(BaseCommand):
    help = "Check a face video against its challenge and a portrait. Exit code 2 when the input cannot be read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--digits", required=True, help="the three digits that were asked for")
        parser.add_argument("--gesture", required=True, choices=[str(gesture) for gesture in Gesture])
        parser.add_argument("--portrait", type=Path, required=True, help="photo of a face or of the document")
        parser.add_argument(
            "--written", action="store_true", help="the digits must be on paper; otherwise either form will do"
        )
        parser.add_argument("--shown-at", default="", help="seconds at which each digit was shown: 1.0,2.2,3.4")
        parser.add_argument("--uploaded", action="store_true", help="the file was not recorded by the page")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        challenge = _challenge(options)
        data = read(options["file"])
        picture, document = _document(options["portrait"])
        examination = examine_video(
            data,
            challenge=challenge,
            portrait=document.portrait if document.portrait is not None else picture,
            document=document,
            known=lambda _signature: {},
            recorded=not options["uploaded"],
            thresholds=video_thresholds(),
        )
        if not examination.readable:
            finding = examination.findings[0]
            raise CommandError(
                f"{options['file']}: {finding.code}: {text_for(finding.code).agent}", returncode=UNREADABLE
            )
        if options["json"]:
            findings = [finding.as_json() for finding in examination.findings]
            self.stdout.write(json.dumps({"mrz": None, "findings": findings}, ensure_ascii=False))
        else:
            self._print(examination)

    def _print(self, examination: VideoExamination) -> None:
        for finding in examination.findings:
            score = "" if finding.score is None else f"{finding.score:.3f}"
            limit = "" if finding.threshold is None else f"{finding.threshold:g}"
            self.stdout.write(
                f"{finding.outcome!s:6} {finding.code:24} {score:>9} {limit:>7}  {text_for(finding.code).agent}"
            )


def _challenge(options: dict[str, Any]) -> ChallengeSpec:
    try:
        shown_at = tuple(float(part) for part in options["shown_at"].split(",")) if options["shown_at"] else None
        return ChallengeSpec(
            digits=options["digits"],
            form=Form.WRITTEN if options["written"] else None,
            gesture=Gesture(options["gesture"]),
            shown_at=shown_at,
        )
    except ValueError as error:
        raise CommandError(str(error), returncode=UNREADABLE) from error


def _document(path: Path) -> tuple[NDArray[np.uint8], DocumentReference]:
    """The portrait's picture and, where it is the photo of a document, what that leaves to recognise it again."""
    data = read(path)
    try:
        rgb = images.decode(data, max_side=WORKING_SIDE).rgb
    except images.UnreadableImage as error:
        raise CommandError(f"{path}: not a picture that can be read ({error.code})", returncode=UNREADABLE) from error
    photo = examine_photo(data, today=timezone.localdate(), thresholds=document_thresholds())
    if photo.kind is not None and photo.reference.crop is not None:
        return rgb, photo.reference
    return rgb, reference_of(rgb)
