"""What the findings of a document photo say: to the citizen, cause and cure; to the agent, what was measured."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from verification.checks import limits
from verification.findings.text import FindingText

DOCUMENT_TEXTS: dict[str, FindingText] = {
    # The file
    "document.empty": FindingText(
        _("Le fichier reçu est vide\u00a0: choisissez de nouveau votre photo."), _("Fichier vide.")
    ),
    "document.too_large": FindingText(
        format_lazy(
            _("Votre photo dépasse {megabytes}\u00a0Mo\u00a0: reprenez-la dans une qualité moins élevée."),
            megabytes=limits.PHOTO_MAX_BYTES // limits.MEGA,
        ),
        _("Fichier plus lourd que la limite."),
    ),
    "document.too_many_pixels": FindingText(
        format_lazy(
            _(
                "Votre photo dépasse {megapixels}\u00a0millions de pixels\u00a0: réduisez la taille des photos de votre "
                "appareil."
            ),
            megapixels=limits.PHOTO_MAX_PIXELS // limits.MEGA,
        ),
        _("Image annoncée plus grande que la limite\u00a0; elle n’a pas été décodée."),
    ),
    "document.format": FindingText(
        _("Ce fichier n’est pas une photo que nous savons lire\u00a0: envoyez une photo JPEG, PNG, WebP ou HEIC."),
        _("Le contenu n’est ni du JPEG, ni du PNG, ni du WebP, ni du HEIC, quel que soit le nom du fichier."),
    ),
    "document.truncated": FindingText(
        _("La photo est arrivée incomplète\u00a0: envoyez-la de nouveau."),
        _("Le fichier s’arrête avant la fin de l’image."),
    ),
    "document.damaged": FindingText(
        _("Cette photo est abîmée et ne s’ouvre pas\u00a0: reprenez-la, puis envoyez-la de nouveau."),
        _("Le décodage de l’image a échoué."),
    ),
    "document.decodable": FindingText(
        _("Votre photo s’ouvre correctement."), _("Image décodée et remise à l’endroit.")
    ),
    # The photo
    "document.resolution": FindingText(
        _("Votre pièce est trop petite sur la photo\u00a0: rapprochez-vous jusqu’à ce qu’elle la remplisse."),
        _("Pixels par millimètre de la pièce, dans la photo envoyée."),
    ),
    "document.sharpness": FindingText(
        _("La photo est floue\u00a0: posez la pièce à plat, tenez bien l’appareil et attendez la mise au point."),
        _("Netteté, variance du laplacien rapportée à la luminosité. Une photo lue malgré le flou n’est pas refusée."),
    ),
    "document.glare": FindingText(
        _("Un reflet cache une partie de la pièce\u00a0: inclinez-la ou éloignez la lampe."),
        _("Plus grande tache brûlée, en part de la surface de la pièce."),
    ),
    "document.glare_mrz": FindingText(
        _("Un reflet cache les lignes du bas\u00a0: inclinez la pièce ou éloignez la lampe."),
        _("Tache brûlée, et bande MRZ absente ou incohérente."),
    ),
    "document.glare_portrait": FindingText(
        _("Un reflet cache la photo d’identité\u00a0: inclinez la pièce ou éloignez la lampe."),
        _("Tache brûlée, et portrait introuvable."),
    ),
    "document.dark": FindingText(
        _("La photo est trop sombre\u00a0: allumez une lampe ou approchez-vous d’une fenêtre."),
        _("Luminosité médiane de la pièce, de 0 à 255."),
    ),
    "document.bright": FindingText(
        _("La photo est trop claire\u00a0: éloignez-vous de la lumière directe et n’utilisez pas le flash."),
        _("Luminosité médiane de la pièce, de 0 à 255."),
    ),
    "document.copy": FindingText(
        _("La photo semble montrer une copie en noir et blanc\u00a0: photographiez la pièce d’identité elle-même."),
        _("Couleur de la pièce hors du portrait, 90e centile. Le portrait gris des anciennes cartes n’y compte pas."),
    ),
    "document.cut_off": FindingText(
        _("La pièce dépasse du cadre\u00a0: reculez un peu pour que ses quatre coins soient visibles."),
        _("Le texte touche le bord de l’image et la bande MRZ n’est pas lue en entier."),
    ),
    # The document
    "document.portrait": FindingText(
        _("Nous ne voyons pas votre photo d’identité\u00a0: montrez toute la face où elle se trouve, sans reflet."),
        _("Portrait imprimé, cherché droit, à contraste égalisé et agrandi."),
    ),
    "document.side": FindingText(
        _("Ce n’est pas la face demandée\u00a0: retournez votre pièce d’identité et reprenez la photo."),
        _("Face reconnue, comparée à la face demandée."),
    ),
    "document.kind": FindingText(
        _("Ce n’est pas la pièce que vous avez annoncée\u00a0: photographiez celle que vous avez choisie."),
        _("Type de pièce reconnu, comparé au type annoncé. «\u00a0À vérifier\u00a0» quand rien ne permet de conclure."),
    ),
    "document.issuer": FindingText(
        _("Cette pièce n’a pas été délivrée par la France, ou cela se lit mal\u00a0: un agent va le vérifier."),
        _("État de délivrance lu dans la bande MRZ\u00a0: seules les pièces délivrées par la France sont acceptées."),
    ),
    "document.mrz_found": FindingText(
        _("Nous ne lisons pas les lignes de chevrons (<<<)\u00a0: montrez-les en entier, nettes et sans reflet."),
        _("Bande MRZ cherchée dans tous les sens de l’image."),
    ),
    "document.mrz_check_digits": FindingText(
        _("Nous lisons mal les lignes de chevrons (<<<)\u00a0: un agent va les vérifier."),
        _("Part des clés de contrôle justes. Les caractères rétablis grâce aux clés sont dans le détail."),
    ),
    "document.expired": FindingText(
        _("D’après ses dates, cette pièce n’est plus valable en ligne\u00a0: un agent va le vérifier."),
        _("Validité calculée d’après les dates lues, sinon saisies, prolongation de cinq ans comprise."),
    ),
    # What was typed
    "compare.birth_name": FindingText(
        _("Le nom de naissance lu diffère de celui que vous avez saisi, ou se lit mal\u00a0: un agent va le vérifier."),
        _("Nom de naissance saisi et lu. Sans accents, tel que la bande MRZ l’écrit et le coupe."),
    ),
    "compare.first_names": FindingText(
        _("Les prénoms lus diffèrent de ceux que vous avez saisis, ou se lisent mal\u00a0: un agent va les vérifier."),
        _("Prénoms saisis et lus, dans l’ordre. La bande MRZ peut les couper."),
    ),
    "compare.use_name": FindingText(
        _("Nous ne lisons pas votre nom d’usage sur la pièce\u00a0: un agent va le vérifier."),
        _("Nom d’usage saisi, cherché dans la partie imprimée."),
    ),
    "compare.birth_date": FindingText(
        _("La date de naissance lue diffère de votre saisie, ou se lit mal\u00a0: un agent va la vérifier."),
        _("Date de naissance saisie et lue."),
    ),
    "compare.sex": FindingText(
        _("Le sexe lu diffère de votre saisie, ou se lit mal\u00a0: un agent va le vérifier."),
        _("Sexe saisi et lu dans la bande MRZ."),
    ),
    "compare.nationality": FindingText(
        _("La nationalité lue diffère de votre saisie, ou se lit mal\u00a0: un agent va la vérifier."),
        _("Nationalité saisie et lue, sur trois lettres."),
    ),
    "compare.document_number": FindingText(
        _("Le numéro lu diffère de celui que vous avez saisi, ou se lit mal\u00a0: un agent va le vérifier."),
        _("Numéro de la pièce saisi et lu."),
    ),
    "compare.issue_date": FindingText(
        _("La date de délivrance lue diffère de votre saisie, ou se lit mal\u00a0: un agent va la vérifier."),
        _("Date de délivrance saisie et lue\u00a0; l’ancienne carte n’en porte que le mois dans son numéro."),
    ),
    "compare.expiry_date": FindingText(
        _("La date d’expiration lue diffère de votre saisie, ou se lit mal\u00a0: un agent va la vérifier."),
        _("Date d’expiration saisie et lue."),
    ),
}
