"""A citizen's file: it begins with the terms, «VALIDER» closes its answers, a correction begins another one."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from enrollment import transitions, unsent
from enrollment.documents import may_go_online
from enrollment.models import OVER, Account, Enrollment, EnrollmentState
from enrollment.services.answers import CONFIRMED, AnswersFrozen, take_over
from identite import journal
from identite.locks import locked
from identite.transitions import TransitionNotAllowed
from verification import transitions as verification_transitions
from verification.models import ENDED, Mode, Verification, VerificationState

# What the pages read of a verification, by its mode, which is the file's.
WITH: dict[str, tuple[str, ...]] = {
    Mode.ONLINE: ("letter",),
    Mode.FACE_TO_FACE: ("appointment__office", "appointment__slot"),
}


def living(account: Account) -> Enrollment | None:
    """The account's enrollment that is not over, with its verification and what that one's mode has: a second query
    once there is one.

    Joined in one query they cost every page before it 0.5 ms of CPU more, and save 0.1 ms after it.
    """
    enrollment = Enrollment.objects.filter(account=account).exclude(state__in=OVER).first()
    if enrollment is not None:
        enrollment.account = account
        if enrollment.verification_id:
            rows = Verification.objects.select_related(*WITH[enrollment.mode or Mode.ONLINE])
            enrollment.verification = rows.get(pk=enrollment.verification_id)
    return enrollment


def draft(account: Account) -> Enrollment:
    """What the pages show before anything was saved."""
    return Enrollment(account=account, expires_at=timezone.now() + timedelta(days=settings.ENROLLMENT_LIFETIME_DAYS))


@transaction.atomic
def accept_terms(account: Account) -> Enrollment:
    """Begin the account's file, or accept a new version in the one it has. Two clicks begin one file."""
    locked(account)
    enrollment = living(account)
    if enrollment is None:
        enrollment = draft(account)
        enrollment.terms_version, enrollment.terms_accepted_at = settings.SERVICE_TERMS_VERSION, timezone.now()
        enrollment.save(force_insert=True)
        journal.record(
            enrollment, "begin", actor=account, after=EnrollmentState.STARTED, terms=settings.SERVICE_TERMS_VERSION
        )
    elif enrollment.terms_version != settings.SERVICE_TERMS_VERSION:
        enrollment.terms_version, enrollment.terms_accepted_at = settings.SERVICE_TERMS_VERSION, timezone.now()
        enrollment.save(update_fields=["terms_version", "terms_accepted_at"])
        journal.record(enrollment, "accept_terms", actor=account, terms=settings.SERVICE_TERMS_VERSION)
    return enrollment


def give_time(enrollment: Enrollment) -> None:
    """An attempt ended, and the citizen may begin another one: her file does not lapse before she has had the time for it."""
    until = max(enrollment.expires_at, timezone.now() + timedelta(days=settings.LETTER_LIFETIME_DAYS))
    Enrollment.objects.filter(pk=enrollment.pk).update(expires_at=until, reminded_at=None)


@transaction.atomic
def confirm(enrollment: Enrollment) -> Enrollment:
    """«VALIDER» what `enrollment` holds. Raises TransitionNotAllowed when it was done already, or when an answer
    changed since these were read.
    """
    row = locked(enrollment)
    if any(getattr(row, name) != getattr(enrollment, name) for name in CONFIRMED):
        raise TransitionNotAllowed(f"confirm: the answers of enrollment {row.pk} changed meanwhile")
    unsent.forget_all(row)
    return transitions.move(row, "confirm", actor=enrollment.account)


@transaction.atomic
def choose_mode(enrollment: Enrollment, mode: str) -> None:
    """Raises AnswersFrozen once a mode has begun."""
    locked(enrollment)
    changed = Enrollment.objects.filter(pk=enrollment.pk, state=EnrollmentState.PROVING, verification=None).update(
        mode=mode
    )
    if not changed:
        raise AnswersFrozen
    enrollment.mode = mode
    journal.record(enrollment, "choose_mode", actor=enrollment.account, mode=mode)


def choose_mode_anew(enrollment: Enrollment) -> None:
    """The way that had begun was given up: another one, or the same, may be chosen. enrollment: under its lock."""
    Enrollment.objects.filter(pk=enrollment.pk).update(verification=None, mode="")
    journal.record(enrollment, "choose_mode_anew", actor=enrollment.account)


def may_begin_again(enrollment: Enrollment, mode: Mode) -> bool:
    """May this file's identity be proven by `mode` now, whatever way it went before?

    Face to face is open as long as no agent has the file: who does not want to be filmed need not fail first. An
    appointment that stands is cancelled before another way begins.
    """
    verification = enrollment.verification
    if enrollment.state == EnrollmentState.REFUSED:
        free = True
    elif enrollment.state != EnrollmentState.PROVING:
        free = False
    elif verification is None or verification.state in ENDED:
        free = True
    else:
        runs_online = verification.mode == Mode.ONLINE and verification.state == VerificationState.OPEN
        free = runs_online and mode == Mode.FACE_TO_FACE
    return free and (mode == Mode.FACE_TO_FACE or may_go_online(enrollment))


@transaction.atomic
def begin_again(enrollment: Enrollment, mode: Mode) -> Enrollment:
    """Another attempt of the same identity, by this mode: nothing is typed again, and what runs online is given up.

    Raises TransitionNotAllowed.
    """
    row = locked(enrollment, "verification", "account")
    if not may_begin_again(row, mode):
        raise TransitionNotAllowed(f"begin_again: enrollment {row.pk} is {row.state}, mode {row.mode!r}")
    running = row.verification
    if running is not None and running.state == VerificationState.OPEN:
        verification_transitions.move(running, "abandon", actor=row.account)
    if row.state == EnrollmentState.REFUSED:
        row = transitions.move(row, "retry", actor=row.account)
    row.verification, row.mode = None, mode
    row.save(update_fields=["verification", "mode"])
    give_time(row)
    journal.record(row, "choose_mode", actor=row.account, mode=mode)
    return row


@transaction.atomic
def correct(enrollment: Enrollment) -> Enrollment:
    """After a refusal: a new file with the same answers, which can be changed again until «VALIDER».

    What was reviewed stays as it was, in the file that ends here. Raises TransitionNotAllowed.
    """
    row = locked(enrollment, "verification")
    ended = row.verification is not None and row.verification.state in ENDED
    if row.state != EnrollmentState.REFUSED and not (row.state == EnrollmentState.PROVING and ended):
        raise TransitionNotAllowed(f"correct: enrollment {row.pk} is {row.state}")
    before = transitions.move(row, "lapse", actor=enrollment.account, reason="corrected")
    after = draft(enrollment.account)
    take_over(before, after)
    after.save(force_insert=True)
    journal.record(after, "begin", actor=enrollment.account, after=EnrollmentState.STARTED, corrects=str(before.pk))
    return after
