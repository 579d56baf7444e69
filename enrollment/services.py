"""What the enrollment's pages, its receivers and the app call. Every limit is enforced here."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from enrollment import transitions
from enrollment.models import Account, Enrollment, EnrollmentState, Mode
from identite import codes, journal, quotas
from identite.codes import CodePurpose, CodeResult, CodeState
from identite.http import absolute
from identite.locks import locked
from identite.transitions import TransitionNotAllowed
from notifications.models import Message
from notifications.services import send_email, send_sms
from verification import services as verifications
from verification.identity import IDENTITY_FIELDS
from verification.letter import services as letters
from verification.models import Verification, VerificationState

OVER = (EnrollmentState.LAPSED, EnrollmentState.REVOKED)
APP_PATH = "/app/"
LETTER_MAILS = ("letter_notified", "letter_reminder")
# Answers that a corrected file takes over, besides the identity as typed.
KEPT = ("terms_version", "terms_accepted_at", "mobile", "mobile_verified_at", "french_document")
# A verification that ended in one of these is over, and another one may begin.
ENDED = frozenset({VerificationState.LAPSED, VerificationState.ABANDONED, VerificationState.STOPPED})


class AnswersFrozen(Exception):
    """Another tab or device was first: these answers can no longer be changed."""


class CodeNotSent(Exception):
    """A limit was reached, nothing left. until: when the next one may leave. per_client: it is the client's limit."""

    def __init__(self, until: datetime, *, per_client: bool = False) -> None:
        super().__init__(until.isoformat())
        self.until = until
        self.per_client = per_client


# --- The file ---


def living(account: Account) -> Enrollment | None:
    """The account's enrollment that is not over, with its verification and letter: a second query once there is one.

    Joined in one query they cost every page before it the reading of three tables.
    """
    enrollment = Enrollment.objects.filter(account=account).exclude(state__in=OVER).first()
    if enrollment is not None:
        enrollment.account = account
        if enrollment.verification_id:
            enrollment.verification = Verification.objects.select_related("letter").get(pk=enrollment.verification_id)
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


def write_answers(enrollment: Enrollment, **answers: Any) -> None:
    """Save answers of the steps before «VALIDER». Raises AnswersFrozen, and changes nothing, after it."""
    if not Enrollment.objects.filter(pk=enrollment.pk, state=EnrollmentState.STARTED).update(**answers):
        raise AnswersFrozen
    for name, value in answers.items():
        setattr(enrollment, name, value)


def choose_document(enrollment: Enrollment, kind: str) -> None:
    """Another document has another number, other dates, and another rule for the nationality: these are asked again."""
    answers: dict[str, Any] = {"document_kind": kind}
    if kind != enrollment.document_kind:
        answers |= {"document_number": "", "issue_date": None, "expiry_date": None, "nationality": ""}
    write_answers(enrollment, **answers)


@transaction.atomic
def confirm(enrollment: Enrollment) -> Enrollment:
    """«VALIDER» what `enrollment` holds. Raises TransitionNotAllowed when it was done already, or when an answer
    changed since these were read.
    """
    row = locked(enrollment)
    if any(
        getattr(row, name) != getattr(enrollment, name) for name in (*IDENTITY_FIELDS, "mobile", "mobile_verified_at")
    ):
        raise TransitionNotAllowed(f"confirm: the answers of enrollment {row.pk} changed meanwhile")
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


# --- The mobile ---


def holds_identity(number: str, enrollment: Enrollment) -> Enrollment | None:
    """Whose identity, if anybody's, this number already belongs to."""
    owners = Enrollment.objects.filter(mobile=number, state__in=(EnrollmentState.ACTIVATED, EnrollmentState.SUSPENDED))
    return owners.exclude(pk=enrollment.pk).select_related("account").first()


