"""What this room writes in the journal, in words. Moves that follow a verification are named there."""

from django.utils.translation import gettext_lazy as _

from identite import journal_words

journal_words.name(
    events={
        "account_created": _("Compte créé"),
        "logged_in": _("Connexion"),
        "password_changed": _("Mot de passe changé"),
        "rights_granted": _("Droits accordés"),
        "rights_withdrawn": _("Droits retirés"),
        "begin": _("Dossier commencé"),
        "accept_terms": _("Conditions du service acceptées"),
        "verify_mobile": _("Mobile vérifié"),
        "confirm": _("Informations validées"),
        "choose_mode": _("Mode de vérification choisi"),
        "choose_mode_anew": _("Choix du mode rouvert"),
        "accept_ar24_terms": _("Conditions du courrier acceptées"),
        "retry": _("Nouvel essai"),
        "activation_code_refused": _("Code d’activation faux"),
        "activation_code_sent": _("Code d’activation envoyé"),
        "activate": _("Activation"),
        "suspend": _("Suspension"),
        "resume": _("Reprise"),
        "revoke": _("Révocation"),
    },
    reasons={
        "activation_codes": _("trop de codes d’activation faux"),
        "corrected": _("corrigé dans un nouveau dossier"),
        "expired": _("délai dépassé"),
    },
)
