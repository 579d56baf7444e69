"""The sandbox's pages and their JSON twins."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from identite.characters import CharField, EmailField
from identite.http import client_key
from notifications.models import Channel, Message
from sandbox import actions, inbox, postman, standing, waiting
from sandbox.api import json_view, number, text
from sandbox.people import UnknownPerson
from sandbox.specimen_names import KINDS
from sandbox.specimen_views import MAX_SEED, NAMES, RETRY_SECONDS, DocumentForm, problems
from verification.capture.models import FORMS
from verification.checks.video.challenge import Form
from verification.models import Mode
from verification.review.models import Verdict
from verification.review.reasons import REASONS, reasons_of


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "sandbox/index.html")


# --- Inbox ---


@require_safe
def inbox_page(request: HttpRequest) -> HttpResponse:
    criteria = {name: request.GET.get(name, "") for name in ("to", "channel")}
    found = [inbox.opened(message) for message in inbox.find(**criteria)[:100]]
    return render(
        request, "sandbox/inbox.html", {"messages_found": found, "channels": Channel.choices, "criteria": criteria}
    )


@require_safe
def message_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    return render(request, "sandbox/message.html", {"message": inbox.opened(get_object_or_404(Message, pk=pk))})


@require_safe
def message_html(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The mail's own HTML, for a frame: its inline styles are allowed here and nothing else is."""
    message = inbox.opened(get_object_or_404(Message, pk=pk))
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; base-uri 'none'"
    )
    headers = {"Content-Security-Policy": policy, "X-Frame-Options": "SAMEORIGIN"}
    return HttpResponse(message.html or "", headers=headers)


