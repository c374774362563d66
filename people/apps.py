"""App configuration."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Organisations, users and roles, peers, groups and private links."""

    name = "people"
