"""The project's own settings with fixed keys. Overridden is what is slow or leaves traces: hasher, storage, Celery.

DATABASE_URL, when set, runs the same tests on PostgreSQL.
"""

import os
import tempfile
from pathlib import Path

os.environ |= {
    "ALLOWED_HOSTS": "localhost,testserver",
    "CELERY_BROKER_URL": "memory://",
    "CELERY_TASK_ALWAYS_EAGER": "1",
    "DATA_KEYS": "tests:dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMzI=",
    "DIGEST_KEY": "the tests' digest key",
    "DJANGO_SECRET_KEY": "the tests' secret key, which protects nothing",
    "JOURNAL_KEYS": "tests:dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMzI=",
    "PUBLIC_URL": "http://localhost:8000",
    "SANDBOX": "1",
    "VAR_DIR": os.path.join(tempfile.gettempdir(), "identite-tests"),
}
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")

from identite.settings import *  # noqa: E402, F403 (reads the variables above)
from tests.strict_templates import Undefined  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_specimens = tempfile.TemporaryDirectory(prefix="identite-specimens-")
SPECIMENS_DIR = Path(_specimens.name)  # of this process: others draw at the same time
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "evidence": {
        "BACKEND": "identite.storage.EncryptedStorage",
        "OPTIONS": {"backend": "django.core.files.storage.InMemoryStorage"},
    },
    "anchors": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Files are found where they lie: no collectstatic before the tests.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined()  # type: ignore[index]  # noqa: F405 (of the settings above)
