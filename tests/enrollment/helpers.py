"""An enrollment as its pages, messages and rows show it, and what is typed there."""

from django.conf import settings
from django.test import Client
from django.urls import reverse

from enrollment.models import Enrollment
from enrollment.steps import ENROLLMENT
from identite.funnel import Step
from notifications.models import Message
from notifications.services import address_digest
from tests.clock import Clock
from tests.enrollment.factories import PASSWORD


def url_of(slug: str) -> str:
    return ENROLLMENT.url(step_of(slug))


def step_of(slug: str) -> Step[Enrollment]:
    return next(step for step in ENROLLMENT.steps if step.slug == slug)


def page_after(slug: str) -> str:
    """Where an answered page leads: which one that is stands in ENROLLMENT alone."""
    steps = ENROLLMENT.steps
    return ENROLLMENT.url(steps[steps.index(step_of(slug)) + 1])


def page_before(slug: str) -> str:
    """Where «Retour» leads."""
    steps = ENROLLMENT.steps
    return ENROLLMENT.url(steps[steps.index(step_of(slug)) - 1])


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


def enter(client: Client, email: str, password: str = PASSWORD, **more: str):
    return client.post(reverse("login"), {"email": email, "password": password, **more})


def fail_until_locked(client: Client, email: str, clock: Clock) -> list[int]:
    """Ten wrong passwords, with the pauses waited for. Returns the answers' status codes."""
    statuses = []
    for wrong in range(1, 11):
        statuses.append(enter(client, email, "Mauvais00").status_code)
        clock.pass_(seconds=settings.PASSWORD_PAUSES_SECONDS.get(wrong, 0))
    return statuses
