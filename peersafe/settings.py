"""Settings, read from the environment alone; a missing required variable stops start-up by its name."""

from pathlib import Path
from typing import Any

import bootstrap_wrapper
import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict
from whitenoise.compress import Compressor

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# What this process is: `local` (one machine, demo accounts, a mailbox page), `test`, or `live`.
PEERSAFE_MODE: str = env("PEERSAFE_MODE")
if PEERSAFE_MODE not in {"local", "test", "live"}:
    raise ImproperlyConfigured("PEERSAFE_MODE must be local, test or live")
LOCAL = PEERSAFE_MODE == "local"

SECRET_KEY: str = env("SECRET_KEY")
# `id:base64 of 32 bytes`, comma separated, the first is the one new keys are wrapped with (docs/guides/keys.md).
PEERSAFE_KEYS: str = env("PEERSAFE_KEYS")
PEERSAFE_URL: str = env("PEERSAFE_URL").rstrip("/")
PEERSAFE_MAILBOX: str = env("PEERSAFE_MAILBOX", default="")
PEERSAFE_INSTANCE: str = env("PEERSAFE_INSTANCE", default="")
# What a page's title and a mail's sender say until an organisation chooses its own neutral words.
PEERSAFE_NEUTRAL_TITLE: str = env("PEERSAFE_NEUTRAL_TITLE", default="Planner")
PEERSAFE_LEAVE_URL: str = env("PEERSAFE_LEAVE_URL", default="https://www.bbc.co.uk/weather")
# Shown where no organisation is known yet. 112 reaches emergency services across the EU and from most mobiles.
PEERSAFE_HELP_NUMBERS: list[dict[str, str]] = env.json(
    "PEERSAFE_HELP_NUMBERS",
    default=[{"name": "Emergency services", "number": "112", "note": "Free, day and night, from any phone"}],
)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [PEERSAFE_URL] if PEERSAFE_URL.startswith("https://") else []
DEBUG = False
CSRF_FAILURE_VIEW = "peersafe.errors.csrf_failure"

INSTALLED_APPS = [
    "peersafe.apps.PeerSafeConfig",
    "safeguarding.apps.SafeguardingConfig",
    "sessions.apps.SessionsConfig",
    "groundrules.apps.GroundRulesConfig",
    "venues.apps.VenuesConfig",
    "people.apps.PeopleConfig",
    "reminders.apps.RemindersConfig",
    "audit.apps.AuditConfig",
    "lib.sealing.apps.SealingConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads each answer, so that its length tells nothing (BREACH)
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lib.quiet.QuietMiddleware",
    "people.access.SecondFactorMiddleware",
    "peersafe.errors.TakenIdMiddleware",
]

ROOT_URLCONF = "peersafe.urls"
WSGI_APPLICATION = "peersafe.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "peersafe.shell.shell",
            ],
            "builtins": ["people.templatetags.can"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]


def database(url: str, *, pooled: bool) -> dict[str, Any]:
    """Django's settings for a libpq address, which says more than Django's own parser reads (sockets, TLS)."""
    parts = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    options: dict[str, Any] = {
        key: value
        for key, value in parts.items()
        if key not in {"dbname", "user", "password", "host", "port"}
    }
    if pooled:
        options["pool"] = {"min_size": 1, "max_size": 4, "timeout": 3}
        # A page's few queries are the same each time: planned once for each connection, a page costs a third less.
        options["server_side_binding"] = True
        options["prepare_threshold"] = 2
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts["dbname"],
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "OPTIONS": options,
        "ATOMIC_REQUESTS": pooled,
        # Each connection is tried before a request gets it: those of a server that was restarted are dead.
        "CONN_HEALTH_CHECKS": pooled,
    }


# The app's role does not own the tables and cannot pass the wall; the owner's is for `migrate --database owner`.
DATABASES = {"default": database(env("DATABASE_URL"), pooled=True)}
if env("DATABASE_OWNER_URL", default=""):
    DATABASES["owner"] = database(env("DATABASE_OWNER_URL"), pooled=False)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits need a cache that all workers share; Postgres is the one server that must live anyway (ADR 0003).
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "peersafe_cache"},
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_TLS = PEERSAFE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_TLS
SECURE_SSL_REDIRECT = SECURE_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_TLS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_TLS
SECURE_HSTS_PRELOAD = SECURE_TLS
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" makes browsers send Origin: null, and every form fails
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap draws its ticks and arrows as data: images
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_REDIRECT_URL = "home_choice"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_CHANGE_EMAIL = True  # one address at a time: reminders follow the one that is signed in with
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
# Limits count by source first: by account alone, somebody could lock her out of her own. Behind a proxy the source
# is what the proxy says, so its number must be told (docker-compose.yml).
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,60/h/ip,200/d/key"}
ALLAUTH_TRUSTED_PROXY_COUNT: int = env.int("PEERSAFE_PROXIES", default=0)
MFA_ADAPTER = "people.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "add_webauthn": "people.forms.second_factors.AddPasskeyForm",
    "authenticate_webauthn": "people.forms.second_factors.PasskeyStepForm",
    "login_webauthn": "people.forms.second_factors.PasskeySignInForm",
    "reauthenticate_webauthn": "people.forms.second_factors.PasskeyAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
# How many proofs a person offers without a second factor is decided in people.access, not here.
PEERSAFE_SECOND_FACTOR_DEMANDED = not LOCAL

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "peersafe" / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["peersafe.formats"]
USE_TZ = True
TIME_ZONE = "UTC"
SILENCED_SYSTEM_CHECKS: list[str] = []

STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(BASE_DIR / ".local" / "static")))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", str(Path(bootstrap_wrapper.__file__).parent.parent / "bootstrap")),
]
STATICFILES_FINDERS = [
    "peersafe.static_files.LeanFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# A picture that somebody sends is sealed before it touches a disk: held in memory, never in a temporary file. What is
# larger is not taken at all (lib.pictures says how large one may be).
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 11 * 1024 * 1024
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Source maps are read by developers only: compressing Bootstrap's takes longer than all the rest together.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL: str = env("PEERSAFE_MAIL_FROM", default="Planner <planner@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# The broker only wakes workers up; what is due lives in Postgres (ADR 0002).
CELERY_BROKER_URL: str = env("REDIS_URL")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 2, "max_retries": 1}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TIMEZONE = "UTC"
CELERY_DB_REUSE_MAX = 1000
CELERY_BEAT_SCHEDULE = {
    "send what is due": {"task": "reminders.send_due", "schedule": 30.0, "options": {"expires": 25}},
    "make meetings ahead": {"task": "sessions.make_meetings", "schedule": crontab(hour=3, minute=20)},
    "pass places on": {"task": "sessions.pass_places_on", "schedule": 60.0, "options": {"expires": 55}},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"scrub": {"()": "lib.quiet.ScrubFilter"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["scrub"], "formatter": "line"},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}
