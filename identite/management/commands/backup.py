"""`manage.py backup DIR`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from identite import backup


class Command(BaseCommand):
    help = "Copy database, evidence and anchors into a new folder, while the service runs. The keys are not in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a new or empty folder")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = backup.make(folder)
        except backup.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"The database and {len(manifest['files']) - 1} files are in {folder}. Keep the keys elsewhere."
        )
