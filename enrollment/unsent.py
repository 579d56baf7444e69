"""What was typed on a step and is no answer yet: kept for its owner, whatever became of the page before it was sent.

One encrypted column of the file, JSON by slug of the step. It is shown to the file's owner alone, in the fields it was
typed in; «Valider» judges it like anything typed, and takes it away. A file that lapses loses it with its answers.
"""

import json
from collections.abc import Mapping

from django.db import transaction

from enrollment.models import Enrollment
from identite.locks import locked

MAX_CHARS = 300  # of one field: more is no answer to any of them
Typed = dict[str, str]


def typed_on(enrollment: Enrollment, slug: str) -> Typed:
    """By name of the field; empty where everything was sent."""
    return _read(enrollment).get(slug, {})


def _read(enrollment: Enrollment) -> dict[str, Typed]:
    found: dict[str, Typed] = json.loads(enrollment.unsent or "{}")
    return found


@transaction.atomic
def keep(enrollment: Enrollment, slug: str, typed: Mapping[str, str]) -> None:
    """In place of what was kept of this step; nothing where the file went on meanwhile, in another tab."""
    row = locked(enrollment)
    if row.state == enrollment.state:
        _write(row, _read(row) | {slug: {name: value[:MAX_CHARS] for name, value in typed.items()}})


@transaction.atomic
def forget(enrollment: Enrollment, slug: str) -> None:
    """Of a step that was sent."""
    row = locked(enrollment)
    _write(row, {name: typed for name, typed in _read(row).items() if name != slug})


def forget_all(enrollment: Enrollment) -> None:
    """«VALIDER» closes every step on which something could still be sent."""
    Enrollment.objects.filter(pk=enrollment.pk).update(unsent="")


def _write(row: Enrollment, typed: dict[str, Typed]) -> None:
    row.unsent = json.dumps(typed) if typed else ""
    row.save(update_fields=["unsent"])
