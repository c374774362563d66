"""The floor as an app of its own."""

from django.apps import AppConfig


class FloorConfig(AppConfig):
    """Never installed outside the bench."""

    name = "tests.bench.floor"
    label = "floor"
    default_auto_field = "django.db.models.BigAutoField"
