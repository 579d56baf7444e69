"""The mails of the letter's provider, and the link in them."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from identite.crypto import sign, unsign
from identite.http import absolute
from notifications.models import Message
from notifications.services import send_email
from verification.letter.models import RegisteredLetter

LINK_PURPOSE = "letter"


def link(letter: RegisteredLetter) -> str:
    """The address in the letter's mails: signed, for this letter only. It dies with the letter, whose row is asked."""
    return absolute(reverse("verification:open", args=[sign(LINK_PURPOSE, str(letter.pk))]))


def from_token(token: str) -> RegisteredLetter | None:
    """The letter of a link, whatever its state; None when the link is not ours."""
    pk = unsign(LINK_PURPOSE, token)
    if pk is None:
        return None
    return RegisteredLetter.objects.select_related("verification__applicant").filter(pk=pk).first()


def notify(letter: RegisteredLetter, event: str, due: datetime) -> Message:
    """«letter_notified» or «letter_reminder». The first one is sent by the letter's own task, which writes down when."""
    verification = letter.verification
    return send_email(
        event,
        address=verification.email,
        recipient=verification.applicant,
        from_provider=True,
        context={"letter": letter, "verification": verification, "link": link(letter), "due_at": due},
        dispatch=event != "letter_notified",
    )


def tell(letter: RegisteredLetter, event: str, **context: Any) -> Message:
    """What became of the letter or of its identification, to its applicant."""
    verification = letter.verification
    return send_email(
        event,
        address=verification.email,
        recipient=verification.applicant,
        from_provider=True,
        context={"verification": verification, "letter": letter, "tracking_url": link(letter), **context},
    )
