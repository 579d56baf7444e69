"""Where a citizen stands: the numbered groups of the side bar, the four stages of the whole way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from identite.brand import branded, words
from identite.funnel import Mark

register = template.Library()


@dataclass(frozen=True)
class Group:
    """A numbered entry of the side bar. state: done, now or ahead. marks: its steps, in order."""

    number: str
    name: str
    state: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Progress:
    """Where a citizen stands: the numbered groups; position counts from 1 over all shown steps."""

    groups: tuple[Group, ...]
    position: int
    total: int


@register.simple_tag
def progress(route: Sequence[Mark]) -> SafeString:
    """The side bar of `funnel.progress(…)`."""
    return _side_bar(tuple(route), get_language())


@lru_cache(maxsize=256)
def _side_bar(route: tuple[Mark, ...], _language: str) -> SafeString:
    """It says nothing of a person, and there are about as many as there are steps: each is written once."""
    return render_to_string("_progress.html", {"way": _grouped(route)})


def _grouped(route: Sequence[Mark]) -> Progress:
    """Neighbouring steps of one `group` become one numbered entry, others their own."""
    runs: list[list[Mark]] = []
    for mark in route:
        if runs and mark.step.group and runs[-1][0].step.group == mark.step.group:
            runs[-1].append(mark)
        else:
            runs.append([mark])
    groups = tuple(
        Group(
            number=f"{number:02d}",
            name=str(run[0].step.group or run[0].step.title),
            state=_state(run),
            marks=tuple(run) if run[0].step.group else (),
        )
        for number, run in enumerate(runs, start=1)
    )
    return Progress(groups, next((place for place, mark in enumerate(route, start=1) if mark.current), 0), len(route))


def _state(run: Iterable[Mark]) -> str:
    marks = list(run)
    if any(mark.current for mark in marks):
        return "now"
    return "done" if all(mark.done for mark in marks) else "ahead"


@register.simple_tag
def stages(stage: int, in_person: bool = False) -> SafeString:
    """The four stages of the whole way, online or in person. stage: the current one; 5 when all are complete."""
    return _stages(stage, in_person, get_language())


@cache
def _stages(stage: int, in_person: bool, _language: str) -> SafeString:
    names = [
        _("Choix du rendez-vous") if in_person else _("Scan de la pièce d’identité"),
        _("Vérification d’identité"),
        _("Téléchargement de l’application mobile"),
        branded(_("%(brand_identity)s activée")),
    ]
    return render_to_string("_stages.html", words() | {"names": names, "stage": stage})
