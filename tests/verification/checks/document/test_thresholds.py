from dataclasses import asdict

from django.conf import settings

from verification.checks.document import DocumentThresholds


def test_the_settings_name_every_threshold_and_start_from_its_calibration():
    assert asdict(DocumentThresholds()) == settings.CHECKS_DOCUMENT
