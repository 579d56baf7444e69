"""What was typed in a file and not sent (identite.unsent): a file that lapses loses it with its answers."""

from enrollment.models import Enrollment
from identite.unsent import MAX_CHARS, Typed, forget, keep, typed_on

__all__ = ["MAX_CHARS", "Typed", "forget", "forget_all", "keep", "typed_on"]


def forget_all(enrollment: Enrollment) -> None:
    """«VALIDER» closes every step on which something could still be sent."""
    Enrollment.objects.filter(pk=enrollment.pk).update(unsent="")
