"""What was typed on a step and is no answer yet: kept for whoever typed it, whatever became of the page before it was sent.

One encrypted column `unsent` of the step's row, JSON by slug of the step. It is shown in the fields it was typed in, to
its owner alone; the button judges it like anything typed, and takes it away.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from identite.locks import locked

MAX_CHARS = 300  # of one field: more is no answer to any of them
Typed = dict[str, str]


def typed_on(row: Any, slug: str) -> Typed:
    """By name of the field; empty where everything was sent."""
    return _read(row).get(slug, {})


def _read(row: Any) -> dict[str, Typed]:
    found: dict[str, Typed] = json.loads(row.unsent or "{}")
    return found


@transaction.atomic
def keep(row: Any, slug: str, typed: Mapping[str, str]) -> None:
    """In place of what was kept of this step; nothing where the row's state changed meanwhile, in another tab."""
    present = locked(row)
    if present.state == row.state:
        _write(present, _read(present) | {slug: {name: value[:MAX_CHARS] for name, value in typed.items()}})


@transaction.atomic
def forget(row: Any, slug: str) -> None:
    """Of a step that was sent."""
    present = locked(row)
    _write(present, {name: typed for name, typed in _read(present).items() if name != slug})


def _write(row: Any, typed: dict[str, Typed]) -> None:
    row.unsent = json.dumps(typed) if typed else ""
    row.save(update_fields=["unsent"])
