"""The letter's content and its proofs as PDF (fpdf2): real text with a title and a language, so that it can be read aloud."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.encoding import punycode
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from fpdf import FPDF

from identite import brand
from identite.brand import branded, branded_lazy
from identite.templatetags.dates import long_date
from verification.letter.models import LetterProof, LetterState, ProofCode, RegisteredLetter

MARGIN_MM = 22
# What the fonts of every PDF reader have: the letters of French names are among them.
ENCODING = "cp1252"
SUBSTITUTES = str.maketrans({"\u202f": "\u00a0", "\u2011": "-", "ʼ": "'"})

MEANING = {
    ProofCode.DEPOSIT: branded_lazy(gettext_lazy("L’expéditeur a déposé le courrier auprès %(of_letter_provider)s.")),
    ProofCode.SENDING: branded_lazy(
        gettext_lazy("%(letter_provider)s a envoyé au destinataire l’avis de son courrier.")
    ),
    ProofCode.RECEIPT: gettext_lazy("Le destinataire, identifié, a accepté le courrier et l’a reçu."),
    ProofCode.REFUSAL: gettext_lazy("Le destinataire, identifié, a refusé le courrier."),
    ProofCode.NON_CLAIM: gettext_lazy("Le destinataire n’a pas réclamé le courrier dans le délai de quinze jours."),
    ProofCode.BOUNCE: gettext_lazy("L’avis n’a pas pu être remis à l’adresse du destinataire."),
}


def content(letter: RegisteredLetter) -> bytes:
    """The accepted letter, for the recipient to keep."""
    sheet = _sheet(_("Courrier recommandé électronique n°%(number)s") % {"number": letter.number})
    accepted = letter.accepted_at or timezone.now()
    _rows(
        sheet,
        [
            (_("Expéditeur"), _sender(letter)),
            (_("Destinataire"), _recipient(letter)),
            (_("Accepté le"), _moment(accepted)),
        ],
    )
    sheet.ln(6)
    sheet.set_font("helvetica", size=12)
    sheet.multi_cell(0, 6.5, _printable(letter.content), new_x="LMARGIN", new_y="NEXT")
    return bytes(sheet.output())


def proof(proof: LetterProof, letter: RegisteredLetter) -> bytes:
    """One proof with the fields of article R.53-2: sender, recipient, unique number, moment, seal."""
    sheet = _sheet(f"{proof.get_code_display().capitalize()} - n°{letter.number}")
    sheet.set_font("helvetica", size=12)
    sheet.multi_cell(0, 6.5, _printable(str(MEANING[ProofCode(proof.code)])), new_x="LMARGIN", new_y="NEXT")
    sheet.ln(4)
    _rows(
        sheet,
        [
            (_("Numéro unique du courrier"), letter.number),
            (_("Expéditeur"), _sender(letter)),
            (_("Destinataire"), _recipient(letter)),
            (_("Adresse e-mail"), _mailbox(letter.verification.email)),
            (_("Date et heure"), _moment(proof.at)),
            (_("Dépôt du courrier"), _moment(letter.created_at)),
            (_("Sceau"), proof.seal),
        ],
    )
    return bytes(sheet.output())


def _sheet(title: str) -> FPDF:
    sheet = FPDF(format="A4")
    sheet.core_fonts_encoding = ENCODING
    sheet.set_lang(get_language() or "")
    sheet.set_title(title)
    sheet.set_margins(MARGIN_MM, MARGIN_MM)
    sheet.set_auto_page_break(True, margin=MARGIN_MM)
    sheet.add_page()
    colours = brand.colours().light
    sheet.set_text_color(*brand.rgb(colours["text_soft"]))
    sheet.set_font("helvetica", size=10)
    head = branded(_("%(letter_provider)s, lettre recommandée électronique"))
    if settings.SHOW_REPRODUCTION_BANNER:
        head += " - " + _("reproduction à des fins d’essai, sans valeur")
    sheet.cell(0, 6, _printable(head), new_x="LMARGIN", new_y="NEXT")
    sheet.ln(6)
    sheet.set_text_color(*brand.rgb(colours["brand"]))
    sheet.set_font("helvetica", style="B", size=17)
    sheet.multi_cell(0, 8, _printable(title), new_x="LMARGIN", new_y="NEXT")
    sheet.set_text_color(0, 0, 0)
    sheet.ln(4)
    return sheet


def _rows(sheet: FPDF, rows: Sequence[tuple[str, str]]) -> None:
    for name, value in rows:
        sheet.set_font("helvetica", style="B", size=11)
        sheet.multi_cell(0, 6, _printable(name), new_x="LMARGIN", new_y="NEXT")
        sheet.set_font("helvetica", size=11)
        sheet.multi_cell(0, 6, _printable(value), new_x="LMARGIN", new_y="NEXT")
        sheet.ln(1.5)


def _sender(letter: RegisteredLetter) -> str:
    """Hidden from the recipient until she has accepted, as the pages promise (CPCE R.53-3)."""
    return settings.BRAND_NAME if letter.state == LetterState.ACCEPTED else _("caché jusqu’à l’acceptation du courrier")


def _recipient(letter: RegisteredLetter) -> str:
    verification = letter.verification
    return f"{verification.get_civility_display()} {verification.first_names} {verification.birth_name}"


def _mailbox(address: str) -> str:
    """Where the fonts lack a letter of its domain, the form that mail servers use."""
    if _printable(address) == address:
        return address
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{punycode(domain)}"
    except UnicodeError:
        return address


def _moment(at: datetime) -> str:
    """To the second, as a proof says it: «1er novembre 2026 à 09:05:00 (Paris)»."""
    return _("%(day)s à %(hour)s (Paris)") % {"day": long_date(at), "hour": localtime(at).strftime("%H:%M:%S")}


def _printable(text: str) -> str:
    """`text` in letters that the fonts have: another one loses its accent, or becomes «?»."""
    return "".join(map(_letter, unicodedata.normalize("NFC", text.translate(SUBSTITUTES))))


def _letter(character: str) -> str:
    plain = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    for form in (character, plain):
        try:
            form.encode(ENCODING)
        except UnicodeEncodeError:
            continue
        return form
    return "?"
