"""App configuration."""

from typing import Any

from allauth.account.signals import email_changed
from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Organisations, users and roles, peers, groups and private links."""

    name = "people"

    def ready(self) -> None:
        """Listen to the one thing allauth tells by signal only: that somebody signs in with another address now."""
        email_changed.connect(_follow, dispatch_uid="people.change_email")


def _follow(*, user: Any, **rest: object) -> None:
    from django.utils import timezone

    from people.actions.users import change_email

    change_email(user=user, now=timezone.now())
