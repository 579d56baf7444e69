"""The page docs/thresholds.md, printed from where the thresholds are declared: `manage.py print_thresholds > docs/thresholds.md`."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand

from verification.checks.document.thresholds import DocumentThresholds
from verification.checks.thresholds import Threshold
from verification.checks.video.thresholds import VideoThresholds

INTRODUCTION = """\
# Thresholds of the automatic checks

Printed by `python manage.py print_thresholds` from `verification/checks/document/thresholds.py` and
`verification/checks/video/thresholds.py`, the one place where they stand. Each can be changed by an environment variable
of its name, for one installation; one that names no threshold, or gives no number, stops the start. What accepts lies
above a `_MIN` and below a `_MAX`. Without a unit: a share or a probability, from 0 to 1.

Only what a second try mends is refused at once; the rest passes or goes to an agent. A run stores the versions of code
and models that it was made with. What the checks reach with these numbers is measured in
[checks-evaluation.md](checks-evaluation.md): after a change, measure again with `manage.py evaluate_checks`.
"""
PARTS = (("Photo of the document", "DOCUMENT_", DocumentThresholds), ("Face video", "VIDEO_", VideoThresholds))


class Command(BaseCommand):
    help = "Print the thresholds of the automatic checks: variable, default, unit, meaning."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(page(), ending="")


def page() -> str:
    """The whole page, in Markdown."""
    text = INTRODUCTION
    for title, prefix, kind in PARTS:
        calibrated = " ".join((kind.__doc__ or "").split())
        text += f"\n## {title}\n\n{calibrated}\n\n" + "".join(table(prefix, kind.described()))
    return text


def table(prefix: str, thresholds: Iterable[Threshold]) -> Iterator[str]:
    yield "| variable | default | unit | meaning |\n|---|--:|---|---|\n"
    for one in thresholds:
        yield f"| `{prefix}{one.name.upper()}` | {one.default} | {one.unit} | {one.meaning} |\n"
