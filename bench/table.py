"""Markdown, and what could not be measured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.core.management.base import CommandError


@dataclass
class Report:
    """Prints as it goes. `failures` holds what could not be measured, and why."""

    failures: list[str] = field(default_factory=list)

    def section(self, title: str, measure: Callable[["Report"], None]) -> None:
        """One part of the bench; what breaks it is said and the other parts go on."""
        print(f"\n### {title}\n", flush=True)
        try:
            measure(self)
        except (CommandError, ImportError, LookupError, OSError, RuntimeError, ValueError) as error:
            self.fail(f"{title}: {type(error).__name__}: {error}")

    def fail(self, sentence: str) -> None:
        self.failures.append(sentence)
        print(f"\n**Not measured.** {sentence}\n", flush=True)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """The first column is text, the others are right-aligned."""
        print("| " + " | ".join(heads) + " |")
        print("|---" + "|--:" * (len(heads) - 1) + "|")
        for row in rows:
            print("| " + " | ".join(map(str, row)) + " |", flush=True)


def verdict(kept: bool) -> str:
    return "kept" if kept else "**over**"


def milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.2f} ms"


def kilobytes(size: float) -> str:
    return f"{size / 1000:.1f} kB"
