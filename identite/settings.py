"""Every setting of the project, read in one place. One section a subject; every number that somebody may want to change has a name.

Durations carry their unit in their name. The reasons and sources of the numbers stand in docs/settings.md.
"""

import os
import socket
from email.headerregistry import Address
from importlib.util import find_spec
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from kombu.entity import Queue

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# --- Core ---
SECRET_KEY = env("DJANGO_SECRET_KEY")  # no default: a missing secret stops the start
DEBUG = env.bool("DJANGO_DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
PUBLIC_URL = env("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
HTTPS = PUBLIC_URL.startswith("https://")
COOKIE_PREFIX = "__Host-" if HTTPS else ""  # identite/cookies.py
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
ROOT_URLCONF = "identite.urls"
WSGI_APPLICATION = "identite.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SANDBOX = env.bool("SANDBOX", default=False)  # testers' rooms; a system check keeps it out of production
PRODUCTION = env.bool("PRODUCTION", default=False)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "identite",
    "notifications",
    "verification",
    "enrollment",
    "authenticator",
]
if SANDBOX:
    INSTALLED_APPS.append("sandbox")

MIDDLEWARE = [
    "identite.middleware.ContentSecurityPolicy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "identite.middleware.KnownMethods",
    "identite.middleware.Readable",
    "identite.middleware.SmallBodies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "identite.middleware.SessionAccount",
    "identite.middleware.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
]

# Off: templates as Django alone loads them. The pages are the same, and cost more.
PREPARE_TEMPLATES = env.bool("PREPARE_TEMPLATES", default=True)
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "identite.template_loader.Loader" if PREPARE_TEMPLATES else "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "identite.context.site",
            ],
        },
    }
]

# --- Brand: what the service is called and looks like, everywhere (identite/brand.py) ---
BRAND_NAME = env("BRAND_NAME", default="L’Identité Numérique")
BRAND_SHORT_NAME = env("BRAND_SHORT_NAME", default="Identité")  # below the icon of the installed app
BRAND_IDENTITY = env("BRAND_IDENTITY", default="Identité Numérique")  # what a citizen gets: feminine, after «votre»
BRAND_ACCOUNT = env("BRAND_ACCOUNT", default="Compte La Poste")  # masculine, after «votre»
BRAND_OPERATOR = env("BRAND_OPERATOR", default="La Poste")
# Files that stand before those of static/: css/tokens.css, img/logo.svg, img/favicon.svg, img/app-*.png.
BRAND_FILES = env.list("BRAND_FILES", default=[])
LETTER_PROVIDER = env("LETTER_PROVIDER", default="AR24")
SUPPORT_EMAIL = env("SUPPORT_EMAIL", default="assistance@identite.example")
DEFAULT_FROM_EMAIL = env(
    "DEFAULT_FROM_EMAIL", default=str(Address(BRAND_NAME, addr_spec="ne-pas-repondre@identite.example"))
)
AR24_FROM_EMAIL = env(
    "AR24_FROM_EMAIL", default=str(Address(LETTER_PROVIDER, addr_spec="ne-pas-repondre@ar24.example"))
)
SHOW_REPRODUCTION_BANNER = env.bool("SHOW_REPRODUCTION_BANNER", default=True)

# --- Language and time ---
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- Database ---
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR}/db.sqlite3")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Deferred transactions lock each other out under load; IMMEDIATE ones wait their turn.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None  # opening the file costs more than a page's queries
else:
    # timeout: seconds to wait for a connection; a page that waits longer has lost its reader. reconnect_timeout: the pool
    # waits twice as long after each failure, a page must not; after these seconds it begins anew with who asks next.
    # random_page_cost: what PostgreSQL's manual gives for drives without a moving head. With its old default, tables of
    # middle size are read whole where an index is six times faster.
    DATABASES["default"]["OPTIONS"] = {
        "options": "-c random_page_cost=1.1",
        "pool": {
            "min_size": 1,
            "max_size": env.int("DATABASE_POOL_SIZE", default=8),
            "timeout": 10,
            "reconnect_timeout": 5,
        },
        "connect_timeout": 5,
        "tcp_user_timeout": 10_000,  # milliseconds until a server that vanished without a word counts as gone
    }
    # A connection that a restart of the server has ended is found out and replaced before a page gets it.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# --- Files ---
STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [*BRAND_FILES, BASE_DIR / "static"]
# Read by the user that the service runs as, and nobody else.
_PRIVATE = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
_evidence = {
    "BACKEND": env("EVIDENCE_STORAGE", default="django.core.files.storage.FileSystemStorage"),
    "OPTIONS": env.json("EVIDENCE_STORAGE_OPTIONS", default={"location": str(VAR_DIR / "evidence"), **_PRIVATE}),
}
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR_DIR / "files"), **_PRIVATE},
    },
    "evidence": {
        "BACKEND": "identite.storage.EncryptedStorage",
        "OPTIONS": {"backend": _evidence["BACKEND"], "options": _evidence["OPTIONS"]},
    },
    # The journal's anchors lie beside the evidence, under names that tell their order; they are sealed and hold no secret.
    "anchors": _evidence,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Everything of a form but its file: told from the request's head, and held while it is read (identite/body_sizes.py).
FORM_MAX_BYTES = DATA_UPLOAD_MAX_MEMORY_SIZE = 64_000
FILE_UPLOAD_HANDLERS = ["identite.body_sizes.NoFiles"]  # the pages that take a file bring their own
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_TEMP_DIR = env("FILE_UPLOAD_TEMP_DIR", default=None)


# --- Web server: what it receives before it works (identite/bodies.py), per process ---
WEB_THREADS = env.int("WEB_THREADS", default=4)
BODY_MAX_BYTES = 45_000_000  # a video of 40 MB (verification/capture/media.py), with its form around it
BODIES_TOTAL_BYTES = env.int("BODIES_TOTAL_BYTES", default=400_000_000)
BODIES_CLIENT_BYTES = env.int("BODIES_CLIENT_BYTES", default=150_000_000)
BODIES_CLIENT_COUNT = env.int("BODIES_CLIENT_COUNT", default=100)
# A body may be silent for so long; then this many bytes a second, on average, or it ends with 408.
BODY_GRACE_SECONDS = env.int("BODY_GRACE_SECONDS", default=10)
BODY_BYTES_PER_SECOND = env.int("BODY_BYTES_PER_SECOND", default=20_000)

# With less room than that in VAR_DIR no file is taken; the largest is a video of 40 MB.
DISK_FREE_MIN_BYTES = env.int("DISK_FREE_MIN_BYTES", default=50_000_000)

# --- Keys ---
# «id:base64 of 32 bytes» each; the first one encrypts, all of them decrypt.
DATA_KEYS = env.list("DATA_KEYS")
# Keys the digests of codes, addresses and numbers: a copy of the database tells nothing of them.
DIGEST_KEY = env("DIGEST_KEY")
# «id:base64 of 32 bytes» each; the first one seals the journal and its anchors, all of them verify.
JOURNAL_KEYS = env.list("JOURNAL_KEYS")

# --- Queue ---
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="folder://localhost")
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_TASK_ALWAYS_EAGER", default=False)
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_IGNORE_RESULT = True
# Kinds of work that do not wait for each other: a worker takes from them in turn (docker-compose.yml may name one a worker).
CELERY_TASK_ROUTES = {
    "verification.capture.tasks.*": "checks",
    "notifications.tasks.*": "messages",
    "verification.letter.tasks.*": "messages",
    "identite.tasks.*": "upkeep",
    "sandbox.tasks.*": "specimens",
}
CELERY_TASK_QUEUES = [Queue(name) for name in dict.fromkeys(CELERY_TASK_ROUTES.values())]
CELERY_TASK_DEFAULT_QUEUE = "upkeep"
CELERY_TASK_CREATE_MISSING_QUEUES = False
# A worker holds the task it does and no other one.
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = env.int("TASK_TIME_LIMIT_SECONDS", default=120)
CELERY_TASK_SOFT_TIME_LIMIT = env.int("TASK_SOFT_TIME_LIMIT_SECONDS", default=90)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60  # seconds; a new process loads the engines of the checks first
CELERY_WORKER_MAX_MEMORY_PER_CHILD = env.int("WORKER_MAX_MEMORY_KB", default=700_000)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that is away costs whoever sends a task a moment, not the page: the row is there, the sweep sends it later.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
CELERY_TIMEZONE = TIME_ZONE
if CELERY_BROKER_URL.startswith("folder"):
    CELERY_BROKER_TRANSPORT = "identite.folder_queue:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "folder": str(VAR_DIR / "queue"),
        "polling_interval": 0.1,  # seconds; the transport's own second is felt by whoever waits for a code
    }
elif CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 2 * CELERY_TASK_TIME_LIMIT,  # so that no running task is given out again
        "socket_connect_timeout": 1,  # seconds
        "socket_timeout": 3,
    }
