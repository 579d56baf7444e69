"""The tasks of this room's corners, gathered where Celery looks for them."""

from verification.capture.tasks import check_capture, check_trial
from verification.letter.tasks import dispatch

__all__ = ["check_capture", "check_trial", "dispatch"]
