"""The mails of the letter's provider, and the link in them.

A link opens its letter until it is answered: accepted, refused or over. A new password of the account ends those sent before.
"""

from datetime import datetime
from typing import Any

from django.db.models import F, Model
from django.urls import reverse

from identite.crypto import sign, unsign
from identite.http import absolute
from notifications.models import Message
from notifications.services import send_email
from verification.letter.models import RegisteredLetter
from verification.models import VerificationState

LINK_PURPOSE = "letter"
WAITING = (VerificationState.OPEN, VerificationState.SUBMITTED, VerificationState.APPROVED)


def link(letter: RegisteredLetter) -> str:
    """The address in the letter's mails: signed, for this letter only, and for as long as its row says so."""
    return absolute(reverse("verification:open", args=[sign(LINK_PURPOSE, f"{letter.pk}.{letter.links_ended}")]))


def from_token(token: str) -> RegisteredLetter | None:
    """The letter of a link, whatever became of both; None when the link is not ours."""
    pk, _, _ended = (unsign(LINK_PURPOSE, token) or "").partition(".")
    if not pk:
        return None
    return RegisteredLetter.objects.select_related("verification__applicant").filter(pk=pk).first()


def opens(letter: RegisteredLetter, token: str) -> bool:
    """Does this link, which is ours, still open its letter?"""
    # Links once had no count: they stand in mailboxes, and are those before the first end.
    pk, _, ended = (unsign(LINK_PURPOSE, token) or "").partition(".")
    is_newest = (pk, ended or "0") == (str(letter.pk), str(letter.links_ended))
    return is_newest and letter.verification.state in WAITING


def end_links(applicant: Model) -> None:
    """Whoever has one of the links sent so far to this account has nothing in hand any more."""
    letters = RegisteredLetter.objects.filter(verification__applicant_id=applicant.pk)
    letters.update(links_ended=F("links_ended") + 1)


def follow_up(letter: RegisteredLetter) -> str:
    """Where a mail leads to read on: its link, or once the letter is answered the same page behind the login."""
    if letter.verification.state in WAITING:
        return link(letter)
    return absolute(f"{reverse('login')}?next={reverse('verification:tracking')}")


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
        context={"verification": verification, "letter": letter, "tracking_url": follow_up(letter), **context},
    )
