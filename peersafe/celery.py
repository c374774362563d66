"""The worker's app. Celery wakes and spreads work; it remembers nothing (ADR 0002)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peersafe.settings")

app = Celery("peersafe")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
