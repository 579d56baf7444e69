"""The queue. Tasks carry identifiers only; what is due later is a row that the sweep compares with now."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "identite.settings")

app = Celery("identite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
