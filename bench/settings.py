"""The project's own settings, plus a «hello» view and a counter of queries."""

from identite.settings import *  # noqa: F403 (all of them, on purpose)
from identite.settings import MIDDLEWARE

ROOT_URLCONF = "bench.urls"
MIDDLEWARE = ["bench.counter.CountQueries", *MIDDLEWARE]
# Messages wait in their rows, where the bench reads them; sending is not what a page costs.
CELERY_BROKER_URL = "memory://localhost"
CELERY_BROKER_TRANSPORT = "memory"  # in the place of the folder's own
CELERY_BROKER_TRANSPORT_OPTIONS = {}
