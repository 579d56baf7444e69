"""Why an identification is refused: each reason has a code, a name for the agent, and what the citizen is told to do."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from verification.models import Mode


@dataclass(frozen=True)
class Reason:
    """in_person: of what was seen at a meeting; the others speak of photos and a video that somebody sent."""

    code: str
    name: str | Promise
    citizen: str | Promise
    advice: str | Promise
    in_person: bool = False


REASONS: dict[str, Reason] = {
    reason.code: reason
    for reason in (
        Reason(
            "document_unreadable",
            _("Pièce illisible"),
            _("Votre pièce d’identité n’a pas pu être lue en entier."),
            _("Photographiez-la à plat, sans reflet, dans une pièce bien éclairée."),
        ),
        Reason(
            "document_not_original",
            _("Pas un original"),
            _("La photo ne montre pas l’original de votre pièce d’identité."),
            _("Photographiez la pièce elle-même, ni une photocopie ni un écran."),
        ),
        Reason(
            "document_not_valid",
            _("Pièce périmée ou non acceptée"),
            _("Votre pièce d’identité n’est pas, ou plus, acceptée pour une vérification en ligne."),
            _("Vérifiez la validité de vos documents avant de recommencer."),
        ),
        Reason(
            "data_differ",
            _("Informations différentes de la pièce"),
            _("Des informations que vous avez saisies diffèrent de celles de votre pièce d’identité."),
            _(
                "Recommencez avec les informations exactement comme elles figurent sur la pièce, ou écrivez à l’assistance."
            ),
        ),
        Reason(
            "face_not_visible",
            _("Visage mal visible"),
            _("Votre visage n’est pas assez visible dans la vidéo."),
            _("Placez-vous face à la lumière, le visage entier dans l’ovale, sans casquette ni lunettes de soleil."),
        ),
        Reason(
            "face_differs",
            _("Visage différent de la photo"),
            _("Le visage de la vidéo n’a pas pu être rapproché de la photo de votre pièce d’identité."),
            _("Recommencez la vidéo avec un bon éclairage\u00a0; si votre photo est ancienne, contactez l’assistance."),
        ),
        Reason(
            "challenge_missing",
            _("Chiffres ou geste manquants"),
            _("Les trois chiffres ou le geste demandés n’apparaissent pas dans la vidéo."),
            _("Lisez les chiffres à voix haute, ou écrivez-les en grand, puis faites le geste demandé."),
        ),
        Reason(
            "other",
            _("Autre motif"),
            _("Votre identité n’a pas pu être vérifiée avec les éléments envoyés."),
            _("Vous pouvez faire un nouvel essai ou contacter l’assistance."),
        ),
        Reason(
            "counter_not_original",
            _("Pas un original"),
            _("La pièce présentée n’est pas l’original de votre pièce d’identité."),
            _("Présentez l’original\u00a0: ni photocopie, ni photo sur un écran."),
            in_person=True,
        ),
        Reason(
            "counter_damaged",
            _("Pièce abîmée ou illisible"),
            _("Votre pièce d’identité est trop abîmée pour être vérifiée."),
            _("Présentez une autre pièce, ou faites renouveler celle-ci avant de recommencer."),
            in_person=True,
        ),
        Reason(
            "counter_not_accepted",
            _("Pièce non acceptée"),
            _("La pièce présentée ne fait pas partie des pièces d’identité acceptées."),
            _("Présentez une carte d’identité ou un passeport français, ou un titre de séjour d’au moins cinq ans."),
            in_person=True,
        ),
        Reason(
            "counter_not_genuine",
            _("Éléments de sécurité absents ou douteux"),
            _("L’authenticité de la pièce présentée n’a pas pu être établie."),
            _("Présentez une autre pièce d’identité, ou contactez l’assistance."),
            in_person=True,
        ),
        Reason(
            "counter_data_differ",
            _("Informations différentes de la pièce"),
            _("Des informations que vous avez saisies diffèrent de celles de la pièce présentée."),
            _("Recommencez avec les informations exactement comme elles figurent sur la pièce que vous présenterez."),
            in_person=True,
        ),
        Reason(
            "counter_not_the_person",
            _("La personne n’est pas celle du portrait"),
            _("La personne présente n’a pas pu être rapprochée du portrait de la pièce d’identité."),
            _("Si votre portrait est ancien, présentez une pièce plus récente, ou contactez l’assistance."),
            in_person=True,
        ),
        Reason(
            "counter_other",
            _("Autre motif"),
            _("Votre identité n’a pas pu être vérifiée lors du rendez-vous."),
            _(
                "Vous pouvez prendre un nouveau rendez-vous, choisir la vérification en ligne ou contacter l’assistance."
            ),
            in_person=True,
        ),
    )
}
OTHER = frozenset({"other", "counter_other"})  # which one, a note for the colleagues says
# Never told to the citizen in these words: the agents' own list for a suspicion of fraud stands in the case's note.


def reasons_of(mode: str) -> list[Reason]:
    """What an identification that was made this way is refused for."""
    return [reason for reason in REASONS.values() if reason.in_person is (mode == Mode.FACE_TO_FACE)]


def reason_texts(codes: Iterable[str]) -> list[Reason]:
    """The reasons of a decision, in its order; a code that is no longer listed is told as «other»."""
    return [REASONS.get(code, REASONS["other"]) for code in codes]
