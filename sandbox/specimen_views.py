"""Specimens on demand: documents, photos of them, face videos; a page for people, addresses for scripts.

The same seed always makes the same person, so a script asks for the data first and for the files after.
"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sandbox import specimens
from sandbox.api import json_view
from sandbox.specimens.encode import FORMATS

MAX_SEED = 1_000_000
TYPES = {"webm": "video/webm", "mp4": "video/mp4", "mkv": "video/x-matroska"}


# The choices are the names that the specimens' address takes.
NAMES = {"translate": "no"}


class DocumentForm(forms.Form):
    seed = forms.IntegerField(label=_("Personne (numéro)"), min_value=0, max_value=MAX_SEED, initial=1)
    kind = forms.ChoiceField(
        label=_("Pièce"), choices=[(kind, kind) for kind in specimens.KINDS], widget=forms.Select(NAMES)
    )
    expired = forms.BooleanField(label=_("Périmée"), required=False)
    degradation = forms.ChoiceField(
        label=_("Défaut de la photo"),
        required=False,
        choices=[("", _("aucun")), *[(name, name) for name in specimens.DEGRADATIONS]],
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
    kind = forms.ChoiceField(
        label=_("Pièce"), choices=[(kind, kind) for kind in specimens.KINDS], widget=forms.Select(NAMES)
    )
    digits = forms.RegexField(label=_("Trois chiffres"), regex=r"^\d{3}$", initial="472")
    form = forms.ChoiceField(label=_("Chiffres"), choices=[("spoken", _("dits")), ("written", _("écrits"))])
    gesture = forms.ChoiceField(
        label=_("Geste"),
        choices=[(name, name) for name in ("turn_left", "turn_right", "show_document")],
        widget=forms.Select(NAMES),
    )
    species = forms.ChoiceField(
        label=_("Attaque"),
        required=False,
        choices=[("", _("aucune")), *[(name, name) for name in specimens.SPECIES]],
        widget=forms.Select(NAMES),
    )
    format = forms.ChoiceField(
        label=_("Fichier"), choices=[(name, name) for name in FORMATS if name in TYPES], widget=forms.Select(NAMES)
    )


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    document = DocumentForm(request.GET or None) if request.GET else DocumentForm(initial={"seed": 1})
    shown = None
    if request.GET and document.is_valid():
        shown = _describe(document.cleaned_data)
    return render(
        request, "sandbox/specimens.html", {"document_form": document, "video_form": VideoForm(), "shown": shown}
    )


@json_view("GET")
def describe_json(request: HttpRequest, data: dict[str, Any]) -> dict[str, Any]:
    """?seed=&kind=[&expired=1&degradation=&strength=]: the data to type and the addresses of the photos."""
    form = DocumentForm(data)
    if not form.is_valid():
        raise ValueError(_problems(form))
    return _describe(form.cleaned_data)


def _describe(wanted: dict[str, Any]) -> dict[str, Any]:
    document = _document(wanted)
    query = f"?seed={wanted['seed']}&kind={wanted['kind']}"
    query += "&expired=on" if wanted["expired"] else ""
    query += f"&degradation={wanted['degradation']}&strength={wanted['strength']}" if wanted["degradation"] else ""
    sides = [side for side in ("front", "back") if getattr(document, side) is not None]
    return {
        **document.as_json(),
        "photos": {side: reverse("sandbox:specimen-photo", args=[side]) + query for side in sides},
        "video": reverse("sandbox:specimen-video"),
    }


def _document(wanted: dict[str, Any]) -> specimens.Document:
    person = specimens.make_person(wanted["seed"])
    return specimens.make_document(person, wanted["kind"], expired=wanted.get("expired", False))


@require_safe
def photo(request: HttpRequest, side: str) -> HttpResponse:
    form = DocumentForm(request.GET)
    if not form.is_valid() or side not in ("front", "back"):
        return HttpResponseBadRequest(_problems(form), content_type="text/plain; charset=utf-8")
    wanted = form.cleaned_data
    try:
        data = specimens.make_photo(
            _document(wanted),
            side,  # type: ignore[arg-type]
            seed=wanted["seed"],
            degradation=wanted["degradation"],
            strength=wanted["strength"],
        )
    except ValueError as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8")
    name = f"specimen-{wanted['kind']}-{wanted['seed']}-{side}.jpg"
    return HttpResponse(data, content_type="image/jpeg", headers={"Content-Disposition": f'inline; filename="{name}"'})


@require_safe
def video(request: HttpRequest) -> HttpResponse:
    """A face video; some seconds of work. ?seed=&kind=&digits=&form=&gesture=[&species=]&format="""
    form = VideoForm(request.GET)
    if not form.is_valid():
        return HttpResponseBadRequest(_problems(form), content_type="text/plain; charset=utf-8")
    wanted = form.cleaned_data
    challenge = specimens.Challenge(wanted["digits"], wanted["form"], wanted["gesture"])
    recording = specimens.make_video(
        specimens.make_person(wanted["seed"]),
        challenge,
        document=_document(wanted),
        seed=wanted["seed"],
        species=wanted["species"],
        form=wanted["format"],
    )
    name = f"specimen-{wanted['seed']}-{wanted['digits']}-{wanted['gesture']}.{wanted['format']}"
    return HttpResponse(
        recording.data,
        content_type=TYPES[wanted["format"]],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _problems(form: forms.Form) -> str:
    return "; ".join(f"{name}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()) or "unknown side"
