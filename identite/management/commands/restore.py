"""`manage.py restore DIR`."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from identite import backup


class Command(BaseCommand):
    help = "Put a backup into an empty database and an empty evidence storage, with the same version and keys."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="what `manage.py backup` made")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = backup.restore(folder)
        except backup.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Everything of {manifest['made_at']} is there again: {len(manifest['files']) - 1} files.")
        call_command("verify_journal", stdout=self.stdout, stderr=self.stderr)
