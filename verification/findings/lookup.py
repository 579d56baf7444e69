"""From a finding's code to its sentences."""

from django.utils.translation import gettext_lazy as _

from verification.findings.document import DOCUMENT_TEXTS
from verification.findings.text import FindingText
from verification.findings.video import VIDEO_TEXTS

# Of a check that never gave an answer: it belongs to no picture and no recording.
BROKEN = {
    "capture.error": FindingText(
        _(
            "Le contrôle de cette photo n’a pas abouti, sans que ce soit forcément de votre fait. Reprenez-la avec "
            "l’appareil de votre téléphone et envoyez-la de nouveau\u00a0: aucun essai n’est compté. "
            "Si le contrôle échoue encore, un agent la regardera."
        ),
        _("Le contrôle automatique n’a pas abouti\u00a0: regardez ce fichier en entier, rien n’en a été vérifié."),
    )
}
TEXTS = BROKEN | DOCUMENT_TEXTS | VIDEO_TEXTS


def text_for(code: str) -> FindingText:
    """The sentences of one finding. Raises KeyError for a code that nobody gave sentences to."""
    return TEXTS[code]
