"""What this room writes in the journal, in words."""

from django.utils.translation import gettext_lazy as _

from identite import journal_words
from sandbox.reviewer import LABEL

journal_words.name(
    events={
        "time_passed": _("Temps avancé"),
        "challenge_announced": _("Consigne de vidéo annoncée"),
    },
    actors={"sandbox": _("bac à sable"), LABEL: _("agent simulé")},
)
