"""What the room above calls to have an identity proven, and what the captures call when they are complete."""

import uuid

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from identite import journal
from identite.http import absolute
from identite.journal import Actor
from identite.locks import locked
from notifications.services import send_email
from verification import transitions
from verification.identity import IDENTITY_FIELDS, IdentityRecord
from verification.letter import services as letters
from verification.letter.models import RegisteredLetter
from verification.models import Verification, VerificationState
from verification.review import services as review


@transaction.atomic
def open_verification(
    *, applicant: Actor, file: uuid.UUID, identity: IdentityRecord, email: str, mobile: str
) -> Verification:
    """Freeze the typed identity, deposit the registered letter and have it sent. `file` is the journal's chain."""
    verification = Verification(applicant=applicant, file=file, email=email, mobile=mobile)
    for name in IDENTITY_FIELDS:
        setattr(verification, name, getattr(identity, name))
    verification.save(force_insert=True)
    journal.record(verification, "verification_opened", actor=applicant, after=VerificationState.OPEN)
    letters.deposit(verification)
    return verification


@transaction.atomic
def submit(verification: Verification) -> Verification:
    """All captures are in: the case goes to the agents. Called twice, the second call changes nothing.

    Returns the verification as it then is.
    """
    present = locked(verification)
    if present.state != VerificationState.OPEN:
        return present
    submitted = transitions.move(present, "submit", label="citizen")
    review.open_case(submitted)
    letters.record_event(submitted.letter, "identification_recorded")
    letters.record_event(submitted.letter, "in_process")
    letters.tell(submitted, "verification_submitted", case=submitted.case)
    return submitted


@transaction.atomic
def abandon(verification: Verification, *, reason: str = "") -> Verification:
    """The applicant chose another way, or the enrollment ended. The letter's link dies with it."""
    abandoned = transitions.move(verification, "abandon", label="citizen", reason=reason)
    letters.withdraw(abandoned.letter)
    return abandoned


@transaction.atomic
def not_me(letter: RegisteredLetter) -> Verification:
    """«Je ne suis pas cette personne»: stops the file, alerts the agents. Raises TransitionNotAllowed.

    The room above tells the account.
    """
    verification = transitions.move(letter.verification, "stop", label="letter bearer", reason="not_me")
    letters.withdraw(letter)
    letters.record_event(letter, "not_me")
    review.alert(verification, "not_me")
    send_email(
        "agents_alerted",
        address=settings.SUPPORT_EMAIL,
        context={"letter": letter, "case_url": absolute(reverse("admin:verification_case_changelist"))},
    )
    return verification
