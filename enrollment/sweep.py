"""What falls due in this room: files that nobody goes on with, and registrations past their end."""

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from enrollment import transitions
from enrollment.models import UNFINISHED, Enrollment, Registration
from enrollment.services import answers
from identite.http import absolute
from identite.locks import locked
from identite.sweep import Whose, duty, each, everybody
from notifications.services import send_email
from verification.models import VerificationState

REMINDER_DAYS = 3
BATCH = 500


@duty
def delete_old_registrations(whose: Whose = everybody) -> int:
    """Registrations past their end: unfinished ones with all that was typed, finished ones emptied before."""
    over = whose(Registration.objects.filter(expires_at__lte=timezone.now()))
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
def remind_unfinished(whose: Whose = everybody) -> int:
    """A mail three days before a file lapses; once."""
    now = timezone.now()
    soon = now + timedelta(days=REMINDER_DAYS)
    ends = whose(_unfinished_rows().filter(reminded_at=None, expires_at__gt=now, expires_at__lte=soon))
    return each(_next(ends), _remind)


def _remind(enrollment: Enrollment) -> bool:
    if not Enrollment.objects.filter(pk=enrollment.pk, reminded_at=None).update(reminded_at=timezone.now()):
        return False  # another sweep did
    _tell(enrollment, "enrollment_expiring")
    return True


@duty
def lapse_unfinished(whose: Whose = everybody) -> int:
    """End the files whose time is over; the account stays and can begin another one."""
    return each(_next(whose(_unfinished_rows().filter(expires_at__lte=timezone.now()))), _lapse)


def _lapse(enrollment: Enrollment) -> bool:
    locked(enrollment)
    if not _unfinished_rows().filter(pk=enrollment.pk, expires_at__lte=timezone.now()).exists():
        return False  # its citizen went on a moment ago
    transitions.move(enrollment, "lapse", label="system", reason="expired")
    _tell(enrollment, "enrollment_lapsed")
    answers.erase(enrollment)
    return True


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
