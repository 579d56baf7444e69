"""What falls due in this room: files that nobody goes on with, and registrations past their end."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from enrollment import transitions
from enrollment.models import UNFINISHED, Enrollment, Registration
from enrollment.services import answers
from identite.http import absolute
from identite.locks import locked
from identite.sweep import duty
from identite.transitions import TransitionNotAllowed
from notifications.services import send_email
from verification.models import VerificationState

REMINDER_DAYS = 3
BATCH = 500


@duty
def delete_old_registrations() -> int:
    """Registrations past their end: unfinished ones with all that was typed, finished ones emptied before."""
    over = Registration.objects.filter(expires_at__lte=timezone.now())
    pks = list(over.values_list("pk", flat=True)[:BATCH])
    if not pks:
        return 0
    _all, by_model = Registration.objects.filter(pk__in=pks).delete()
    return by_model.get("enrollment.Registration", 0)


def _unfinished_rows() -> QuerySet[Enrollment]:
    """A running letter has a term of its own: until then its file stays."""
    return Enrollment.objects.filter(state__in=UNFINISHED).exclude(verification__state=VerificationState.OPEN)


def _next(rows: QuerySet[Enrollment]) -> list[Enrollment]:
    """Those whose end is nearest, as many as one sweep takes."""
    return list(rows.order_by("expires_at").select_related("account")[:BATCH])


@duty
def remind_unfinished() -> int:
    """A mail three days before a file lapses; once."""
    now, sent = timezone.now(), 0
    soon = now + timedelta(days=REMINDER_DAYS)
    for enrollment in _next(_unfinished_rows().filter(reminded_at=None, expires_at__gt=now, expires_at__lte=soon)):
        with transaction.atomic():
            if Enrollment.objects.filter(pk=enrollment.pk, reminded_at=None).update(reminded_at=now):
                _tell(enrollment, "enrollment_expiring")
                sent += 1
    return sent


@duty
def lapse_unfinished() -> int:
    """End the files whose time is over; the account stays and can begin another one."""
    now, moved = timezone.now(), 0
    for enrollment in _next(_unfinished_rows().filter(expires_at__lte=now)):
        try:
            with transaction.atomic():
                locked(enrollment)
                if not _unfinished_rows().filter(pk=enrollment.pk, expires_at__lte=now).exists():
                    continue  # its citizen went on a moment ago
                transitions.move(enrollment, "lapse", label="system", reason="expired")
                _tell(enrollment, "enrollment_lapsed")
                answers.erase(enrollment)
        except TransitionNotAllowed:
            continue
        moved += 1
    return moved


def _tell(enrollment: Enrollment, event: str) -> None:
    send_email(
        event,
        address=enrollment.account.email,
        recipient=enrollment.account,
        context={
            "first_name": enrollment.account.first_name,
            "expires_at": enrollment.expires_at,
            "days": settings.ENROLLMENT_LIFETIME_DAYS,
            "resume_url": absolute(reverse("enrollment:resume")),
        },
    )
