"""Write the journal's anchors now, and take copies of them elsewhere."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from identite import anchors


class Command(BaseCommand):
    help = (
        "Anchor what the journal has by now (the sweep does so once a day); with --out, copy the anchors to a folder."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--out", type=Path, help="folder for copies: best on a machine that nobody of here can write to"
        )

    def handle(self, *args: Any, out: Path | None = None, **options: Any) -> None:
        try:
            written = anchors.catch_up()
        except anchors.BrokenAnchor as error:
            raise CommandError(
                "The last anchor is broken: bring its file back from a copy, then run this again."
            ) from error
        self.stdout.write(f"{len(written)} anchors written, {len(anchors.stored())} in all")
        if out is None:
            return
        out.mkdir(parents=True, exist_ok=True)
        for number, read in anchors.stored().items():
            copy = out / Path(anchors.path_of(number)).name
            if not copy.exists():
                copy.write_bytes(read())
            elif copy.read_bytes() != read():
                raise CommandError(
                    f"{copy} is another anchor {number} than the storage's: nothing of it was overwritten."
                )
