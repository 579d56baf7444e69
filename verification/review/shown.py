"""Values as an agent reads them: dates, countries and sexes in French words, everything else as it stands."""

import re
from datetime import date
from typing import Any

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from identite.cog import countries
from identite.templatetags.dates import long_date

# As typed identities and documents write it; unknown parts of a birth date are 00.
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def shown(name: str, value: Any) -> str:
    """The value of the identity's field `name`, typed or read. Empty for none."""
    if value is None or value == "":
        return ""
    if name == "nationality":
        return countries.name_of_nationality(str(value))
    if name == "sex":
        return {"F": _("féminin"), "M": _("masculin")}.get(str(value), str(value))
    return day(value) if name.endswith("_date") else str(value)


def day(value: date | str) -> str:
    """«13 juillet 1990», «juillet 1990», «1990»; a text that is no date stays as it is."""
    if isinstance(value, date):
        return long_date(value)
    found = ISO_DATE.fullmatch(value)
    if found is None:
        return value
    year, month, number = (int(part) for part in found.groups())
    try:
        return long_date(date(year, month, number))
    except ValueError:
        return f"{MONTHS[month]} {year}" if month in MONTHS and number == 0 else str(year) if month == 0 else value


def birth_country(code: str) -> str:
    return countries.name_of_code(code) or code
