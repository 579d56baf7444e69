"""What agents call the messages: one name for each folder of `templates/notifications/`."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVENTS: dict[str, str | Promise] = {
    "account_created": _("Compte créé"),
    "activation_code": _("Code d’activation"),
    "activation_stopped": _("Activation arrêtée"),
    "agents_alerted": _("Alerte aux agents"),
    "email_already_known": _("Adresse déjà connue"),
    "email_code_sent": _("Code par e-mail"),
    "enrollment_expiring": _("Fin prochaine du dossier"),
    "enrollment_lapsed": _("Dossier clos"),
    "enrollment_stopped": _("Dossier arrêté"),
    "handoff_link": _("Lien vers le téléphone"),
    "identity_activated": _("Identité activée"),
    "identity_proven": _("Identité prouvée"),
    "letter_accepted": _("Lettre acceptée"),
    "letter_decided": _("Décision sur l’identification"),
    "letter_lapsed": _("Lettre non ouverte à temps"),
    "letter_notified": _("Avis de lettre recommandée"),
    "letter_reminder": _("Rappel de lettre recommandée"),
    "mobile_already_used": _("Mobile déjà utilisé"),
    "mobile_code_sent": _("Code par SMS"),
    "password_changed": _("Mot de passe changé"),
    "password_reset_asked": _("Nouveau mot de passe"),
    "password_reset_unknown": _("Nouveau mot de passe, adresse inconnue"),
    "verification_submitted": _("Identification reçue"),
}
