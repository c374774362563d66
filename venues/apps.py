"""App configuration."""

from django.apps import AppConfig


class VenuesConfig(AppConfig):
    """Places and their rooms; later assessments, actions and concerns."""

    name = "venues"
