"""App configuration."""

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    """What is due, messages, deliveries and channels."""

    name = "reminders"
