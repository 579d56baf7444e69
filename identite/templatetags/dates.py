"""Days, hours and moments as people say them in French, in the site's time zone."""

import re
from datetime import date, datetime, timedelta
from math import ceil

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

register = template.Library()
NBSP = "\u00a0"


@register.filter
def hour(moment: datetime) -> str:
    """«14 h 32», in the site's time zone."""
    return date_format(timezone.localtime(moment), "G \\h i").replace(" ", NBSP)


@register.filter
def when(moment: datetime) -> str:
    """«à 14 h 32» today, «demain à 9 h 05», «lundi 23 novembre à 9 h 05», with the year when it is another one.

    A moment to come is rounded up to the minute: a lock that ends at 14:32:40 is open «à 14 h 33», not «à 14 h 32».
    """
    local = timezone.localtime(moment)
    now = timezone.localtime()
    if local > now:
        local = timezone.localtime(moment + timedelta(seconds=59, microseconds=999_999))
    at = _("à %(hour)s") % {"hour": hour(local)}
    days = (local.date() - now.date()).days
    if days == 0:
        return at
    if days == 1:
        return _("demain %(at)s") % {"at": at}
    if days == -1:
        return _("hier %(at)s") % {"at": at}
    return f"{_date(local, 'l j F' if local.year == now.year else 'j F Y')} {at}"


@register.filter
def long_date(day: date) -> str:
    """«1er novembre 2026», «2 novembre 2026»; a moment is read in the site's time zone."""
    return _date(day, "j F Y")


@register.filter
def weekday_date(day: date) -> str:
    """«dimanche 1er novembre 2026»"""
    return _date(day, "l j F Y")


@register.filter
def day_and_hour(moment: datetime) -> str:
    """«lundi 23 novembre 2026 à 9 h 05»: for mails, which are read on another day than they were written on."""
    return _("%(day)s à %(hour)s") % {"day": weekday_date(moment), "hour": hour(moment)}


def _date(day: date, form: str) -> str:
    local = timezone.localtime(day) if isinstance(day, datetime) else day
    return re.sub(r"\b1 ", _("1er "), date_format(local, form), count=1) if local.day == 1 else date_format(local, form)


@register.filter
def seconds_left(moment: datetime) -> int:
    """Whole seconds until then, never negative."""
    return max(0, ceil((moment - timezone.now()).total_seconds()))
