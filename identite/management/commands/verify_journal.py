"""Verify the journal against its seals and its anchors: one file, or all."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from identite.journal_check import JournalCheck


class Command(BaseCommand):
    help = "Verify that no entry of the journal was changed, removed or put in between. Exit code 1 when one was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("chain", nargs="?", type=UUID, help="one file only: the enrollment's or account's id")
        parser.add_argument("--anchors", type=Path, help="a folder with anchors that anchor_journal exported")

    def handle(self, *args: Any, chain: UUID | None = None, anchors: Path | None = None, **options: Any) -> None:
        if anchors is not None and not anchors.is_dir():
            raise CommandError(f"{anchors} is no folder: nothing was verified.")
        check, faults = JournalCheck(chain, anchors), 0
        for fault in check.faults():
            faults += 1
            self.stdout.write(fault)
        if check.headers:
            last = check.headers[-1]
            self.stdout.write(f"{last.number} anchors, the last one of {last.made_at}")
            if check.unkeyed:
                self.stdout.write(
                    f"{check.unkeyed} entries, none later than row {last.unkeyed_through}, were sealed before there were"
                    " keys: for them the anchors count, from the first one on"
                )
        else:
            self.stdout.write("no anchor yet: entries that were removed from the end of a chain are not noticed")
        self.stdout.write(f"{check.files} files, {faults} faults")
        if faults:
            raise SystemExit(1)
