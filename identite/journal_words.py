"""The journal in words, for agents. It keeps codes; each room names its own in a module `journal_words.py`."""

from collections.abc import Mapping
from functools import cache

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from identite.journal import FORGOTTEN, Journal

Words = Mapping[str, str | Promise]
_EVENTS: dict[str, str | Promise] = {FORGOTTEN: _("Journal effacé à l’échéance")}
_ACTORS: dict[str, str | Promise] = {"system": _("système"), "agent": _("agent"), "citizen": _("usager")}
_REASONS: dict[str, str | Promise] = {}


def name(*, events: Words | None = None, actors: Words | None = None, reasons: Words | None = None) -> None:
    """Register words for codes. Raises ValueError when another room has named one of them."""
    for table, words in ((_EVENTS, events or {}), (_ACTORS, actors or {}), (_REASONS, reasons or {})):
        if twice := table.keys() & words.keys():
            raise ValueError(f"named twice: {', '.join(sorted(twice))}")
        table.update(words)


@cache
def _load() -> None:
    autodiscover_modules("journal_words")


def events() -> dict[str, str]:
    """Every event that a room writes, by its code."""
    _load()
    return {code: str(words) for code, words in _EVENTS.items()}


def event(entry: Journal) -> str:
    """What happened; the code itself where an earlier version wrote it."""
    _load()
    return str(_EVENTS.get(entry.event, entry.event))


def label(code: str) -> str:
    """Who acted: an account's role, or what stands for it where no account did."""
    _load()
    return str(_ACTORS.get(code, code))


def reason(entry: Journal) -> str:
    """Why: codes that are listed, one by one, or text as somebody wrote it."""
    _load()
    return ", ".join(str(_REASONS.get(code, code)) for code in entry.reason.split(", "))


def subject(entry: Journal) -> str:
    """What kind of row it is about."""
    model = _model(entry)
    return str(model._meta.verbose_name) if model else entry.subject


def states(entry: Journal) -> str:
    """«vérification à faire → vérification en cours»; one state where there was none before, nothing where none changed."""
    return " → ".join(_state(entry, code) for code in (entry.before, entry.after) if code)


def _state(entry: Journal, code: str) -> str:
    model = _model(entry)
    try:
        choices = dict(model._meta.get_field("state").flatchoices) if model else {}  # type: ignore[union-attr]
    except FieldDoesNotExist:
        choices = {}
    return str(choices.get(code, code))


def _model(entry: Journal) -> type[Model] | None:
    try:
        return apps.get_model(entry.subject.partition(":")[0])
    except (LookupError, ValueError):
        return None
