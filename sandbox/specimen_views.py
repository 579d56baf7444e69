"""Specimens on demand: documents, photos of them, face videos; a page for people, addresses for scripts.

The same seed always makes the same person, so a script asks for the data first and for the files after. The worker draws
them: until then an address answers 202 with `Retry-After`, and `Location` says where to look, which is the address itself.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from identite.characters import CharField
from identite.http import client_key
from sandbox import drawn
from sandbox.drawn import Specimen
from sandbox.specimen_names import DEGRADATIONS, KINDS, SPECIES, TYPES
from sandbox.tasks import ask

MAX_SEED = 1_000_000
RETRY_SECONDS = 1


# The choices are the names that the specimens' address takes.
NAMES = {"translate": "no"}


class DocumentForm(forms.Form):
    seed = forms.IntegerField(label=_("Personne (numéro)"), min_value=0, max_value=MAX_SEED, initial=1)
    kind = forms.ChoiceField(label=_("Pièce"), choices=[(kind, kind) for kind in KINDS], widget=forms.Select(NAMES))
    expired = forms.BooleanField(label=_("Périmée"), required=False)
    degradation = forms.ChoiceField(
        label=_("Défaut de la photo"),
        required=False,
        choices=[("", _("aucun")), *[(name, name) for name in DEGRADATIONS]],
        widget=forms.Select(NAMES),
    )
    strength = forms.TypedChoiceField(
        label=_("Force du défaut"),
        choices=[(n, str(n)) for n in (1, 2, 3)],
        coerce=int,
        required=False,
        empty_value=1,  # type: ignore[arg-type]  # the stubs know of text only
    )


class VideoForm(forms.Form):
    seed = forms.IntegerField(label=_("Personne (numéro)"), min_value=0, max_value=MAX_SEED, initial=1)
    kind = forms.ChoiceField(label=_("Pièce"), choices=[(kind, kind) for kind in KINDS], widget=forms.Select(NAMES))
    digits = CharField(label=_("Trois chiffres"), validators=[RegexValidator(r"^\d{3}$")], initial="472")
    form = forms.ChoiceField(label=_("Chiffres"), choices=[("spoken", _("dits")), ("written", _("écrits"))])
    gesture = forms.ChoiceField(
        label=_("Geste"),
        choices=[(name, name) for name in ("turn_left", "turn_right", "show_document")],
        widget=forms.Select(NAMES),
    )
    species = forms.ChoiceField(
        label=_("Attaque"),
        required=False,
        choices=[("", _("aucune")), *[(name, name) for name in SPECIES]],
        widget=forms.Select(NAMES),
    )
    format = forms.ChoiceField(label=_("Fichier"), choices=[(name, name) for name in TYPES], widget=forms.Select(NAMES))


# --- Addresses for scripts ---


@require_safe
def describe_json(request: HttpRequest) -> HttpResponse:
    """?seed=&kind=[&expired=1&degradation=&strength=]: the data to type and the addresses of the photos."""
    form = DocumentForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"error": problems(form)}, status=400)
    wanted = form.cleaned_data
    return _answer(request, _description(wanted), lambda data: JsonResponse(_with_addresses(data, wanted)))


@require_safe
def photo(request: HttpRequest, side: str) -> HttpResponse:
    form = DocumentForm(request.GET)
    if not form.is_valid() or side not in ("front", "back"):
        return _refusal(problems(form))
    wanted = form.cleaned_data
    return _answer(
        request,
        drawn.photo(wanted, side),
        lambda data: _file(
            data, "image/jpeg", f'inline; filename="specimen-{wanted["kind"]}-{wanted["seed"]}-{side}.jpg"'
        ),
    )


@require_safe
def video(request: HttpRequest) -> HttpResponse:
    """A face video; some seconds of work. ?seed=&kind=&digits=&form=&gesture=[&species=]&format="""
    form = VideoForm(request.GET)
    if not form.is_valid():
        return _refusal(problems(form))
    wanted = form.cleaned_data
    name = f"specimen-{wanted['seed']}-{wanted['digits']}-{wanted['gesture']}.{wanted['format']}"
    return _answer(
        request,
        Specimen("video", wanted),
        lambda data: _file(data, TYPES[wanted["format"]], f'attachment; filename="{name}"'),
    )


def _description(wanted: Mapping[str, Any]) -> Specimen:
    return Specimen("description", {name: wanted[name] for name in ("seed", "kind", "expired")})


def _with_addresses(description: bytes, wanted: Mapping[str, Any]) -> dict[str, Any]:
    told = json.loads(description)
    query = f"?seed={wanted['seed']}&kind={wanted['kind']}"
    query += "&expired=on" if wanted["expired"] else ""
    query += f"&degradation={wanted['degradation']}&strength={wanted['strength']}" if wanted["degradation"] else ""
    photos = {side: reverse("sandbox:specimen-photo", args=[side]) + query for side in told.pop("sides")}
    return {**told, "photos": photos, "video": reverse("sandbox:specimen-video")}


def _answer(request: HttpRequest, specimen: Specimen, show: Callable[[bytes], HttpResponse]) -> HttpResponse:
    try:
        found = ask(specimen, client_key(request))
    except drawn.Refused as refused:
        return _refusal(str(refused))
    except drawn.TooMany:
        return _later(request, 503)
    return _later(request, 202) if found is None else show(found)


def _later(request: HttpRequest, status: int) -> HttpResponse:
    """A browser shows a page that looks again; a script reads the status."""
    answer: HttpResponse
    if "text/html" in request.headers.get("Accept", ""):
        answer = render(request, "sandbox/specimen_waiting.html", status=status)
    else:
        answer = JsonResponse({"state": "waiting"}, status=status)
    told = {"Location": request.get_full_path(), "Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
    for name, value in told.items():
        answer.headers[name] = value
    return answer


def _file(data: bytes, content_type: str, disposition: str) -> HttpResponse:
    return HttpResponse(data, content_type=content_type, headers={"Content-Disposition": disposition})


def _refusal(sentence: str) -> HttpResponse:
    return HttpResponseBadRequest(sentence, content_type="text/plain; charset=utf-8")


def problems(form: forms.Form) -> str:
    return "; ".join(f"{name}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()) or "unknown side"


# --- The page for people ---


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    document = DocumentForm(request.GET or None) if request.GET else DocumentForm(initial={"seed": 1})
    shown, waiting = None, False
    if request.GET and document.is_valid():
        shown = _shown(request, document.cleaned_data)
        waiting = shown is None
    context = {"document_form": document, "video_form": VideoForm(), "shown": shown, "waiting": waiting}
    return render(request, "sandbox/specimens.html", context)


def _shown(request: HttpRequest, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
    """The description, once all that the page shows is drawn."""
    try:
        description = ask(_description(wanted), client_key(request))
        if description is None:
            return None
        shown = _with_addresses(description, wanted)
        return (
            shown
            if all([ask(drawn.photo(wanted, side), client_key(request)) is not None for side in shown["photos"]])
            else None
        )
    except (drawn.Refused, drawn.TooMany):
        return None


@require_safe
def state_json(request: HttpRequest) -> HttpResponse:
    """The same query as the page's: is everything drawn that it shows?"""
    form = DocumentForm(request.GET)
    drawn_now = form.is_valid() and _shown(request, form.cleaned_data) is not None
    return JsonResponse({"state": "drawn" if drawn_now else "waiting"})
