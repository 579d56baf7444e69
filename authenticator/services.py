"""Activating a phone: code by SMS, key of the phone, secret code. One transaction at the end changes everything."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from authenticator import device_key
from authenticator.models import Device, DeviceState
from authenticator.transitions import ARROWS
from enrollment import transitions as enrollment_transitions
from enrollment.models import OVER, Account, Enrollment, EnrollmentState
from enrollment.services.activation import check_code
from identite import journal
from identite.codes.one_time import CodeResult
from identite.locks import locked
from identite.transitions import TransitionNotAllowed, follow
from notifications.services import send_email

# Between the activation code and the secret code; then the activation code must be typed again.
CHALLENGE_SECONDS = 15 * 60


class MobileTaken(Exception):
    """Another activated identity has this mobile number."""


def enrollment_of(account: Account) -> Enrollment | None:
    """The account's living enrollment."""
    rows = Enrollment.objects.select_related("verification__letter", "verification__appointment")
    return rows.filter(account=account).exclude(state__in=OVER).first()


@transaction.atomic
def check_activation_code(
    enrollment: Enrollment, typed: str, *, client: str, device_name: str = ""
) -> tuple[CodeResult, Device | None]:
    """RIGHT makes a pending device that waits for its key and its secret code. An earlier pending one is removed.

    Too many wrong ones stop the file. Raises TransitionNotAllowed when the enrollment has no code to type, and
    QuotaExceeded.
    """
    present = locked(enrollment, "account")
    if present.state != EnrollmentState.PROVEN:
        raise TransitionNotAllowed(f"check_activation_code: enrollment {present.pk} is {present.state}")
    result = check_code(present, typed, client=client)
    if result != CodeResult.RIGHT:
        return result, None
    for old in _pending(present):
        follow(ARROWS, "remove_device", old, actor=present.account, reason="another_device")
    now = timezone.now()
    device = Device.objects.create(
        account=present.account,
        file=present.pk,
        name=device_name[:80],
        challenge=secrets.token_urlsafe(32),
        challenge_expires_at=now + timedelta(seconds=CHALLENGE_SECONDS),
        code_verified_at=now,
    )
    journal.record(device, "activation_code_accepted", actor=present.account, after=DeviceState.PENDING)
    return result, device


def pending_device(enrollment: Enrollment, device_id: str) -> Device | None:
    """The device that has typed the activation code and has time left to choose its secret code.

    device_id: what the browser's session kept of it. A session that only knows the password has none.
    """
    return _of_browser(enrollment, device_id).filter(challenge_expires_at__gt=timezone.now()).first()


def was_too_slow(enrollment: Enrollment, device_id: str) -> bool:
    """This device typed the activation code, and its time to choose a secret code is over."""
    return _of_browser(enrollment, device_id).filter(challenge_expires_at__lte=timezone.now()).exists()


def _of_browser(enrollment: Enrollment, device_id: str) -> QuerySet[Device]:
    return _pending(enrollment).filter(pk=device_id) if device_id else Device.objects.none()


def _pending(enrollment: Enrollment) -> QuerySet[Device]:
    return Device.objects.filter(file=enrollment.pk, state=DeviceState.PENDING)


@transaction.atomic
def restart(enrollment: Enrollment) -> None:
    """The time for the secret code ran out: the used activation code counts no more, a new one can be asked for."""
    for old in _pending(enrollment).filter(challenge_expires_at__lte=timezone.now()):
        follow(ARROWS, "remove_device", old, actor=enrollment.account, reason="too_slow")


def activate(device: Device, *, public_key: str, signature: str, secret_code: str) -> Device:
    """Prove the key, keep the secret code, activate phone and identity. `secret_code` is validated by the caller's form.

    Raises device_key.BadKey, TransitionNotAllowed (expired, done before) or MobileTaken; then nothing is changed.
    """
    if device.challenge_expires_at is None or device.challenge_expires_at <= timezone.now():
        raise TransitionNotAllowed(f"activate: the challenge of device {device.pk} is over")
    jwk = device_key.read_public_key(public_key)
    device_key.verify(jwk, signature, device_key.message(device.pk, device.challenge))
    hashed = make_password(secret_code)  # slow on purpose: outside the transaction
    try:
        return _activate(device, jwk, hashed)
    except IntegrityError as error:
        raise MobileTaken(str(device.file)) from error


@transaction.atomic
def _activate(device: Device, jwk: dict[str, str], hashed: str) -> Device:
    enrollment = Enrollment.objects.select_related("account").get(pk=device.file)
    enrollment = enrollment_transitions.move(enrollment, "activate", actor=enrollment.account)
    device = follow(ARROWS, "activate_device", device, actor=enrollment.account, stamp="activated_at")
    device.public_key = jwk
    device.key_proven_at = timezone.now()
    device.secret_code = hashed
    device.challenge = ""
    device.save(update_fields=["public_key", "key_proven_at", "secret_code", "challenge"])
    send_email(
        "identity_activated",
        address=enrollment.account.email,
        recipient=enrollment.account,
        context={"first_name": enrollment.first_name(), "device": device, "home": f"{settings.PUBLIC_URL}/app/"},
    )
    return device
