"""An enrollment as its pages, messages and rows show it, and what is typed there."""

from datetime import timedelta

from enrollment.models import Enrollment
from enrollment.steps import ENROLLMENT
from identite.codes.one_time import OneTimeCode
from identite.funnel import Step
from identite.quotas import Quota
from notifications.models import Message
from notifications.services import address_digest


def url_of(slug: str) -> str:
    return ENROLLMENT.url(step_of(slug))


def step_of(slug: str) -> Step[Enrollment]:
    return next(step for step in ENROLLMENT.steps if step.slug == slug)


def stands_at(enrollment: Enrollment) -> str:
    """Slug of the page where this file stands, as read from the database."""
    return ENROLLMENT.first_open(Enrollment.objects.get(pk=enrollment.pk)).slug


def sent_to(address: str) -> list[str]:
    """Events of the messages to this address, in order."""
    rows = Message.objects.filter(address_digest=address_digest(address)).order_by("created_at")
    return [message.event for message in rows]


def last_code(address: str) -> str:
    """The six digits of the last SMS to this number."""
    message = Message.objects.filter(address_digest=address_digest(address)).order_by("-created_at")[0]
    return "".join(character for character in message.text.split(":")[1] if character.isdigit())[:6]


def wait(**time: float) -> None:
    """Dates are columns: moving them back is waiting."""
    step = timedelta(**time)
    for row in OneTimeCode.objects.all():
        row.sent_at -= step
        row.expires_at -= step
        row.save()
    for quota in Quota.objects.all():
        quota.window_started_at -= step
        quota.save()
    for message in Message.objects.all():
        Message.objects.filter(pk=message.pk).update(created_at=message.created_at - step)
    for enrollment in Enrollment.objects.all():
        Enrollment.objects.filter(pk=enrollment.pk).update(expires_at=enrollment.expires_at - step)


DETAILS = {
    "kind": "cni",
    "civility": "F",
    "first_names": "Maëlys, Gaëlle Marie",
    "birth_name": "Martin",
    "use_name": "",
    "birth_day": "13",
    "birth_month": "7",
    "birth_year": "1990",
    "birth_country_text": "France",
    "birth_country": "FRA",
    "birth_place_text": "Paris 14e Arrondissement (75014)",
    "birth_place": "75114",
    "document_number": "x4rt bpfw4",
    "issue_day": "11",
    "issue_month": "02",
    "issue_year": "2022",
    "expiry_day": "11",
    "expiry_month": "02",
    "expiry_year": "2032",
}
