"""Screen 18: everything read back. «VALIDER» is the last moment at which an answer can be changed."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment import phones
from enrollment.documents import validity_today
from enrollment.identity_form import nationality_text
from enrollment.models import Enrollment
from enrollment.services import files
from enrollment.services.answers import CONFIRMED
from enrollment.steps.base import IDENTITY, AnswerStep
from identite.characters import CharField
from identite.cog import countries
from identite.crypto import digest, same
from identite.funnel import Step
from identite.templatetags.dates import long_date
from identite.transitions import TransitionNotAllowed
from verification.checks.kinds import FRANCE
from verification.checks.validity import Usability


class ConfirmationForm(forms.Form):
    """seen: digest of the answers that the page read back. Another tab may have changed them since."""

    seen = CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, enrollment: Enrollment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrollment = enrollment

    def clean_seen(self) -> str:
        seen: str = self.cleaned_data["seen"]
        if not same(seen, fingerprint(self.enrollment)):
            raise forms.ValidationError(
                _("Ces informations ont changé entre-temps, dans un autre onglet. Relisez-les avant de valider.")
            )
        return seen


class ConfirmationView(AnswerStep):
    form_class = ConfirmationForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"enrollment": self.subject}

    def form_valid(self, form: ConfirmationForm) -> HttpResponse:
        try:
            files.confirm(self.subject)
        except TransitionNotAllowed:
            return self.frozen()
        self.reload()
        return redirect(self.next_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        validity = validity_today(self.subject)
        return super().get_context_data(
            seen=fingerprint(self.subject),
            sections=sections(self.subject),
            expired_since=validity.valid_until if validity.usability == Usability.FACE_TO_FACE else None,
            **kwargs,
        )


def fingerprint(enrollment: Enrollment) -> str:
    """The same for the same answers."""
    values = (str(getattr(enrollment, name) or "") for name in CONFIRMED)
    return digest("confirmation", "\0".join(values))


def sections(enrollment: Enrollment) -> list[dict[str, Any]]:
    """The answers as they are read back: heading, slug of the page that changes them, lines of (name, value)."""
    place = enrollment.birth_place + (f" ({enrollment.birth_place_code})" if enrollment.birth_place_code else "")
    nationality = _("Française") if enrollment.nationality == FRANCE else nationality_text(enrollment.nationality)
    return [
        {
            "heading": _("Numéro de mobile"),
            "slug": "mobile",
            "lines": [(_("Numéro de mobile"), phones.display(enrollment.mobile))],
        },
        {
            "heading": _("Informations personnelles"),
            "slug": "details",
            "lines": [
                (_("Civilité"), enrollment.get_civility_display()),
                (_("Prénom(s)"), enrollment.first_names),
                (_("Nom de naissance"), enrollment.birth_name),
                (_("Nom d’usage"), enrollment.use_name or _("Aucun")),
            ],
        },
        {
            "heading": _("Informations de naissance"),
            "slug": "details",
            "lines": [
                (_("Date de naissance"), birth_date_text(enrollment)),
                (_("Lieu de naissance"), place),
                (_("Pays de naissance"), countries.name_of_code(enrollment.birth_country)),
                (_("Nationalité"), nationality),
            ],
        },
        {
            "heading": _("Informations du document"),
            "slug": "details",
            "lines": [
                (_("Pièce d’identité"), enrollment.get_document_kind_display()),
                (_("N° du document"), enrollment.document_number),
                (_("Date de délivrance"), long_date(enrollment.issue_date) if enrollment.issue_date else ""),
                (
                    _("Date d’expiration"),
                    long_date(enrollment.expiry_date) if enrollment.expiry_date else "",
                ),
            ],
        },
    ]


def birth_date_text(enrollment: Enrollment) -> str:
    """«27 mars 1985»; what is not known of a presumed date stays «00»."""
    day = enrollment.birth_day()
    return long_date(day) if day else "/".join(reversed(enrollment.birth_date.split("-")))


STEP: Step[Enrollment] = Step(
    slug="confirmation",
    title=gettext_lazy("Confirmez les informations"),
    view=ConfirmationView,
    is_done=lambda enrollment: enrollment.confirmed_at is not None,
    group=IDENTITY,
)
