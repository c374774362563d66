"""The floor's server: PeerSafe's servers and settings, the middleware every new Django project has, and the floor."""

from typing import Any

from peersafe.settings import *  # noqa: F403
from peersafe.settings import DATABASES, INSTALLED_APPS, TEMPLATES

INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench.floor.apps.FloorConfig"]
ROOT_URLCONF = "tests.bench.urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
# No frame of ours around its pages, and no transaction around its reads.
_template_options: Any = TEMPLATES[0]["OPTIONS"]
_template_options["context_processors"].remove("peersafe.shell.shell")
DATABASES["default"]["ATOMIC_REQUESTS"] = False
