"""What the findings of the face video say: to the citizen, the cause and the cure; to the agent, what was measured."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from verification.checks import limits
from verification.findings.text import FindingText

VIDEO_TEXTS: dict[str, FindingText] = {
    # The file
    "video.empty": FindingText(
        _("La vidéo reçue est vide\u00a0: recommencez l’enregistrement ou l’envoi."), _("Fichier vide.")
    ),
    "video.too_large": FindingText(
        format_lazy(
            _(
                "Votre vidéo dépasse {megabytes}\u00a0Mo\u00a0: enregistrez-la dans une qualité moins élevée ou "
                "raccourcissez-la."
            ),
            megabytes=limits.VIDEO_MAX_BYTES // limits.MEGA,
        ),
        _("Fichier plus lourd que la limite."),
    ),
    "video.not_video": FindingText(
        _("Ce fichier n’est pas une vidéo que nous savons lire\u00a0: envoyez une vidéo WebM, MP4, MOV ou MKV."),
        _("Le contenu n’est ni du WebM, ni du Matroska, ni du MP4, quel que soit le nom du fichier."),
    ),
    "video.codec": FindingText(
        _(
            "Nous ne savons pas lire le format de cette vidéo\u00a0: enregistrez-la avec l’appareil "
            "photo de votre téléphone."
        ),
        _("Codec vidéo absent de la liste acceptée."),
    ),
    "video.no_pictures": FindingText(
        _("Ce fichier ne contient aucune image\u00a0: vérifiez que votre caméra est autorisée, puis recommencez."),
        _("Aucune image décodée."),
    ),
    "video.dimensions": FindingText(
        _("Les images de votre vidéo sont trop grandes\u00a0: choisissez une qualité «\u00a01080p\u00a0» ou moins."),
        _("Image plus grande que la limite de décodage."),
    ),
    "video.damaged": FindingText(
        _("Votre vidéo est abîmée et ne peut pas être lue\u00a0: recommencez l’enregistrement."),
        _("Fichier corrompu ou tronqué\u00a0: décodage impossible."),
    ),
    "video.decodable": FindingText(_("Votre vidéo est lisible."), _("Fichier décodé.")),
    "video.uploaded": FindingText(
        _("Vous avez envoyé un fichier\u00a0: un agent regardera votre vidéo."),
        _("Fichier téléversé\u00a0: le moment où les chiffres ont été dits n’est pas vérifiable."),
    ),
    # The recording as a whole
    "video.duration": FindingText(_("La durée de la vidéo convient."), _("Durée dans les limites.")),
    "video.too_short": FindingText(
        _("Votre vidéo est trop courte\u00a0: elle doit durer au moins 6\u00a0secondes."), _("Durée sous la limite.")
    ),
    "video.too_long": FindingText(
        _("Votre vidéo est trop longue\u00a0: elle doit durer 15\u00a0secondes au plus."),
        _("Durée au-dessus de la limite."),
    ),
    "video.complete": FindingText(
        _(
            "La vidéo s’arrête avant sa fin\u00a0: l’envoi a sans doute été coupé. Recommencez avec "
            "une meilleure connexion."
        ),
        _("Images décodées comparées à la durée annoncée par l’en-tête et par le son\u00a0; paquets abîmés."),
    ),
    "video.frozen": FindingText(
        _("L’image est restée figée\u00a0: fermez les autres applications, puis recommencez."),
        _("Plus long passage sans aucun changement d’image."),
    ),
    # Sound
    "video.audio": FindingText(_("Le son est présent."), _("Part de la vidéo où le son est présent.")),
    "video.no_audio": FindingText(
        _("Nous n’entendons rien\u00a0: autorisez le microphone, vérifiez qu’il n’est pas coupé, puis recommencez."),
        _("Aucun son, ou silence complet du début à la fin."),
    ),
    "video.audio_cut": FindingText(
        _("Le son s’interrompt pendant la vidéo\u00a0: recommencez sans changer d’application ni de micro."),
        _("Le son s’arrête avant l’image ou comporte un trou."),
    ),
    # The person
    "video.no_face": FindingText(
        _(
            "Nous ne voyons pas de visage\u00a0: placez-vous face à la caméra, dans l’ovale, avec de "
            "la lumière devant vous."
        ),
        _("Aucun visage trouvé."),
    ),
    "video.face_present": FindingText(
        _("Votre visage sort trop souvent de l’image\u00a0: gardez-le dans l’ovale pendant toute la vidéo."),
        _("Part des images où le visage est visible."),
    ),
    "video.face_size": FindingText(
        _("Votre visage est trop petit\u00a0: rapprochez-vous de la caméra jusqu’à remplir l’ovale."),
        _("Taille médiane du visage, rapportée au petit côté de l’image."),
    ),
    "video.frontal": FindingText(
        _("Nous ne vous voyons pas assez de face\u00a0: regardez la caméra au début, puis après le geste."),
        _("Nombre d’images de face, et orientation au repos."),
    ),
    "video.alone": FindingText(
        _("Une autre personne est visible\u00a0: recommencez seul(e) devant la caméra."),
        _("Second visage, plus grand que le portrait d’un document tenu en main."),
    ),
    "video.same_face": FindingText(
        _("Un agent vérifiera votre vidéo."),
        _("Le visage d’un passage diffère de celui du reste de la vidéo\u00a0: substitution possible."),
    ),
    "video.face_match": FindingText(
        _("Un agent comparera votre visage au portrait de votre pièce d’identité."),
        _("Distance médiane entre le visage et le portrait du document\u00a0: même personne, ou doute."),
    ),
    "video.other_person": FindingText(
        _("Un agent comparera votre visage au portrait de votre pièce d’identité."),
        _("Le visage semble être celui d’une autre personne que le portrait du document."),
    ),
    "video.no_portrait": FindingText(
        _("Un agent comparera votre visage au portrait de votre pièce d’identité."),
        _("Aucun portrait exploitable du document\u00a0: comparez à l’œil."),
    ),
    "video.light": FindingText(
        _("Votre visage est mal éclairé\u00a0: placez-vous face à une fenêtre ou à une lampe, sans lumière derrière vous."),
        _("Luminosité médiane du visage."),
    ),
    # The challenge
    "video.spoken": FindingText(
        _("Nous n’avons pas entendu les trois chiffres\u00a0: dites chacun à voix haute, bien séparément."),
        _("Prises de parole qui suivent l’affichage d’un chiffre. Les mots eux-mêmes sont à écouter."),
    ),
    "video.written": FindingText(
        _("Un agent relira les chiffres sur votre feuille."), _("Chiffres lus sur la feuille.")
    ),
    "video.no_digits": FindingText(
        _(
            "Nous n’avons pas pu lire les trois chiffres\u00a0: écrivez-les en grand au feutre et "
            "tenez la feuille bien à plat."
        ),
        _("Aucun groupe de trois chiffres lu."),
    ),
    "video.wrong_digits": FindingText(
        _(
            "Les chiffres de votre feuille ne sont pas ceux qui étaient demandés\u00a0: recommencez "
            "avec ceux de l’écran."
        ),
        _("Les chiffres lus ne sont pas les chiffres demandés."),
    ),
    "video.gesture": FindingText(
        _("Nous n’avons pas vu votre tête tourner\u00a0: tournez-la nettement du côté demandé, puis revenez de face."),
        _("Plus grande rotation tenue du côté demandé, par rapport à la position de repos."),
    ),
    "video.wrong_side": FindingText(
        _("Votre tête a tourné de l’autre côté\u00a0: votre gauche est celle de votre main gauche."),
        _("Rotation tenue du côté opposé à celui demandé."),
    ),
    "video.document": FindingText(
        _("Un agent vérifiera la pièce que vous avez montrée."),
        _("Ressemblance du document montré avec celui de la photo acceptée\u00a0: portrait, bande MRZ, mots."),
    ),
    "video.document_unseen": FindingText(
        _(
            "Nous n’avons pas vu votre pièce\u00a0: tenez le côté du portrait face à la caméra, sans "
            "reflet, trois secondes."
        ),
        _("Le document de la photo acceptée n’apparaît sur aucune image."),
    ),
    "video.other_document": FindingText(
        _("Un agent vérifiera la pièce que vous avez montrée."),
        _("Un document du même modèle est montré, mais son portrait est celui d’une autre personne."),
    ),
    "video.no_document": FindingText(
        _("Un agent vérifiera la pièce que vous avez montrée."),
        _("Aucune photo acceptée du document à laquelle comparer."),
    ),
    # Attacks
    "video.still_image": FindingText(
        _("Un agent vérifiera votre vidéo."),
        _("Mouvement propre de la bouche et des yeux\u00a0; très faible\u00a0: image fixe que l’on déplace\u00a0?"),
    ),
    "video.replay": FindingText(
        _("Un agent vérifiera votre vidéo."),
        _("Ressemblance avec une vidéo déjà reçue\u00a0: rejeu possible."),
    ),
}  # fmt: skip
