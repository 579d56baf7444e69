"""What this room and its corners write in the journal, in words."""

from django.utils.translation import gettext_lazy as _

from identite import journal_words
from verification.review.reasons import REASONS

journal_words.name(
    events={
        # The verification; the enrollment that follows it calls its moves the same.
        "verification_opened": _("Vérification ouverte"),
        "submit": _("Transmission aux agents"),
        "approve": _("Identité acceptée"),
        "refuse": _("Refus"),
        "accept_letter": _("Courrier accepté, identité prouvée"),
        "stop": _("Arrêt"),
        "lapse": _("Fin du délai"),
        "abandon": _("Abandon"),
        # The letter
        "letter_deposited": _("Courrier déposé"),
        "notify": _("Courrier notifié"),
        "bounce": _("Courrier non remis"),
        "accept": _("Courrier accepté"),
        "neglect": _("Courrier non réclamé"),
        "letter_erased": _("Courrier effacé à l’échéance"),
        "identification_begun": _("Identification commencée"),
        # The appointment
        "prove": _("Identité prouvée en personne"),
        "turn_away": _("Identité refusée en personne"),
        "appointment_booked": _("Rendez-vous pris"),
        "appointment_code_sent": _("Code du rendez-vous envoyé"),
        "appointment_erased": _("Rendez-vous effacé à l’échéance"),
        "change_appointment": _("Rendez-vous changé"),
        "hold_appointment": _("Rendez-vous tenu"),
        "miss_appointment": _("Rendez-vous manqué"),
        "cancel_appointment": _("Rendez-vous annulé"),
        "lapse_appointment": _("Rendez-vous sans suite dans le délai"),
        "person_absent": _("Personne absente au bureau de poste"),
        # The captures
        "handoff_offered": _("Passage sur le téléphone proposé"),
        "handoff_taken": _("Passage sur le téléphone"),
        "handoff_cancelled": _("Passage sur le téléphone annulé"),
        "challenge_shown": _("Consigne de vidéo affichée"),
        "capture_uploaded": _("Fichier reçu"),
        "capture_confirm": _("Fichier confirmé"),
        "capture_accept": _("Fichier accepté par les contrôles"),
        "capture_refuse": _("Fichier refusé par les contrôles"),
        "capture_replace": _("Fichier remplacé"),
        "evidence_purged": _("Fichier supprimé à l’échéance"),
        # The meeting
        "counter_searched": _("Recherche d’un rendez-vous au guichet"),
        "meeting_opened": _("Entretien commencé"),
        "meeting_found_without_code": _("Rendez-vous retrouvé sans le code, par le nom et la pièce"),
        "meeting_code_right": _("Code du rendez-vous juste"),
        "meeting_code_wrong": _("Code du rendez-vous faux"),
        "meeting_code_sent": _("Nouveau code du rendez-vous demandé par l’agent"),
        "meeting_identity_read": _("Identité relue avec la personne"),
        "meeting_document_typed": _("Pièce saisie par l’agent"),
        "meeting_compared": _("Pièce comparée à la saisie de la personne"),
        "meeting_checked": _("Liste de contrôle remplie"),
        "meeting_photographed": _("Photos de la pièce terminées"),
        "accept_meeting": _("Identité acceptée à l’entretien"),
        "refuse_meeting": _("Identité refusée à l’entretien"),
        "miss_meeting": _("Personne absente"),
        "leave_meeting": _("Entretien interrompu"),
        "postal_agent_placed": _("Bureau ou tournée d’un agent postal"),
        "own_meeting_refused": _("Essai d’un agent postal sur son propre dossier, refusé"),
        # The desk
        "case_opened": _("Dossier mis en file"),
        "case_read": _("Dossier consulté"),
        "evidence_read": _("Fichier consulté"),
        "approve_case": _("Dossier accepté"),
        "refuse_case": _("Dossier refusé"),
        "close_case": _("Dossier clos"),
        "own_case_refused": _("Essai d’un agent sur son propre dossier, refusé"),
    },
    actors={
        "postal agent": _("agent postal"),
        "ar24": _("prestataire du courrier"),
        "letter bearer": _("porteur du courrier"),
        "verification": _("vérification"),
    },
    reasons={
        **{code: reason.name for code, reason in REASONS.items()},
        # Why the desk looks again after a meeting
        "comparison": _("la pièce diffère de la saisie"),
        "retyped": _("la pièce a été saisie plusieurs fois par l’agent"),
        "photos_missing": _("photos manquantes"),
        "findings": _("constat des contrôles automatiques"),
        "birth_place": _("lieu de naissance en saisie libre"),
        "sampled": _("tirage pour une seconde lecture"),
        "idle": _("sans activité, repris par un autre agent"),
        "not_me": _("« Je ne suis pas cette personne »"),
        "letter_refused": _("courrier refusé par le destinataire"),
        "bounced": _("adresse e-mail injoignable"),
        "non_claim": _("courrier non réclamé"),
        "appointment_lapsed": _("aucun rendez-vous tenu dans le délai"),
    },
)
