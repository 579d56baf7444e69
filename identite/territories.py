"""Where the service is open: mainland France and its overseas territories, with the telephone prefix of each.

The mobile step accepts these prefixes; whether a number is a mobile one is for `phonenumbers` to say, by `region`.
Source of prefixes and regions: ITU-T E.164 country codes and ISO 3166-1, as in the metadata of `phonenumbers`.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Territory:
    """region: ISO 3166-1 code as `phonenumbers` uses it. example: a mobile number in national form, for help texts."""

    region: str
    name: Promise
    prefix: str
    example: str


TERRITORIES = (
    Territory("FR", _("France métropolitaine"), "+33", "06 12 34 56 78"),
    Territory("GP", _("Guadeloupe"), "+590", "0690 00 12 34"),
    Territory("MF", _("Saint-Martin"), "+590", "0690 00 12 34"),
    Territory("BL", _("Saint-Barthélemy"), "+590", "0690 00 12 34"),
    Territory("MQ", _("Martinique"), "+596", "0696 20 12 34"),
    Territory("GF", _("Guyane"), "+594", "0694 20 12 34"),
    Territory("RE", _("La Réunion"), "+262", "0692 12 34 56"),
    Territory("YT", _("Mayotte"), "+262", "0639 01 23 45"),
    Territory("PM", _("Saint-Pierre-et-Miquelon"), "+508", "055 12 34"),
    Territory("NC", _("Nouvelle-Calédonie"), "+687", "75 12 34"),
    Territory("PF", _("Polynésie française"), "+689", "87 12 34 56"),
    Territory("WF", _("Wallis-et-Futuna"), "+681", "82 12 34"),
)
PREFIXES = tuple(dict.fromkeys(territory.prefix for territory in TERRITORIES))


def prefix_choices() -> list[tuple[str, str]]:
    """For a Select: (prefix, prefix and the places that share it), mainland France first."""
    places = {prefix: [str(t.name) for t in TERRITORIES if t.prefix == prefix] for prefix in PREFIXES}
    return [(prefix, f"{prefix} {', '.join(names)}") for prefix, names in places.items()]
