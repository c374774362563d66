"""`manage.py load_demo`: the demo organisations, in local and test mode only."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from peersafe.demo.load import load
from people.models import User


class Command(BaseCommand):
    """Loads a believable year through the real actions, in under a minute."""

    help = "Load the demo organisations. Does nothing when they are there."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or say why not."""
        if settings.PEERSAFE_MODE == "live":
            raise CommandError("The demo has known passwords; it is not loaded on a live server.")
        if User.objects.filter(email="coordinator@example.org").exists():
            self.stdout.write("The demo organisation is here already.")
            return
        load(now=timezone.now(), out=sys.stdout)
        self.stdout.write("The demo organisation is ready.")
