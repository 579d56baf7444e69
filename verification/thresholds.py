"""The thresholds that the checks are run with: their own, or what the environment says instead."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from verification.checks.document.thresholds import DocumentThresholds
from verification.checks.video.thresholds import VideoThresholds


def document_thresholds() -> DocumentThresholds:
    """Raises ValueError when a setting names no threshold, or no number."""
    return DocumentThresholds().changed(settings.CHECKS_DOCUMENT)


def video_thresholds() -> VideoThresholds:
    """Raises ValueError when a setting names no threshold, or no number."""
    return VideoThresholds().changed(settings.CHECKS_VIDEO)


@register
def thresholds_are_known(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """A misspelt variable stops the start: nobody is judged by a number that was meant to be another."""
    errors: list[CheckMessage] = []
    for read in (document_thresholds, video_thresholds):
        try:
            read()
        except ValueError as error:
            errors.append(Error(str(error), hint="docs/thresholds.md has their names.", id="verification.E001"))
    return errors