@require_safe
def message_attachment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file that the mail brings, as its reader saves it."""
    attached = inbox.opened(get_object_or_404(Message, pk=pk)).attached
    if attached is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{attached.name}"'}
    return HttpResponse(attached.text, content_type=f"{attached.kind}; charset=utf-8", headers=headers)


@json_view("GET")
def inbox_json(request: HttpRequest, data: dict[str, Any]) -> JsonResponse:
    """?to=&channel=&event=&after=&wait=: newest first; `wait` seconds (at most 10) for the first that fits.

    Who asks to wait and may not is answered at once, with Retry-After.
    """
    criteria = {name: data.get(name, "") for name in ("to", "channel", "event", "after")}
    seconds, may = number(data, "wait", 0), True
    found = inbox.wait(0, **criteria)
    if not found and seconds > 0:
        with waiting.place(client_key(request)) as may:
            found = inbox.wait(seconds if may else 0, **criteria)
    headers = {} if may else {"Retry-After": str(waiting.RETRY_SECONDS)}
    return JsonResponse({"messages": [inbox.as_json(message) for message in found]}, headers=headers)


# --- One person ---


class PersonForm(forms.Form):
    email = EmailField(label=_("Adresse e-mail de la personne"))


class TimeForm(PersonForm):
    hours = forms.FloatField(label=_("Heures à laisser passer"), min_value=0.01, max_value=9600, initial=30)


class ReviewForm(PersonForm):
    verdict = forms.ChoiceField(
        label=_("Décision"), required=False, choices=[("", _("Comme le relecteur simulé")), *Verdict.choices]
    )
    reason = forms.ChoiceField(
        label=_("Motif d’un refus"),
        required=False,
        choices=[("", "–"), *[(code, one.name) for code, one in REASONS.items()]],
    )


class ChallengeForm(PersonForm):
    form = forms.ChoiceField(label=_("Chiffres"), choices=FORMS)


class MeetingForm(PersonForm):
    outcome = forms.ChoiceField(
        label=_("Issue de l’entretien"),
        choices=[
            (postman.ACCEPT, _("Identité acceptée")),
            (postman.REFUSE, _("Identité refusée")),
            (postman.ABSENT, _("Personne absente")),
        ],
    )
    reason = forms.ChoiceField(
        label=_("Motif d’un refus"),
        required=False,
        choices=[("", "–"), *[(one.code, one.name) for one in reasons_of(Mode.FACE_TO_FACE)]],
    )
    code = CharField(
        label=_("Code du rendez-vous"),
        help_text=_("Vide\u00a0: le dernier qui a été envoyé."),
        required=False,
        max_length=20,
    )
    seed = forms.IntegerField(
        label=_("Spécimen photographié (numéro)"),
        help_text=_("Vide\u00a0: aucune photo n’est prise, et le dossier passe devant un agent."),
        required=False,
        min_value=0,
        max_value=MAX_SEED,
    )
    kind = forms.ChoiceField(
        label=_("Pièce"),
        required=False,
        choices=[("", "–"), *[(kind, kind) for kind in KINDS]],
        widget=forms.Select(NAMES),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_page(request: HttpRequest, what: str) -> HttpResponse:
    """Let time pass, decide, announce a challenge, see the state: one form, one result, the same as the JSON."""
    form_class, act, title = PAGES[what]
    form = form_class(request.POST if request.method == "POST" else None)
    result: dict[str, Any] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            result = act(request, form.cleaned_data)
        except UnknownPerson:
            form.add_error("email", _("Personne n’a cette adresse ici."))
        except postman.NotDrawn:
            messages.warning(request, _("Les photos se dessinent\u00a0: recommencez dans quelques secondes."))
        except ValueError as error:
            messages.error(request, str(error))
    return render(request, "sandbox/person.html", {"form": form, "result": result, "title": title, "what": what})


def _meeting(request: HttpRequest, data: dict[str, Any]) -> dict[str, Any]:
    """data: of the form or of the JSON. A specimen is named by its number. Raises UnknownPerson, ValueError, NotDrawn."""
    reasons = data.get("reasons", [])
    if not isinstance(reasons, list):
        raise ValueError("reasons must be a list of codes")
    specimen = None
    if data.get("seed") not in (None, ""):
        form = DocumentForm(data)
        if not form.is_valid():
            raise ValueError(problems(form))
        specimen = form.cleaned_data
    return postman.hold(
        text(data, "email"),
        text(data, "outcome"),
        reasons,
        client=client_key(request),
        code=text(data, "code", required=False),
        specimen=specimen,
        second_reading=data.get("second_reading") is True,
    )


PAGES: dict[str, Any] = {
    "time": (
        TimeForm,
        lambda _request, data: actions.time_passes(data["email"], data["hours"]),
        _("Laisser passer le temps"),
    ),
    "review": (
        ReviewForm,
        lambda _request, data: actions.review(
            data["email"], data["verdict"], [data["reason"]] if data["reason"] else []
        ),
        _("Décider à la place d’un agent"),
    ),
    "challenge": (
        ChallengeForm,
        lambda _request, data: actions.next_challenge(data["email"], data["form"]),
        _("Prochain défi vidéo"),
    ),
    "meeting": (
        MeetingForm,
        lambda request, data: _meeting(request, {**data, "reasons": [data["reason"]] if data["reason"] else []}),
        _("Faire venir le facteur"),
    ),
    "state": (PersonForm, lambda _request, data: standing.state_of(data["email"]), _("État d’une personne")),
}


@json_view("POST")
def time_json(request: HttpRequest, data: dict[str, Any]) -> dict[str, Any]:
    """{"email", "hours"}"""
    return actions.time_passes(text(data, "email"), number(data, "hours"))


@json_view("POST")
def review_json(request: HttpRequest, data: dict[str, Any]) -> dict[str, Any]:
    """{"email", "verdict": "approve" | "refuse" | absent, "reasons": [code]}"""
    reasons = data.get("reasons", [])
    if not isinstance(reasons, list):
        raise ValueError("reasons must be a list of codes")
    return actions.review(text(data, "email"), text(data, "verdict", required=False), reasons)


@json_view("POST")
def meeting_json(request: HttpRequest, data: dict[str, Any]) -> dict[str, Any] | JsonResponse:
    """{"email", "outcome": "accept" | "refuse" | "absent", "reasons": [code], "code", "second_reading": true}

    and of the specimen whose photos are taken "seed", "kind" and so on, as its own address takes them.
    """
    try:
        return _meeting(request, data)
    except postman.NotDrawn:
        return JsonResponse({"state": "waiting"}, status=202, headers={"Retry-After": str(RETRY_SECONDS)})


@json_view("POST")
def challenge_json(request: HttpRequest, data: dict[str, Any]) -> dict[str, Any]:
    """{"email", "form": "spoken" | "written"}"""
    return actions.next_challenge(text(data, "email"), text(data, "form", required=False) or Form.SPOKEN)


@json_view("GET")
def state_json(request: HttpRequest, data: dict[str, Any]) -> dict[str, Any]:
    """?email="""
    return standing.state_of(text(data, "email"))
