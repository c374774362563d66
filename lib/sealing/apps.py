"""App configuration."""

from django.apps import AppConfig


class SealingConfig(AppConfig):
    """Holds the table of wrapped data keys."""

    name = "lib.sealing"
    label = "sealing"
