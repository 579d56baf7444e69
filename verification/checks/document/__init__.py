"""The checks of a photo of an identity document."""

from verification.checks.document.examination import PhotoExamination, examine_photo
from verification.checks.document.thresholds import DocumentThresholds

__all__ = ["DocumentThresholds", "PhotoExamination", "examine_photo"]