# How long a task may wait in the queue before its row counts as forgotten and is queued again.
QUEUED_LATE_SECONDS = env.int("QUEUED_LATE_SECONDS", default=60)
SWEEP_INTERVAL_SECONDS = env.int("SWEEP_INTERVAL_SECONDS", default=20)
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "identite.tasks.sweep",
        "schedule": SWEEP_INTERVAL_SECONDS,
        # A sweep that waited longer than its period has a successor.
        "options": {"expires": SWEEP_INTERVAL_SECONDS},
    }
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")

# --- Accounts, passwords, sessions ---
AUTH_USER_MODEL = "enrollment.Account"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "enrollment:resume"
LOGOUT_REDIRECT_URL = "page:landing"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["identite.hashers.Argon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "enrollment.passwords.LengthAndClassesValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "first_name", "last_name")},
    },
]
# Seconds to wait after that many wrong passwords; the tenth locks (QUOTAS, password_try).
PASSWORD_PAUSES_SECONDS = {5: 5, 6: 10, 7: 20, 8: 40, 9: 60}
PASSWORD_MIN_LENGTH = 8
PASSWORD_MAX_LENGTH = 128
SESSION_ENGINE = "identite.sessions"
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=15 * 60)
SESSION_IDLE_WARNING_SECONDS = env.int("SESSION_IDLE_WARNING_SECONDS", default=150)
SESSION_ABSOLUTE_SECONDS = env.int("SESSION_ABSOLUTE_SECONDS", default=12 * 3600)
# A row lives for the idle time and is moved on while it is used; the absolute limit counts from its beginning.
SESSION_COOKIE_AGE = SESSION_IDLE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "identite.errors.csrf_failure"

