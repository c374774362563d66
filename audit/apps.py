"""App configuration."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The append-only trail; text ids, no foreign keys to what it audits."""

    name = "audit"
