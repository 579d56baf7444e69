"""Telephone numbers: typed as people type them, kept as E.164 («+33612345678»).

Eligible are France and its overseas territories (identite/territories.py). The range kept for fiction (06 39 98 xx xx)
is no valid number: testers may use it where FICTION_MOBILE_PREFIXES says so.
"""

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from identite.territories import PREFIXES, TERRITORIES

# Mainland France first: a number typed without its country is looked for there, then in each territory.
REGIONS = tuple(territory.region for territory in TERRITORIES)
FRENCH_CALLING_CODES = frozenset(int(prefix) for prefix in PREFIXES)
MOBILE_TYPES = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
CONTACT_TYPES = MOBILE_TYPES | {PhoneNumberType.FIXED_LINE, PhoneNumberType.VOIP, PhoneNumberType.PERSONAL_NUMBER}

UNREADABLE = _("Saisissez un numéro de téléphone, par exemple 06\u00a012\u00a034\u00a056\u00a078.")
UNREADABLE_MOBILE = _("Saisissez un numéro de mobile, par exemple 06\u00a012\u00a034\u00a056\u00a078.")
UNKNOWN = _("Ce numéro n’existe pas. Vérifiez qu’il est complet, par exemple 06\u00a012\u00a034\u00a056\u00a078.")
NOT_FRENCH = _("Seuls les numéros de France et d’Outre-mer sont acceptés.")
NOT_REACHABLE = _("Ce numéro est un numéro spécial. Saisissez celui d’un mobile ou d’un téléphone fixe.")
NOT_MOBILE = _("Ce numéro est celui d’un téléphone fixe. Saisissez un numéro de mobile, qui peut recevoir des SMS.")


def parse_contact(text: str, prefix: str = "") -> str:
    """A mobile or landline at which somebody can be called, as E.164. Raises ValidationError with the reason.

    prefix: «+262», where the form asks for it apart; a number that begins with + or 00 carries its own.
    """
    return _parse(text, prefix, mobile=False)


def parse_mobile(text: str, prefix: str = "") -> str:
    """A mobile in an eligible territory, as E.164. Raises ValidationError with the reason."""
    return _parse(text, prefix, mobile=True)


def display(number: str) -> str:
    """«+33 6 39 98 00 01», kept on one line."""
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return number
    written = phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
    return written.translate(str.maketrans(" .-", "\u00a0\u00a0\u00a0"))


def national(number: str) -> str:
    """«06 39 98 00 01»: the E.164 number as it is typed beside its prefix."""
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return number
    return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)


def _parse(text: str, prefix: str, *, mobile: bool) -> str:
    carries_its_own = text.strip().startswith(("+", "00"))  # then every region reads the same
    regions = REGIONS[:1] if carries_its_own else _regions(prefix)
    readings = [reading for reading in (_read(text, region) for region in regions) if reading]
    if not readings:
        raise ValidationError(UNREADABLE_MOBILE if mobile else UNREADABLE, code="unreadable")
    french = [reading for reading in readings if reading.country_code in FRENCH_CALLING_CODES]
    if not french:
        raise ValidationError(NOT_FRENCH, code="not_french")
    for reading in french:
        written = phonenumbers.format_number(reading, PhoneNumberFormat.E164)
        if _is_fiction(written):
            return written
        if phonenumbers.is_valid_number(reading):
            kind = phonenumbers.number_type(reading)
            if kind in (MOBILE_TYPES if mobile else CONTACT_TYPES):
                return written
            raise ValidationError(NOT_MOBILE if kind in CONTACT_TYPES else NOT_REACHABLE, code="not_this_kind")
    raise ValidationError(UNKNOWN, code="unknown")


def _regions(prefix: str) -> tuple[str, ...]:
    """Where a number with this prefix may be at home; everywhere for none."""
    return tuple(territory.region for territory in TERRITORIES if prefix in ("", territory.prefix))


def _read(text: str, region: str) -> PhoneNumber | None:
    cleaned = text.strip()
    if any(character.isalpha() for character in cleaned):  # phonenumbers would read «0800 FLEURS»
        return None
    if cleaned.startswith("00"):
        cleaned = f"+{cleaned[2:]}"
    try:
        return phonenumbers.parse(cleaned, region)
    except NumberParseException:
        return None


def _is_fiction(number: str) -> bool:
    """A whole number of a range that is allowed for fiction: as long as any French one."""
    return len(number) == len("+33639980000") and number.startswith(tuple(settings.FICTION_MOBILE_PREFIXES))
