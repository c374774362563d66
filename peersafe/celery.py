"""The worker's app. Celery wakes and spreads work; it remembers nothing (ADR 0002)."""

import logging.config
import os
from typing import Any

from celery import Celery, signals
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peersafe.settings")

app = Celery("peersafe")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Celery would put handlers of its own in place of ours, and theirs write what errors quote (lib.quiet)."""
    logging.config.dictConfig(settings.LOGGING)
