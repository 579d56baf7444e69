"""What this room writes in the journal, in words."""

from django.utils.translation import gettext_lazy as _

from identite import journal_words

journal_words.name(
    events={
        "activation_code_accepted": _("Code d’activation accepté"),
        "activate_device": _("Smartphone activé"),
        "remove_device": _("Smartphone retiré"),
    },
    reasons={
        "another_device": _("un autre appareil a commencé"),
        "too_slow": _("délai dépassé"),
    },
)
