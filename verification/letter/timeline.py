"""«Suivi de votre courrier»: what happened to the letter, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from identite.brand import branded_lazy
from verification.letter.models import RegisteredLetter
from verification.models import VerificationState

SENTENCES: dict[str, str | Promise] = {
    "deposited": _("Courrier déposé par l’expéditeur"),
    "sent": branded_lazy(_("Courrier envoyé par %(letter_provider)s")),
    "notified": _("Avis de courrier envoyé à votre adresse e-mail"),
    "bounced": _("Votre adresse e-mail n’a pas pu être jointe"),
    "identification_begun": _("Vous avez commencé votre identification"),
    "identification_recorded": _("Votre identification est enregistrée"),
    "in_process": _("Votre identification est en cours de traitement"),
    "approved": _("Votre identité est vérifiée"),
    "identification_refused": _("Votre identification a été refusée"),
    "accepted": _("Vous avez accepté le courrier\u00a0: l’expéditeur a reçu la preuve de réception"),
    "refused": _("Vous avez refusé le courrier"),
    "neglected": _("Le courrier n’a pas été réclamé dans le délai de 15 jours"),
    "not_me": _("Vous avez signalé ne pas être le destinataire"),
}


@dataclass(frozen=True)
class Entry:
    """state: done, now (the last one, while the letter is on its way) or ahead (at: when it is promised)."""

    at: datetime | None
    label: str | Promise
    state: str
    help: str | Promise = ""


def timeline(letter: RegisteredLetter) -> list[Entry]:
    """All events so far, the oldest first, then what comes next where that is known."""
    verification = letter.verification
    happened = [event for event in letter.events.all() if event.code in SENTENCES]
    waiting = verification.state in (VerificationState.OPEN, VerificationState.SUBMITTED, VerificationState.APPROVED)
    entries = [
        Entry(event.at, SENTENCES[event.code], "now" if waiting and event is happened[-1] else "done")
        for event in happened
    ]
    if verification.state == VerificationState.SUBMITTED:
        entries.append(
            Entry(
                verification.case.limit_at,
                _("Réponse par e-mail, au plus tard"),
                "ahead",
                _("Week-ends et jours fériés non comptés."),
            )
        )
    elif verification.state == VerificationState.APPROVED:
        entries.append(Entry(None, _("Acceptez le courrier pour recevoir votre code d’activation"), "ahead"))
    return entries
