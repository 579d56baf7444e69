"""Lay the published file of the post offices over what is known of them."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from verification.face_to_face.loader import load
from verification.face_to_face.published import UnusableFile


class Command(BaseCommand):
    help = (
        "Load post offices: a CSV file with «;» in the columns of La Poste's open data laposte-poincont2, in UTF-8 or Latin-1.\n"
        "Opening hours, where given: columns Lundi to Dimanche, «09:00-12:00 14:00-17:30» or «FERME».\n"
        "Bad lines are named with their number and left out. Offices that the file does not name are closed, not deleted.\n"
        "Run again with the same file, it changes nothing. docs/operating.md says more."
    )

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            report = load(path.read_bytes())
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except UnusableFile as error:
            raise CommandError(f"{path}: {error}; nothing was changed.") from error
        for number, reason in report.bad:
            self.stderr.write(f"line {number}: {reason}")
        if report.is_quiet:
            self.stdout.write(f"Nothing changed: {report.unchanged} offices are as the file says.")
        else:
            self.stdout.write(
                f"{report.added} added, {report.changed} changed, {report.closed} closed, "
                f"{report.reopened} reopened, {report.unchanged} as they were."
            )
        if report.bad:
            self.stdout.write(f"{len(report.bad)} lines were left out, see above.")
