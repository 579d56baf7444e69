"""What verification reports, turned into the enrollment's own transitions."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from enrollment import transitions
from enrollment.models import Account, Enrollment
from enrollment.services import activation, files
from identite import journal
from identite.http import absolute
from notifications.services import send_email
from verification.models import Mode, Verification
from verification.signals import verification_changed

# Which arrow here answers an event there.
MOVES = {
    **{name: name for name in ("submit", "approve", "refuse", "accept_letter", "stop", "prove")},
    "turn_away": "refuse",
}
# After these the citizen may begin again, and gets the time for it.
ENDINGS = frozenset({"refuse", "turn_away", "stop", "lapse", "abandon"})
# With these the identity is proven: by the letter, or in person.
PROOFS = frozenset({"accept_letter", "prove"})


@receiver(user_logged_in, dispatch_uid="enrollment.journal_login")
def journal_login(*, user: Account, **_more: Any) -> None:
    """Every login is an entry, a citizen's as an agent's in the admin."""
    journal.record(user, "logged_in", actor=user)


@receiver(verification_changed, dispatch_uid="enrollment.follow_verification")
def follow_verification(*, verification: Verification, event: str, **_more: Any) -> None:
    """Runs inside the transaction that changed the verification: both change, or neither does.

    An attempt that the enrollment no longer points to changes nothing any more.
    """
    rows = Enrollment.objects.select_related("account", "verification__letter", "verification__appointment")
    enrollment = rows.filter(verification=verification).first()
    if enrollment is None:
        return
    if event == "approve" and verification.mode == Mode.FACE_TO_FACE:
        return  # proven with the same act: the appointment's room has said so before
    if event in MOVES:
        transitions.move(enrollment, MOVES[event], label="verification")
    if event in ENDINGS:
        files.give_time(enrollment)
    if event in PROOFS:
        activation.deliver_code(enrollment)
    elif event == "abandon":
        files.choose_mode_anew(enrollment)
    elif event == "stop":
        send_email(
            "enrollment_stopped",
            address=enrollment.account.email,
            recipient=enrollment.account,
            context={
                "first_name": enrollment.first_name(),
                "in_person": verification.mode == Mode.FACE_TO_FACE,
                "resume_url": absolute("/dossier/"),
            },
        )
