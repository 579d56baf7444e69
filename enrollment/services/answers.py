"""What a citizen answers on the way to «VALIDER», column by column, and what becomes of it."""

from dataclasses import dataclass
from typing import Any

from enrollment.models import Enrollment, EnrollmentState
from identite.fields import for_update
from verification.face_to_face.address import ADDRESS_FIELDS
from verification.identity import IDENTITY_FIELDS


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One column of Enrollment that its citizen fills.

    confirmed: «VALIDER» is about it, and may not have changed since it was read back. kept: a corrected file takes it
    over. erased: it goes when the file lapses; that there was a file stays, and the terms that were accepted.
    """

    name: str
    confirmed: bool = False
    kept: bool = False
    erased: bool = False


ANSWERS = (
    Answer(name="terms_version", kept=True),
    Answer(name="terms_accepted_at", kept=True),
    Answer(name="mobile", confirmed=True, kept=True, erased=True),
    Answer(name="mobile_verified_at", confirmed=True, kept=True, erased=True),
    Answer(name="french_document", confirmed=True, kept=True, erased=True),
    *(Answer(name=name, confirmed=True, kept=True, erased=True) for name in IDENTITY_FIELDS),
    *(Answer(name=name, kept=True, erased=True) for name in ADDRESS_FIELDS),
    Answer(name="unsent", erased=True),
    Answer(name="mode"),
    Answer(name="meeting_place"),
    Answer(name="ar24_terms_version"),
    Answer(name="ar24_terms_accepted_at"),
)
CONFIRMED = tuple(answer.name for answer in ANSWERS if answer.confirmed)


class AnswersFrozen(Exception):
    """Another tab or device was first: these answers can no longer be changed."""


def write(enrollment: Enrollment, **answers: Any) -> None:
    """Save answers of the steps before «VALIDER». Raises AnswersFrozen, and changes nothing, after it."""
    if not Enrollment.objects.filter(pk=enrollment.pk, state=EnrollmentState.STARTED).update(
        **for_update(enrollment, **answers)
    ):
        raise AnswersFrozen
    for name, value in answers.items():
        setattr(enrollment, name, value)


def choose_document(enrollment: Enrollment, kind: str) -> None:
    """Another document has another number, other dates, and another rule for the nationality: these are asked again."""
    answers: dict[str, Any] = {"document_kind": kind}
    if kind != enrollment.document_kind:
        answers |= {"document_number": "", "issue_date": None, "expiry_date": None, "nationality": ""}
    write(enrollment, **answers)


def take_over(before: Enrollment, after: Enrollment) -> None:
    """Give the answers that are kept to a file that begins, unsaved."""
    for answer in ANSWERS:
        if answer.kept:
            setattr(after, answer.name, getattr(before, answer.name))


def erase(enrollment: Enrollment) -> None:
    """Of a file that lapsed: what was typed goes. What a letter proves is kept with the letter."""
    empty = Enrollment()
    erased = {answer.name: getattr(empty, answer.name) for answer in ANSWERS if answer.erased}
    Enrollment.objects.filter(pk=enrollment.pk, state=EnrollmentState.LAPSED).update(**for_update(enrollment, **erased))
