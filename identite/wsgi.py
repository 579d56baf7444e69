"""Django's handler, checked and ready; `identite.asgi` serves it."""

import gc
import os

from django.core.management import BaseCommand
from django.core.wsgi import get_wsgi_application

from identite.http import readable_types

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "identite.settings")
# Objects between two collections. The default of 700 makes every page walk what the pages before it left in the caches:
# a seventh of its processor time.
GC_THRESHOLD = 20_000

application = readable_types(get_wsgi_application())
BaseCommand().check()  # no server runs the system checks by itself: what must not start does not
gc.freeze()  # what is loaded now stays; no collection looks at it again
gc.set_threshold(GC_THRESHOLD, 20, 20)
