"""App of the wiring: system checks, commands and templates' tags that belong to no room."""

from django.apps import AppConfig


class PeerSafeConfig(AppConfig):
    """Loads the worker's app, so that tasks always find it."""

    name = "peersafe"

    def ready(self) -> None:
        """Bind shared tasks to our Celery app."""
        from peersafe import celery  # noqa: F401
