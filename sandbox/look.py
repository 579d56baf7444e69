"""All parts of the look on one page, for those who build screens and for the tests of the look."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import View

from identite.characters import CharField, EmailField
from identite.funnel import Mark, Step
from identite.territories import prefix_choices
from verification.documents import cards

CARDS = cards(lambda text: text.dates)
COMMUNES = (("75056", "Paris (75)"), ("71343", "Paris-l’Hôpital (71)"), ("35238", "Rennes (35)"))
GROUPS = {
    "Numéro de mobile": ("Renseigner le numéro", "Saisir le code"),
    "Informations d’identité": ("Sélectionner la pièce", "Saisir les informations", "Confirmer"),
    "Vérification de votre identité": ("Choisir le mode",),
}
DRAWINGS = {
    "photo-good": "Entière, nette, bien éclairée",
    "photo-sleeve": "Sans pochette",
    "photo-blur": "Pas floue",
    "photo-glare": "Sans reflet",
    "photo-copy": "L’original, pas une copie",
    "photo-cut": "Aucun bord coupé",
    "light": "Une bonne lumière",
    "video": "Votre visage dans l’ovale",
    "digits": "Trois chiffres à dire",
    "paper-digits": "ou à écrire",
    "turn-head": "Tourner la tête",
    "show-document": "Montrer la pièce",
    "phone": "Le téléphone",
    "letter": "La lettre recommandée",
    "online": "En ligne",
}
HERE = 3  # the step that the catalogue pretends to be at


class LookForm(forms.Form):
    civility = forms.ChoiceField(
        label="Civilité", widget=forms.RadioSelect, choices=[("mrs", "Madame"), ("mr", "Monsieur")]
    )
    first_names = CharField(
        label="Prénoms",
        help_text="Tous, dans l’ordre de la pièce d’identité, séparés par des espaces.",
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    use_name = CharField(label="Nom d’usage", required=False)
    email = EmailField(label="Adresse e-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    birth_date = forms.DateField(
        label="Date de naissance",
        help_text="Par exemple 27 03 1985",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "bday"}),
    )
    password = forms.CharField(
        label="Mot de passe",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "aria-describedby": "password-rules"}),
    )
    document = forms.ChoiceField(
        label="Quelle pièce d’identité avez-vous ?",
        widget=forms.RadioSelect,
        choices=[(card.value, card.label) for card in CARDS],
    )
    calling_code = forms.ChoiceField(label="Indicatif", choices=prefix_choices)
    number = CharField(label="Numéro de mobile")
    code = CharField(label="Code de vérification", help_text="Six chiffres, reçus par SMS.")
    secret = CharField(label="Code secret", max_length=4)
    commune = CharField(label="Commune de naissance", help_text="Saisissez les premières lettres.")
    commune_code = CharField(widget=forms.HiddenInput, required=False)
    notes = CharField(label="Message", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    terms = forms.BooleanField(label="J’accepte les conditions générales d’utilisation.")


def _route() -> list[Mark]:
    titles = [(group, title) for group, names in GROUPS.items() for title in names]
    return [
        Mark(
            step=Step(slug=f"step-{place}", title=title, view=View, is_done=lambda subject: True, group=group),
            url="#",
            done=place < HERE,
            current=place == HERE,
            reachable=place <= HERE,
        )
        for place, (group, title) in enumerate(titles)
    ]


@require_safe
def look(request: HttpRequest) -> HttpResponse:
    """Everything in its quiet state; `?errors=1` shows the form as it comes back, `?frame=ar24` shows AR24's frame.

    `?idle=1` adds the warning of an idle session; `?q=…` and `?state` are what its combobox and its waiting part ask.
    """
    if "q" in request.GET:
        found = [place for place in COMMUNES if place[1].lower().startswith(request.GET["q"].lower())]
        return JsonResponse({"results": [{"value": value, "label": label} for value, label in found]})
    if "state" in request.GET:
        return JsonResponse({"state": "running", "text": "Vérification de la photo…"})
    now = timezone.now()
    route = _route()
    form = LookForm({"email": "jeanne@", "birth_date": "31 02 1990"} if request.GET.get("errors") else None)
    messages.success(request, "Votre adresse est confirmée.")
    events = [
        {"label": "E-mail de notification remis", "at": now - timedelta(days=1)},
        {"label": "Identification enregistrée", "at": now - timedelta(hours=2)},
        {"label": "Identification en cours de traitement", "at": now, "state": "now", "help": "De 24 à 48 heures."},
        {"label": "Décision", "at": None, "state": "ahead"},
    ]
    context: dict[str, Any] = {
        "form": form,
        "route": route,
        "step": route[HERE].step,
        "back_url": "#",
        "cards": CARDS,
        "events": events,
        "drawings": [(f"img/{name}.svg", words) for name, words in DRAWINGS.items()],
        "soon": now + timedelta(seconds=54),
        "later": now + timedelta(hours=4),
        "links": [("#", "continuer plus tard"), ("#", "nous contacter")],
        "found": COMMUNES[:2] if request.GET.get("errors") else None,
        "idle": request.GET.get("idle"),
    }
    frame = "sandbox/look_ar24.html" if request.GET.get("frame") == "ar24" else "sandbox/look.html"
    return render(request, frame, context)
