"""What a submitted verification becomes here: a case in the agents' queue."""

from typing import Any

from django.dispatch import receiver

from verification.models import Verification
from verification.review.services import open_case
from verification.signals import verification_changed


@receiver(verification_changed, dispatch_uid="review.open_case")
def follow_verification(*, verification: Verification, event: str, **_more: Any) -> None:
    """Runs inside the transaction that changed the verification: both change, or neither does."""
    if event == "submit":
        open_case(verification)
