"""App configuration."""

from django.apps import AppConfig


class SafeguardingConfig(AppConfig):
    """Escalations, disclosures, on-call and reviews: the most private room."""

    name = "safeguarding"
