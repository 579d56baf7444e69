"""Screen 17's form: the identity as it is printed on the document. Rules of each document stand in `documents.py`."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment import documents
from enrollment.models import Enrollment
from enrollment.names import clean_name
from identite import dates
from identite.brand import branded
from identite.characters import CharField
from identite.cog import communes, countries
from identite.cog.text import normalize
from verification.checks import validity
from verification.checks.kinds import FRANCE, KINDS, DocumentKind
from verification.checks.validity import Reason, Usability
from verification.documents import DOCUMENTS
from verification.identity import Civility

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

GROUPS = ("birth", "issue", "expiry")
# What a lookup without JavaScript may ask for: the text's field, and the hidden field beside it.
LOOKUPS = {"birth_country_text": "birth_country", "birth_place_text": "birth_place", "nationality_text": "nationality"}
STATELESS = (("XXA", gettext_lazy("Apatride")), ("XXB", gettext_lazy("Réfugié(e), convention de 1951")))


def _text(
    label: "str | StrPromise",
    hint: "str | StrPromise" = "",
    *,
    required: "str | StrPromise" = "",
    autocomplete: str = "off",
) -> CharField:
    attrs = {"autocomplete": autocomplete, "spellcheck": "false"}
    errors = {"required": required} if required else {}
    field = CharField(label=label, help_text=hint, required=bool(required), max_length=256, error_messages=errors)
    field.widget.attrs.update(attrs)
    return field


class DetailsForm(forms.Form):
    """kind: the document this page was made for; another tab may have chosen another one since."""

    kind = CharField(widget=forms.HiddenInput, required=False)
    civility = forms.ChoiceField(
        label=gettext_lazy("Civilité"),
        choices=Civility.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choisissez votre civilité.")},
    )
    first_names = _text(
        gettext_lazy("Tous vos prénoms"),
        gettext_lazy("Dans l’ordre de la pièce d’identité, séparés par un espace, avec leurs traits d’union."),
        required=gettext_lazy("Saisissez tous vos prénoms, comme sur votre pièce d’identité."),
        autocomplete="given-name",
    )
    birth_name = _text(
        gettext_lazy("Nom de naissance"),
        required=gettext_lazy("Saisissez votre nom de naissance, comme sur votre pièce d’identité."),
        autocomplete="family-name",
    )
    use_name = _text(gettext_lazy("Nom d’usage"), gettext_lazy("S’il figure sur votre pièce d’identité."))
    birth_day = dates.part(gettext_lazy("Date de naissance"), 2, "bday-day")
    birth_month = dates.part(gettext_lazy("Date de naissance"), 2, "bday-month")
    birth_year = dates.part(gettext_lazy("Date de naissance"), 4, "bday-year")
    birth_country_text = _text(
        gettext_lazy("Pays de naissance"),
        gettext_lazy("Outre-mer\u00a0: France."),
        required=gettext_lazy("Saisissez votre pays de naissance."),
        autocomplete="off",
    )
    birth_country = CharField(widget=forms.HiddenInput, required=False, max_length=3)
    birth_place_text = _text(
        gettext_lazy("Commune ou ville de naissance"),
        gettext_lazy(
            "Nom ou code postal. À Paris, Lyon et Marseille, précisez l’arrondissement\u00a0: «\u00a0Paris 14\u00a0»."
        ),
        required=gettext_lazy("Saisissez votre commune ou ville de naissance."),
    )
    birth_place = CharField(widget=forms.HiddenInput, required=False, max_length=200)
    keep_place = forms.BooleanField(
        label=gettext_lazy(
            "Ma commune n’est pas dans la liste (elle a changé de nom, par exemple)\u00a0: garder ce que j’ai saisi."
        ),
        required=False,
    )
    nationality_text = _text(
        gettext_lazy("Nationalité"), gettext_lazy("Le pays, comme sur votre titre\u00a0: «\u00a0Maroc\u00a0».")
    )
    nationality = CharField(widget=forms.HiddenInput, required=False, max_length=3)
    document_number = _text(
        gettext_lazy("Numéro du document"), required=gettext_lazy("Saisissez le numéro de votre pièce d’identité.")
    )
    issue_day = dates.part(gettext_lazy("Date de délivrance"), 2)
    issue_month = dates.part(gettext_lazy("Date de délivrance"), 2)
    issue_year = dates.part(gettext_lazy("Date de délivrance"), 4)
    expiry_day = dates.part(gettext_lazy("Date d’expiration"), 2)
    expiry_month = dates.part(gettext_lazy("Date d’expiration"), 2)
    expiry_year = dates.part(gettext_lazy("Date d’expiration"), 4)

    def __init__(self, *args: Any, enrollment: Enrollment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrollment = enrollment
        self.document_kind = DocumentKind(enrollment.document_kind)
        self.document = DOCUMENTS[self.document_kind]
        # Lists to pick from, by the name of the text's field; the page shows them where something was ambiguous.
        self.found: dict[str, list[tuple[str, str]] | None] = dict.fromkeys(LOOKUPS)
        # Where the document itself stands in the way: the page explains what remains possible.
        self.obstacle: Reason | None = None
        self.fields["document_number"].help_text = self.document.number_hint
        self.fields["document_number"].widget.attrs["autocapitalize"] = "characters"
        if not KINDS[self.document_kind].nationality:
            self.fields["nationality_text"].required = True
            self.fields["nationality_text"].error_messages["required"] = _("Saisissez votre nationalité.")
        else:
            del self.fields["nationality_text"], self.fields["nationality"]

    # --- One field ---

    def clean_kind(self) -> str:
        if self.cleaned_data["kind"] != self.document_kind:
            raise ValidationError(
                _("Vous avez choisi une autre pièce entre-temps. Vérifiez que ces informations sont les siennes.")
            )
        return self.document_kind

    def clean_first_names(self) -> str:
        return clean_name(self.cleaned_data["first_names"].replace(",", " "))

    def clean_birth_name(self) -> str:
        return clean_name(self.cleaned_data["birth_name"])

    def clean_use_name(self) -> str:
        return clean_name(self.cleaned_data["use_name"])

    def clean_document_number(self) -> str:
        return documents.clean_number(self.document_kind, self.cleaned_data["document_number"])

    # --- Fields together ---

    def clean(self) -> dict[str, Any]:
        today = timezone.localdate()
        self._date("birth", lambda parts: dates.read_presumed(parts, today))
        self._date("issue", dates.read)
        self._date("expiry", dates.read)
        self._place()
        if "nationality_text" in self.fields:
            self._nationality()
        self._validity(today)
        return self.cleaned_data

    def _date(self, group: str, read: Any) -> None:
        names = [f"{group}_{part}" for part in dates.PARTS]
        if any(name in self.errors for name in names):
            return
        try:
            self.cleaned_data[group] = read(tuple(self.cleaned_data.get(name, "") for name in names))
        except ValidationError as error:
            self.add_error(names[0], error)

    def _country(self, name: str) -> countries.Country | None:
        """The country that was picked or typed; asks to choose where the text does not say which."""
        text, value = self.cleaned_data.get(f"{name}_text", ""), self.cleaned_data.get(name, "")
        text = text[: communes.MAX_TYPED]
        if not text:
            return None
        candidates = countries.search(text)
        picked = countries.find(value)
        if picked and (picked in candidates or normalize(picked.name) == normalize(text)):
            return picked
        named = countries.named(text)
        if named is None:
            self._choose(f"{name}_text", [(country.alpha3, country.name) for country in candidates])
        return named

    def _choose(self, name: str, found: list[tuple[str, str]]) -> None:
        self.found[name] = found
        several = _("Choisissez dans la liste ci-dessous ce qui convient.")
        none = _("Nous ne trouvons rien de ce nom. Vérifiez l’orthographe.")
        self.add_error(name, several if found else none)

    def _place(self) -> None:
        country = self._country("birth_country")
        text, value = self.cleaned_data.get("birth_place_text", "").strip(), self.cleaned_data.get("birth_place", "")
        if country is None or not text:
            return
        self.cleaned_data |= {"country": country.code, "place": text[:200], "place_code": ""}
        if country.code != countries.FRANCE:
            return
        candidates = communes.search(text, limit=communes.MOST)
        picked = communes.find(value) if value else None
        if picked and picked not in candidates and normalize(picked.label) != normalize(text):
            picked = None  # the text was changed after the choice
        if picked is None:
            named = communes.named(text)
            picked = named[0] if len(named) == 1 else None
        if picked is not None:
            self.cleaned_data |= {"place": picked.name, "place_code": picked.code}
        elif not self.cleaned_data.get("keep_place"):
            self._choose("birth_place_text", [(commune.value, commune.label) for commune in candidates])

    def _nationality(self) -> None:
        value = self.cleaned_data.get("nationality", "")
        text = self.cleaned_data.get("nationality_text", "")
        for code, label in STATELESS:
            if value == code or (text and normalize(text) == normalize(str(label))):
                self.cleaned_data["nationality_code"] = code
                return
        country = self._country("nationality")
        if country and country.alpha3 == FRANCE:
            self.add_error(
                "nationality_text", _("Un titre de séjour n’est pas délivré à une personne de nationalité française.")
            )
        elif country:
            self.cleaned_data["nationality_code"] = country.alpha3

    def _validity(self, today: date) -> None:
        birth, issue, expiry = (self.cleaned_data.get(group) for group in GROUPS)
        if birth and not validity.is_adult(birth, today):
            self.obstacle = Reason.HOLDER_UNDER_AGE
            self.add_error("birth_day", branded(_("Une %(brand_identity)s est réservée aux personnes majeures.")))
            return
        if birth and issue and f"{issue}" < birth.replace("-00", "-01"):
            self.add_error("issue_day", _("La pièce ne peut pas avoir été délivrée avant votre naissance."))
            return
        if issue and self.cleaned_data.get("document_number"):
            try:
                documents.check_model(self.document_kind, self.cleaned_data["document_number"], issue)
            except ValidationError as error:
                self.add_error("issue_day", error)
                return
        if not (birth and issue and expiry):
            return
        result = validity.usable(self.document_kind, issue, expiry, birth, today)
        if result.usability != Usability.NOT_USABLE:  # the confirmation says when it leads face to face
            return
        self.obstacle = result.reason
        self.add_error(*_VALIDITY_ERRORS[result.reason])

    def answers(self) -> dict[str, Any]:
        """What is saved of a valid form."""
        data = self.cleaned_data
        return {
            "civility": data["civility"],
            "first_names": data["first_names"],
            "birth_name": data["birth_name"],
            "use_name": data["use_name"],
            "birth_date": data["birth"],
            "birth_country": data["country"],
            "birth_place_code": data["place_code"],
            "birth_place": data["place"],
            "nationality": data.get("nationality_code") or KINDS[self.document_kind].nationality,
            "document_number": data["document_number"],
            "issue_date": data["issue"],
            "expiry_date": data["expiry"],
        }


_VALIDITY_ERRORS: "dict[Reason, tuple[str, StrPromise]]" = {
    Reason.ISSUED_IN_FUTURE: ("issue_day", gettext_lazy("La date de délivrance est dans le futur. Vérifiez-la.")),
    Reason.EXPIRES_BEFORE_ISSUE: (
        "expiry_day",
        gettext_lazy("La date d’expiration précède la date de délivrance. Vérifiez les deux."),
    ),
    Reason.EXPIRES_TOO_LATE: (
        "expiry_day",
        gettext_lazy("Aucune pièce de ce type n’est valable aussi longtemps. Vérifiez les deux dates."),
    ),
    Reason.PERMIT_TOO_SHORT: (
        "expiry_day",
        gettext_lazy("Votre titre de séjour a été délivré pour moins de cinq ans."),
    ),
}


def initial(enrollment: Enrollment) -> dict[str, Any]:
    """What the page shows first: what was saved, else what the account knows. Nothing is typed twice."""
    account = enrollment.account
    values: dict[str, Any] = {
        "kind": enrollment.document_kind,
        "civility": enrollment.civility or account.civility,
        "first_names": enrollment.first_names or account.first_name,
        "birth_name": enrollment.birth_name or account.last_name,
        "use_name": enrollment.use_name,
        "document_number": enrollment.document_number,
        "birth_place_text": enrollment.birth_place,
        "keep_place": bool(enrollment.birth_place and not enrollment.birth_place_code),
        "birth_country_text": countries.name_of_code(enrollment.birth_country or countries.FRANCE),
    }
    for group, value in zip(
        GROUPS, (enrollment.birth_date, enrollment.issue_date, enrollment.expiry_date), strict=True
    ):
        values |= dict(zip((f"{group}_{part}" for part in dates.PARTS), dates.split(value), strict=True))
    country = countries.named(values["birth_country_text"])
    values["birth_country"] = country.alpha3 if country else ""
    commune = (
        communes.by_code(enrollment.birth_place_code, enrollment.birth_place) if enrollment.birth_place_code else None
    )
    if commune:
        values |= {"birth_place_text": commune.label, "birth_place": commune.value}
    if enrollment.nationality:
        values |= {"nationality": enrollment.nationality, "nationality_text": nationality_text(enrollment.nationality)}
    return values


def nationality_text(code: str) -> str:
    """The country, or what stands for one."""
    return {key: str(label) for key, label in STATELESS}.get(code) or countries.name_of_nationality(code)


def spell_out(data: QueryDict, but: str = "") -> None:
    """Write what was picked in full where the text still is what was searched for. but: the field searched in now."""
    for name, value in LOOKUPS.items():
        text, picked = data.get(name, ""), data.get(value, "")
        labels = dict(lookup(name, text)) if text and picked and name != but else {}
        if picked in labels:
            data[name] = labels[picked]


def lookup(name: str, text: str) -> list[tuple[str, str]]:
    """What the «Rechercher» button beside a field lists: (value, label). text: as it came, of any length."""
    text = text.strip()[: communes.MAX_TYPED]
    if name == "birth_place_text":
        return [(commune.value, commune.label) for commune in communes.search(text, limit=communes.MOST)]
    return [(country.alpha3, country.name) for country in countries.search(text)]
