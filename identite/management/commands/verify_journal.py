"""Verify the seals of the journal: of one file, or of all."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from identite.journal import Journal, verify


class Command(BaseCommand):
    help = "Verify that no entry of the journal was changed, removed or put in between. Exit code 1 when one was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("chain", nargs="?", type=UUID, help="one file only: the enrollment's or account's id")

    def handle(self, *args: Any, chain: UUID | None = None, **options: Any) -> None:
        chains = [chain] if chain else Journal.objects.order_by().values_list("chain", flat=True).distinct()
        faults = 0
        count = 0
        for one in chains:
            count += 1
            for fault in verify(one):
                faults += 1
                self.stdout.write(fault)
        self.stdout.write(f"{count} files, {faults} faults")
        if faults:
            raise SystemExit(1)
