"""What makes ten of the living rows due, duty by duty; each is undone after its run."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from bench.crowd import numbered
from enrollment.models import Enrollment, Registration
from identite import anchors, journal
from identite.journal import Journal
from identite.quotas import Quota
from identite.tokens import Token
from notifications.models import Delivery, Message
from verification.capture.models import CaptureState
from verification.letter.models import LetterState
from verification.models import Appointment, Capture, Case, RegisteredLetter

# bench.crowd
STARTED, LETTERS, APPOINTMENTS, DECIDED = range(1, 41, 4), range(2, 40, 4), range(3, 43, 4), range(4, 44, 4)


def ago(**parts: float) -> object:
    return timezone.now() - timedelta(**parts)


def _anchored_but_for(numbers: range) -> None:
    """What is there is in anchors; then ten files move."""
    anchors.catch_up()
    Quota.objects.filter(kind=anchors.QUOTA[0]).delete()
    for row in numbered(Enrollment, "enrollment", numbers):
        journal.record(row, "confirm")


def _appointments(**fields: object) -> None:
    numbered(Appointment, "appointment", APPOINTMENTS).update(**fields)


DUE: dict[str, Callable[[], object]] = {
    "enrollment.sweep.delete_old_registrations": lambda: numbered(Registration, "registration", STARTED).update(
        expires_at=ago(days=1)
    ),
    "enrollment.sweep.remind_unfinished": lambda: numbered(Enrollment, "enrollment", STARTED).update(
        expires_at=ago(days=-1)
    ),
    "enrollment.sweep.lapse_unfinished": lambda: numbered(Enrollment, "enrollment", STARTED).update(
        expires_at=ago(hours=1)
    ),
    "identite.anchors.anchor_journal": lambda: _anchored_but_for(STARTED),
    "identite.cleaning.clean_up": lambda: numbered(Token, "token", STARTED).update(expires_at=ago(days=9)),
    "identite.cleaning.forget_journals": lambda: numbered(Journal, "enrollment", STARTED).update(at=ago(days=9 * 366)),
    "notifications.sweep.send_again": lambda: numbered(Message, "message0", STARTED).update(
        status=Delivery.QUEUED, next_try_at=ago(hours=1), queued_at=None
    ),
    "notifications.sweep.free_lost_claims": lambda: numbered(Message, "message0", STARTED).update(
        status=Delivery.SENDING, claimed_at=ago(hours=1)
    ),
    "notifications.sweep.wipe_texts": lambda: numbered(Message, "message0", STARTED).update(created_at=ago(days=90)),
    "verification.capture.sweep.finish_late_checks": lambda: numbered(Capture, "front", DECIDED).update(
        state=CaptureState.QUEUED, queued_at=ago(hours=1)
    ),
    "verification.capture.sweep.purge_evidence": lambda: numbered(Case, "case", DECIDED).update(
        evidence_purge_at=ago(hours=1)
    ),
    "verification.face_to_face.sweep.erase_old_appointments": lambda: _appointments(ended_at=ago(days=2 * 366)),
    "verification.face_to_face.sweep.lapse_appointments": lambda: _appointments(due_at=ago(hours=1)),
    "verification.face_to_face.sweep.miss_appointments": lambda: _appointments(over_at=ago(hours=1)),
    "verification.face_to_face.sweep.remind_of_appointments": lambda: _appointments(reminder_due_at=ago(hours=1)),
    "verification.letter.sweep.dispatch_unsent": lambda: numbered(RegisteredLetter, "letter", LETTERS).update(
        state=LetterState.SENDING
    ),
    "verification.letter.sweep.erase_old_letters": lambda: numbered(RegisteredLetter, "letter", LETTERS).update(
        ended_at=ago(days=2 * 366)
    ),
    "verification.letter.sweep.lapse_neglected": lambda: numbered(RegisteredLetter, "letter", LETTERS).update(
        due_at=ago(hours=1)
    ),
    "verification.letter.sweep.send_reminders": lambda: numbered(RegisteredLetter, "letter", LETTERS).update(
        reminder_due_at=ago(hours=1)
    ),
}
