"""Three digits and a gesture: drawn by the server for one recording, shown once it runs, short-lived, never asked again."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from identite import journal, quotas
from identite.locks import locked
from identite.transitions import TransitionNotAllowed
from verification.capture.models import Challenge
from verification.checks.video.challenge import ChallengeSpec, Form, Gesture
from verification.models import Verification, VerificationState

DIGITS = 3
# Seconds, each drawn anew: a video prepared beforehand cannot know when to speak.
FIRST = (1.8, 2.2)  # before it, the face at rest is what a turned head is measured against
BETWEEN = (1.7, 2.0)
BEFORE_GESTURE = (1.9, 2.1)
# Whoever writes the digits needs the time to write them, and to hold the sheet up.
BETWEEN_WRITTEN = (0.8, 1.0)
BEFORE_GESTURE_WRITTEN = (6.6, 6.9)
GESTURE_SECONDS = 3.0


class VideoLocked(Exception):
    """Too many complete videos were refused. `until`: when the next one is possible."""

    def __init__(self, until: object) -> None:
        super().__init__(f"until {until}")
        self.until = until


def lock_of(verification: Verification) -> quotas.Usage:
    """How many complete videos of this file were refused lately; `exceeded` while the step is locked."""
    return quotas.usage("face_video_failure", verification.file)


def total_seconds(challenge: Challenge) -> float:
    """How long the recording of this challenge is."""
    return round(float(challenge.schedule[-1]) + GESTURE_SECONDS, 2)


def spec(challenge: Challenge) -> ChallengeSpec:
    """In the shape that the checks compare with."""
    return ChallengeSpec(
        digits=challenge.digits,
        form=Form(challenge.form),
        gesture=Gesture(challenge.gesture),
        shown_at=tuple(challenge.schedule[:DIGITS]) if challenge.recorded else None,
    )


def newest(verification: Verification) -> Challenge | None:
    return Challenge.objects.filter(verification=verification).first()


@transaction.atomic
def announce(verification: Verification, form: str, *, recorded: bool) -> Challenge:
    """Draw what the next video must show. Its digits stay on the server until `show` (a recording) or are shown at once (a file).

    An unshown one of the same form is kept: two clicks draw one. Raises VideoLocked, TransitionNotAllowed after the
    end; quotas.QuotaExceeded for somebody who draws again and again until it suits.
    """
    if locked(verification).state != VerificationState.OPEN:
        raise TransitionNotAllowed(f"announce: verification {verification.pk} is no longer open")
    usage = lock_of(verification)
    if usage.exceeded:
        raise VideoLocked(usage.until)
    last = newest(verification)
    if last is not None and _waits(last) and (last.form, last.recorded) == (form, recorded):
        return last
    quotas.take("challenge_draw", verification.file)
    challenge = _draw(verification, form, recorded=recorded)
    if not recorded:
        challenge.used_at = timezone.now()
        challenge.save(update_fields=["used_at"])
        journal.record(verification, "challenge_shown", label="citizen", challenge=str(challenge.pk), recorded=False)
    return challenge


@transaction.atomic
def show(verification: Verification) -> Challenge:
    """The recording runs: the digits leave the server, once. Each recording has its own. Raises as `announce` does."""
    last = newest(verification)
    challenge = announce(verification, last.form if last else Form.SPOKEN, recorded=True)
    now = timezone.now()
    challenge.used_at = now
    challenge.expires_at = now + timedelta(seconds=settings.CHALLENGE_LIFETIME_SECONDS)
    challenge.save(update_fields=["used_at", "expires_at"])
    journal.record(verification, "challenge_shown", label="citizen", challenge=str(challenge.pk), recorded=True)
    return challenge


def _waits(challenge: Challenge) -> bool:
    return challenge.used_at is None and challenge.expires_at > timezone.now()


def _draw(verification: Verification, form: str, *, recorded: bool) -> Challenge:
    earlier = [row.digits for row in Challenge.objects.filter(verification__file=verification.file)]
    digits = _digits(earlier)
    random = secrets.SystemRandom()
    moment = random.uniform(*FIRST)
    schedule = [moment]
    written = form == Form.WRITTEN
    between, before_gesture = (BETWEEN_WRITTEN, BEFORE_GESTURE_WRITTEN) if written else (BETWEEN, BEFORE_GESTURE)
    for low, high in (between, between, before_gesture):
        moment += random.uniform(low, high)
        schedule.append(moment)
    return Challenge.objects.create(
        verification=verification,
        digits=digits,
        form=form,
        gesture=random.choice(list(Gesture)),
        schedule=[round(moment, 2) for moment in schedule],
        recorded=recorded,
        expires_at=timezone.now() + timedelta(seconds=settings.CHALLENGE_LIFETIME_SECONDS),
    )


def _digits(earlier: list[str]) -> str:
    """Three different digits; none stands where it stood the last time, and no three are asked of one file twice."""
    last = earlier[0] if earlier else "   "
    while True:
        drawn = secrets.SystemRandom().sample("0123456789", DIGITS)
        if "".join(drawn) not in earlier and all(new != old for new, old in zip(drawn, last, strict=True)):
            return "".join(drawn)
