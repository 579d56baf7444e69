"""The queue. Tasks carry identifiers only; what is due later is a row that the sweep compares with now."""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import celeryd_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "identite.settings")

app = Celery("identite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
def check_settings(**_signal: Any) -> None:
    """A worker that must not start does not: Celery itself runs the system checks and drops what they say."""
    from django.core.management import BaseCommand, CommandError  # the settings are read by now

    try:
        BaseCommand().check()
    except CommandError as error:
        sys.exit(str(error))  # any other exception of a signal's receiver is logged and passed over
