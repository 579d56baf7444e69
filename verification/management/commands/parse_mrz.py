"""Cut machine-readable zones into their fields."""

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from verification.checks.mrz.parse import NotAnMrz, parse


class Command(BaseCommand):
    help = (
        "Read MRZ lines on standard input, records separated by a blank line; print a JSON list in the input's order.\n"
        'A record gives {"format", "lines", "fields", "checks": {name: true|false}}; what is no MRZ gives {"error"}.\n'
        "Formats: TD1, TD2, TD3, MRVA, MRVB, and FRCNI for the French identity card before 2021 (2 × 36, not ICAO).\n"
        "Dates stay as they are in the zone (YYMMDD)."
    )
    requires_system_checks: list[str] = []

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--indent", type=int, default=None, help="blanks of indentation; one line when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        data = sys.stdin.buffer.read() if hasattr(sys.stdin, "buffer") else sys.stdin.read().encode()
        text = data.decode("utf-8", errors="replace").removeprefix("\ufeff")
        answers = [_answer(record) for record in records(text)]
        self.stdout.write(json.dumps(answers, ensure_ascii=False, indent=options["indent"]))


def records(text: str) -> Iterator[list[str]]:
    """Groups of lines between blank lines."""
    record: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.strip():
            record.append(line.strip())
        elif record:
            yield record
            record = []


def _answer(record: list[str]) -> dict[str, object]:
    try:
        return parse(record).as_json()
    except NotAnMrz as error:
        return {"error": str(error)}
