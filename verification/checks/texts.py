"""What a finding's code says, in two sentences: one for the citizen, one for the agent."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class FindingText:
    """citizen: the cause and the cure, plain words. agent: what was measured, and what it may mean."""

    citizen: str | Promise
    agent: str | Promise


# Of a check that never gave an answer: it belongs to no picture and no recording.
BROKEN = {
    "capture.error": FindingText(
        _("Un agent examinera ce fichier."),
        _("Le contrôle automatique n’a pas abouti\u00a0: regardez ce fichier en entier, rien n’en a été vérifié."),
    )
}


def text_for(code: str) -> FindingText:
    """The sentences of one finding. Raises KeyError for a code that nobody gave sentences to."""
    # The tables need FindingText, so each is read when its first sentence is wanted.
    if code in BROKEN:
        return BROKEN[code]
    if code.startswith("video."):
        from verification.checks.video_texts import VIDEO_TEXTS

        return VIDEO_TEXTS[code]
    from verification.checks.document_texts import DOCUMENT_TEXTS

    return DOCUMENT_TEXTS[code]