@transaction.atomic
def send_mobile_code(enrollment: Enrollment, number: str, *, client: str) -> None:
    """Send a new code to `number` and make it the file's. Raises CodeNotSent, AnswersFrozen.

    A number that holds an identity gets an SMS that says so, and a code that nobody knows is drawn all the same: the
    page, its counters and its work are those of any other number, and no code is ever right.
    """
    try:
        quotas.take("ip_code", client)
    except quotas.QuotaExceeded as exceeded:
        raise CodeNotSent(exceeded.until, per_client=True) from exceeded
    # Of two clicks at once the second one sees the first one's number, and that its code left a moment ago.
    saved = locked(enrollment).mobile
    changed = number != saved
    owner = holds_identity(number, enrollment)
    try:
        quotas.take("sms_code_send", number)
        quotas.take("sms_code_send", f"account:{enrollment.account_id}")
        if changed:  # the delay since the last code protects the other number
            codes.forget(CodePurpose.MOBILE, enrollment)
        code = codes.issue(CodePurpose.MOBILE, enrollment, binding=secrets.token_urlsafe() if owner else number)
    except (quotas.QuotaExceeded, codes.TooSoon) as refused:
        raise CodeNotSent(refused.until) from refused
    if changed:
        write_answers(enrollment, mobile=number, mobile_verified_at=None)
    if owner:
        send_sms("mobile_already_used", address=number, context={}, recipient=owner.account)
    else:
        context = {"code": shown(code), "minutes": settings.SMS_CODE_LIFETIME_SECONDS // 60}
        send_sms("mobile_code_sent", address=number, context=context, recipient=enrollment.account)


def mobile_code_state(enrollment: Enrollment) -> CodeState:
    return codes.state(CodePurpose.MOBILE, enrollment)


def mobile_code_counts(enrollment: Enrollment) -> bool:
    """Can the code that left last still be typed?"""
    present = mobile_code_state(enrollment)
    return bool(present.tries_left and present.expires_at and present.expires_at > timezone.now())


def mobile_sends_locked_until(enrollment: Enrollment) -> datetime | None:
    """When the next code may be asked for, if as many as allowed have left; None when one may leave now."""
    keys = (enrollment.mobile, f"account:{enrollment.account_id}")
    ends = [
        usage.until for usage in (quotas.usage("sms_code_send", key) for key in keys) if usage.exceeded and usage.until
    ]
    return max(ends, default=None)


@transaction.atomic
def check_mobile_code(enrollment: Enrollment, typed: str) -> CodeResult:
    """RIGHT proves the number. Raises AnswersFrozen when another tab confirmed the file meanwhile."""
    result = codes.check(CodePurpose.MOBILE, enrollment, typed, binding=locked(enrollment).mobile)
    if result == CodeResult.RIGHT:
        write_answers(enrollment, mobile_verified_at=timezone.now())
        journal.record(enrollment, "verify_mobile", actor=enrollment.account)
    return result


def shown(code: str) -> str:
    """«123-456»"""
    return f"{code[:3]}-{code[3:]}"


# --- The letter ---


@transaction.atomic
def start_online_verification(enrollment: Enrollment, *, terms_accepted: bool) -> Enrollment:
    """Accept AR24's terms and have the registered letter sent. Done twice, it sends one letter.

    terms_accepted: False for a new letter under terms accepted before. Raises TransitionNotAllowed when the file is
    not there yet.
    """
    row = locked(enrollment, "account")
    if row.verification_id is not None:
        return row
    if row.state != EnrollmentState.PROVING or row.mode != Mode.ONLINE:
        raise TransitionNotAllowed(f"start_online_verification: enrollment {row.pk} is {row.state}, mode {row.mode!r}")
    if terms_accepted:
        row.ar24_terms_version, row.ar24_terms_accepted_at = settings.AR24_TERMS_VERSION, timezone.now()
        journal.record(row, "accept_ar24_terms", actor=row.account, terms=settings.AR24_TERMS_VERSION)
    row.verification = verifications.open_verification(
        applicant=row.account, file=row.pk, identity=row, email=row.account.email, mobile=row.mobile
    )
    row.save(update_fields=["verification", "ar24_terms_version", "ar24_terms_accepted_at"])
    return row


@transaction.atomic
def resend_letter(enrollment: Enrollment) -> None:
    """The same letter's mail once more. Raises CodeNotSent, and TransitionNotAllowed when no letter waits."""
    verification = enrollment.verification
    if verification is None or verification.state != VerificationState.OPEN:
        raise TransitionNotAllowed(f"resend_letter: enrollment {enrollment.pk} has no letter that waits")
    locked(enrollment)  # of two clicks, one sends
    last = letter_mailed_at(enrollment)
    again = last + timedelta(seconds=settings.CODE_RESEND_DELAY_SECONDS) if last else timezone.now()
    if again > timezone.now():
        raise CodeNotSent(again)
    try:
        quotas.take("letter_resend", enrollment.pk)
    except quotas.QuotaExceeded as exceeded:
        raise CodeNotSent(exceeded.until) from exceeded
    letters.resend(verification.letter)


def letter_mailed_at(enrollment: Enrollment) -> datetime | None:
    """When the letter's last mail was written."""
    verification = enrollment.verification
    if verification is None:
        return None
    mails = Message.objects.filter(
        recipient_id=enrollment.account_id, event__in=LETTER_MAILS, created_at__gte=verification.created_at
    )
    return mails.order_by("-created_at").values_list("created_at", flat=True).first()


@transaction.atomic
def new_attempt(enrollment: Enrollment) -> Enrollment:
    """After a refusal or a lapsed letter: another verification of the same identity, with a letter of its own.

    Where AR24's terms changed meanwhile they are asked first. Raises TransitionNotAllowed when an attempt is running.
    """
    row = locked(enrollment, "verification", "account")
    if row.state == EnrollmentState.REFUSED:
        row = transitions.move(row, "retry", actor=row.account)
    elif row.state != EnrollmentState.PROVING or row.verification is None or row.verification.state not in ENDED:
        raise TransitionNotAllowed(f"new_attempt: enrollment {row.pk} is {row.state}")
    row.verification = None
    row.expires_at = max(row.expires_at, timezone.now() + timedelta(days=settings.LETTER_LIFETIME_DAYS))
    row.save(update_fields=["verification", "expires_at"])
    if row.ar24_terms_version == settings.AR24_TERMS_VERSION:
        return start_online_verification(row, terms_accepted=False)
    return row


def erase_answers(enrollment: Enrollment) -> None:
    """Of a file that lapsed: what was typed goes, that there was a file stays. What a letter proves is kept with the letter."""
    empty = Enrollment()
    answers = (*IDENTITY_FIELDS, "mobile", "mobile_verified_at", "french_document")
    Enrollment.objects.filter(pk=enrollment.pk, state=EnrollmentState.LAPSED).update(
        **{name: getattr(empty, name) for name in answers}
    )


@transaction.atomic
def correct(enrollment: Enrollment) -> Enrollment:
    """After a refusal: a new file with the same answers, which can be changed again until «VALIDER».

    What was reviewed stays as it was, in the file that ends here. Raises TransitionNotAllowed.
    """
    row = locked(enrollment, "verification")
    ended = row.verification is not None and row.verification.state in ENDED
    if row.state != EnrollmentState.REFUSED and not (row.state == EnrollmentState.PROVING and ended):
        raise TransitionNotAllowed(f"correct: enrollment {row.pk} is {row.state}")
    before = transitions.move(row, "lapse", actor=enrollment.account, reason="corrected by a new file")
    after = draft(enrollment.account)
    for name in (*KEPT, *IDENTITY_FIELDS):
        setattr(after, name, getattr(before, name))
    after.save(force_insert=True)
    journal.record(after, "begin", actor=enrollment.account, after=EnrollmentState.STARTED, corrects=str(before.pk))
    return after


# --- The activation code ---


@transaction.atomic
def deliver_activation_code(enrollment: Enrollment) -> None:
    """The letter is accepted: its content and an SMS carry the code, a mail tells how to go on."""
    codes.forget(CodePurpose.ACTIVATION, enrollment)
    code = _issue_activation_code(enrollment)
    verification = enrollment.verification
    if verification is not None:
        letters.set_content(verification.letter, letter_text(enrollment, code))
    send_email(
        "identity_proven",
        address=enrollment.account.email,
        recipient=enrollment.account,
        context={"first_name": enrollment.first_name(), "app_url": absolute(APP_PATH)},
    )


@transaction.atomic
def resend_activation_code(enrollment: Enrollment) -> None:
    """A new code by SMS; the one before it no longer counts. Raises CodeNotSent, TransitionNotAllowed."""
    if enrollment.state != EnrollmentState.PROVEN:
        raise TransitionNotAllowed(f"resend_activation_code: enrollment {enrollment.pk} is {enrollment.state}")
    locked(enrollment)
    try:
        quotas.take("activation_code_send", enrollment.mobile)
        _issue_activation_code(enrollment)
    except (quotas.QuotaExceeded, codes.TooSoon) as refused:
        raise CodeNotSent(refused.until) from refused


def _issue_activation_code(enrollment: Enrollment) -> str:
    code = codes.issue(CodePurpose.ACTIVATION, enrollment, binding=enrollment.mobile)
    context = {"code": shown(code), "days": settings.ACTIVATION_CODE_LIFETIME_SECONDS // 86_400}
    send_sms("activation_code", address=enrollment.mobile, context=context, recipient=enrollment.account)
    journal.record(enrollment, "activation_code_sent", label="system")
    return code


def letter_text(enrollment: Enrollment, code: str) -> str:
    """The registered letter's content."""
    until = timezone.localtime() + timedelta(seconds=settings.ACTIVATION_CODE_LIFETIME_SECONDS)
    context = {"enrollment": enrollment, "code": shown(code), "until": until, "brand": settings.BRAND_NAME}
    return render_to_string("enrollment/letter_content.txt", context | {"app_url": absolute(APP_PATH)}).strip()
