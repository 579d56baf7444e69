"""Screen 4: «Vérifier la validité de mes documents», the rule of verification/checks/validity.py. Nothing is saved."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from identite import dates
from identite.funnel import Text
from verification import documents
from verification.checks.kinds import KINDS, DocumentKind
from verification.checks.validity import Reason, Usability, Validity, usable

EXPLANATIONS: dict[Reason, Text] = {
    Reason.VALID: _("Votre document est en cours de validité."),
    Reason.EXTENDED: _(
        "La date inscrite sur votre carte est passée, mais sa validité a été prolongée de 5 ans\u00a0: "
        "c’est le cas des cartes délivrées à des adultes entre le 2 janvier 2004 et le 31 décembre 2013."
    ),
    Reason.EXPIRED: _(
        "Votre document n’est plus en cours de validité\u00a0: il peut servir en face à face, dans un bureau de poste ou "
        "chez vous avec le facteur. En ligne, il en faut un autre, ou faire renouveler celui-ci."
    ),
    Reason.HOLDER_UNDER_AGE: _("Le service est réservé aux personnes majeures."),
    Reason.PERMIT_TOO_SHORT: format_lazy(
        _("Un titre de séjour doit avoir été délivré pour {years} ans au moins."),
        years=KINDS[DocumentKind.PERMIT].min_years,
    ),
    Reason.ISSUED_IN_FUTURE: _("La date de délivrance est à venir. Vérifiez-la sur votre document."),
    Reason.EXPIRES_BEFORE_ISSUE: _("La date d’expiration est avant la date de délivrance. Vérifiez les deux dates."),
    Reason.EXPIRES_TOO_LATE: _(
        "Aucun document de ce type n’est délivré pour une durée aussi longue. Vérifiez les deux dates."
    ),
    Reason.EXPIRY_UNKNOWN: _("La date d’expiration est nécessaire pour ce document."),
}
TO_CORRECT = frozenset(
    {Reason.ISSUED_IN_FUTURE, Reason.EXPIRES_BEFORE_ISSUE, Reason.EXPIRES_TOO_LATE, Reason.EXPIRY_UNKNOWN}
)
EARLIEST = date(1988, 1, 1)  # no document from before is good for anything today


class ValidityForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Votre document"),
        choices=documents.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez votre document.")},
    )
    issue_day = dates.part(_("Date de délivrance"), 2)
    issue_month = dates.part(_("Date de délivrance"), 2)
    issue_year = dates.part(_("Date de délivrance"), 4)
    expiry_day = dates.part(_("Date d’expiration"), 2)
    expiry_month = dates.part(_("Date d’expiration"), 2)
    expiry_year = dates.part(_("Date d’expiration"), 4)
    adult_at_issue = forms.ChoiceField(
        label=_("Aviez-vous 18 ans ou plus à la date de délivrance\u00a0?"),
        choices=(("yes", _("Oui")), ("no", _("Non"))),
        widget=forms.RadioSelect,
        error_messages={"required": _("Répondez par oui ou par non\u00a0: la durée de validité en dépend.")},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        issue, expiry = self._date("issue"), self._date("expiry", required=False)
        if issue and issue < EARLIEST:
            self.add_error("issue_day", _("Un document délivré avant 1988 ne peut pas être utilisé. Vérifiez l’année."))
        if issue and not self.errors:
            self.validity = usable(
                DocumentKind(data["kind"]),
                issue,
                expiry,
                None,
                timezone.localdate(),
                adult_at_issue=data["adult_at_issue"] == "yes",
            )
            if self.validity.reason in TO_CORRECT:
                field = "issue_day" if self.validity.reason == Reason.ISSUED_IN_FUTURE else "expiry_day"
                self.add_error(field, str(EXPLANATIONS[self.validity.reason]))
        return data

    def _date(self, name: str, *, required: bool = True) -> date | None:
        """The date of three fields; None when it is left out or wrong, the reason then stands at its first field."""
        day, month, year = (self.cleaned_data.get(f"{name}_{part}", "") for part in dates.PARTS)
        if not required and not any((day, month, year)):
            return None
        try:
            return dates.read((day, month, year))
        except forms.ValidationError as error:
            self.add_error(f"{name}_day", error)
            return None


class ValidityView(FormView):  # type: ignore[type-arg]  # generic in the stubs only
    """The answers travel in the POST alone: no address or log holds them."""

    form_class = ValidityForm
    template_name = "enrollment/validity.html"
    extra_context = {"cards": documents.cards(lambda text: text.dates)}

    def form_valid(self, form: Any) -> HttpResponse:
        validity: Validity = form.validity
        return self.render_to_response(
            self.get_context_data(
                form=form,
                validity=validity,
                explanation=EXPLANATIONS[validity.reason],
                online=validity.usability == Usability.ONLINE,
                face_to_face=validity.usability == Usability.FACE_TO_FACE,
            )
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())