# --- Transport and content security ---
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if HTTPS and PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=bool(SECURE_HSTS_SECONDS))
# Browsers' built-in lists are joined for all of a domain, and for years: nothing for a service to decide by itself.
# And an account's address is unique by its digest, not by its encrypted column.
SILENCED_SYSTEM_CHECKS = ["security.W021", "auth.E003"]
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=HTTPS and PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # asked on the machine itself, behind the proxy that speaks TLS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies of ours stand before the server: the client's address is read that far from the right.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
SECURE_CSP = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "blob:", "data:"],
    "media-src": ["'self'", "blob:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}

# --- Codes ---
CODE_DIGITS = 6
EMAIL_CODE_LIFETIME_SECONDS = env.int("EMAIL_CODE_LIFETIME_SECONDS", default=600)
EMAIL_CODE_MAX_ATTEMPTS = env.int("EMAIL_CODE_MAX_ATTEMPTS", default=5)
SMS_CODE_LIFETIME_SECONDS = env.int("SMS_CODE_LIFETIME_SECONDS", default=600)
SMS_CODE_MAX_ATTEMPTS = env.int("SMS_CODE_MAX_ATTEMPTS", default=5)
ACTIVATION_CODE_LIFETIME_SECONDS = env.int("ACTIVATION_CODE_LIFETIME_SECONDS", default=30 * 86_400)
ACTIVATION_CODE_MAX_ATTEMPTS = env.int("ACTIVATION_CODE_MAX_ATTEMPTS", default=5)
APPOINTMENT_CODE_LIFETIME_SECONDS = env.int("APPOINTMENT_CODE_LIFETIME_SECONDS", default=16 * 86_400)
APPOINTMENT_CODE_MAX_ATTEMPTS = env.int("APPOINTMENT_CODE_MAX_ATTEMPTS", default=5)
ACTIVATION_MAX_WRONG_CODES = env.int("ACTIVATION_MAX_WRONG_CODES", default=20)
CODE_RESEND_DELAY_SECONDS = env.int("CODE_RESEND_DELAY_SECONDS", default=60)
PASSWORD_RESET_LIFETIME_SECONDS = env.int("PASSWORD_RESET_LIFETIME_SECONDS", default=1800)
PASSWORD_RESET_TIMEOUT = PASSWORD_RESET_LIFETIME_SECONDS

# --- Quotas: kind → (how many, in how many seconds). Counted on the server, per key (identite/quotas.py) ---
QUOTAS = {
    "email_code_send": (env.int("EMAIL_CODE_SENDS_PER_HOUR", default=5), 3600),
    "sms_code_send": (env.int("SMS_CODE_SENDS_PER_HOUR", default=5), 3600),
    "activation_code_send": (env.int("ACTIVATION_CODE_SENDS_PER_HOUR", default=5), 3600),
    "appointment_code_send": (env.int("APPOINTMENT_CODE_SENDS_PER_HOUR", default=5), 3600),
    "password_reset_send": (env.int("PASSWORD_RESET_SENDS_PER_HOUR", default=5), 3600),
    "password_try": (env.int("PASSWORD_MAX_ATTEMPTS", default=10), env.int("PASSWORD_LOCK_SECONDS", default=3600)),
    **{f"password_pause_{wrong}": (1, seconds) for wrong, seconds in PASSWORD_PAUSES_SECONDS.items()},
    "document_photo": (env.int("DOCUMENT_PHOTO_MAX_ATTEMPTS", default=5), 6 * 3600),
    "face_video_failure": (
        env.int("FACE_VIDEO_MAX_FAILURES", default=2),
        env.int("FACE_VIDEO_LOCK_SECONDS", default=4 * 3600),
    ),
    # Enough for everybody who records anew; too few to wait for digits and a gesture that were prepared.
    "challenge_draw": (env.int("CHALLENGE_DRAWS_PER_HOUR", default=20), 3600),
    "handoff": (env.int("HANDOFF_MAX_LINKS", default=5), 600),
    # Kept here because the sweep runs every few seconds, and an anchor is wanted now and then.
    "journal_anchor": (1, env.int("JOURNAL_ANCHOR_SECONDS", default=86_400)),
    "appointment_booking": (env.int("APPOINTMENT_BOOKINGS_PER_DAY", default=10), 86_400),
    "letter_resend": (env.int("LETTER_RESENDS_PER_HOUR", default=5), 3600),
    # Of appointments by an agent, those that find nothing: she reads them off a paper, and nobody guesses.
    "counter_search": (env.int("COUNTER_SEARCHES_PER_HOUR", default=30), 3600),
    # Families, libraries and town halls share one address: generous on purpose.
    "ip_registration": (env.int("IP_REGISTRATIONS_PER_HOUR", default=100), 3600),
    "ip_login": (env.int("IP_LOGINS_PER_HOUR", default=300), 3600),
    "ip_code": (env.int("IP_CODES_PER_HOUR", default=300), 3600),
    "ip_upload": (env.int("IP_UPLOADS_PER_HOUR", default=300), 3600),
}

# --- Enrollment ---
# Suggestions of communes and countries while typing, per client and process.
LOOKUPS_PER_MINUTE = env.int("LOOKUPS_PER_MINUTE", default=600)
ENROLLMENT_LIFETIME_DAYS = env.int("ENROLLMENT_LIFETIME_DAYS", default=30)
REGISTRATION_LIFETIME_DAYS = env.int("REGISTRATION_LIFETIME_DAYS", default=30)
SERVICE_TERMS_VERSION = "2026-11-22"
ACCOUNT_TERMS_VERSION = "2026-11-01"
AR24_TERMS_VERSION = "2026-11-01"
# Numbers that phonenumbers calls invalid and that testers may use (ARCEP keeps them for fiction).
FICTION_MOBILE_PREFIXES = env.list("FICTION_MOBILE_PREFIXES", default=["+3363998"] if SANDBOX else [])

# --- Registered letter ---
LETTER_LIFETIME_DAYS = env.int("LETTER_LIFETIME_DAYS", default=15)
LETTER_REMINDER_DAYS = env.int("LETTER_REMINDER_DAYS", default=3)
LETTER_PROOF_RETENTION_DAYS = env.int("LETTER_PROOF_RETENTION_DAYS", default=366)

# --- Face to face ---
APPOINTMENT_LIFETIME_DAYS = env.int("APPOINTMENT_LIFETIME_DAYS", default=15)
APPOINTMENT_RETENTION_DAYS = env.int("APPOINTMENT_RETENTION_DAYS", default=366)
# A meeting in which nothing was sent for so long may be taken over by another agent.
MEETING_IDLE_SECONDS = env.int("MEETING_IDLE_SECONDS", default=600)
SECOND_READING_PERCENT = env.int("SECOND_READING_PERCENT", default=5)

# --- Capture ---
CHALLENGE_LIFETIME_SECONDS = env.int("CHALLENGE_LIFETIME_SECONDS", default=15 * 60)
HANDOFF_LIFETIME_SECONDS = env.int("HANDOFF_LIFETIME_SECONDS", default=15 * 60)
# A check that has not answered by then is queued again, twice at most, then goes to an agent as `error`.
CHECK_LATE_SECONDS = env.int("CHECK_LATE_SECONDS", default=60)
CHECK_MAX_RUNS = 3
# Of one run; shorter than CHECK_LATE_SECONDS, so that a run that is still going is never taken for a dead one.
CHECK_TIME_LIMIT_SECONDS = env.int("CHECK_TIME_LIMIT_SECONDS", default=50)
# How many checks run side by side, all workers together: for what the waiting page says.
CHECK_PROCESSES = env.int("CHECK_PROCESSES", default=env.int("WORKER_CONCURRENCY", default=2))
CHECK_MEMORY_BYTES = env.int(
    "CHECK_MEMORY_BYTES", default=2_000_000_000
)  # address space beyond what the worker already has

# --- Review ---
REVIEW_TARGET_HOURS = env.int("REVIEW_TARGET_HOURS", default=24)
REVIEW_LIMIT_HOURS = env.int("REVIEW_LIMIT_HOURS", default=48)
EVIDENCE_RETENTION_DAYS = env.int("EVIDENCE_RETENTION_DAYS", default=7)
JOURNAL_RETENTION_YEARS = env.int("JOURNAL_RETENTION_YEARS", default=6)

# --- Notifications ---
EMAIL_BACKEND = env("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 20
# Options of a mail provider's own interface, where EMAIL_BACKEND is one of django-anymail's.
ANYMAIL = {"REQUESTS_TIMEOUT": EMAIL_TIMEOUT, **env.json("ANYMAIL", default={})}
# Dotted path of the port's adapter; the sandbox's inbox shows the message rows and sends nothing outside.
SMS_BACKEND = env("SMS_BACKEND", default="notifications.sms.HttpSms")
SMS_HTTP_URL = env("SMS_HTTP_URL", default="")
SMS_HTTP_TOKEN = env("SMS_HTTP_TOKEN", default="")
MESSAGE_MAX_SENDS = env.int("MESSAGE_MAX_SENDS", default=5)
MESSAGE_TEXT_RETENTION_DAYS = env.int("MESSAGE_TEXT_RETENTION_DAYS", default=30)
if SANDBOX:
    EMAIL_BACKEND = env("EMAIL_BACKEND", default="notifications.backends.InboxEmailBackend")
    SMS_BACKEND = env("SMS_BACKEND", default="notifications.sms.InboxSms")

# --- Sandbox ---
SPECIMENS_DIR = VAR_DIR / "specimens"  # what the worker drew for testers
# A simulated agent decides cases that no human decided within the target; an actor like another in the journal.
SIMULATED_REVIEWER = SANDBOX and env.bool("SIMULATED_REVIEWER", default=True)

# --- Checks: thresholds ---
# Their values, units and meanings: verification/checks/document/thresholds.py and video/thresholds.py. Any of them may be
# changed by its name, for example DOCUMENT_SHARPNESS_MIN; docs/thresholds.md, printed from there, has them all.
CHECKS_DOCUMENT, CHECKS_VIDEO = (
    {
        name.removeprefix(prefix).lower(): value
        for name, value in env.ENVIRON.items()
        if name.startswith(prefix) and name.endswith(("_MIN", "_MAX"))
    }
    for prefix in ("DOCUMENT_", "VIDEO_")
)

# --- Metrics: Prometheus, on a port of its own (manage.py serve_metrics) ---
METRICS = env.bool("METRICS", default=False)
METRICS_DIR = Path(env("METRICS_DIR", default=str(VAR_DIR / "metrics")))
if METRICS:
    if find_spec("django_prometheus") is None:
        raise ImproperlyConfigured(
            "METRICS=1 wants django-prometheus: install requirements/checks.txt or production.txt."
        )
    _counters = METRICS_DIR / socket.gethostname()
    _counters.mkdir(parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_counters)  # read by prometheus_client when it is imported
    INSTALLED_APPS.append("django_prometheus")
    MIDDLEWARE = [
        "django_prometheus.middleware.PrometheusBeforeMiddleware",
        *MIDDLEWARE,
        "django_prometheus.middleware.PrometheusAfterMiddleware",
    ]

# --- Logs: JSON lines in production, no personal data ---
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "identite.logs.JsonFormatter"},
        "plain": {
            "()": "identite.logs.PlainFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
    },
    "filters": {"refusals": {"()": "identite.logs.Refusals"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if PRODUCTION else "plain",
            "filters": ["refusals"],
        }
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "fpdf": {"level": "WARNING"},
        "PIL": {"level": "WARNING"},
        # These come with handlers of their own, which would write what ours masks.
        **{
            name: {"handlers": [], "propagate": True}
            for name in ("django", "django.server", "_granian", "granian.access")
        },
    },
}
