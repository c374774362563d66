"""The worker's one task here. Ids, states and times are in the database; a lost call costs half a minute at most."""

import time

from celery import shared_task
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from reminders.actions import hand_over_due, send_batch
from reminders.wake import SEND_DUE, wake

LONGEST = 50  # seconds in one go; the rest is left to another call


@shared_task(name=SEND_DUE)
def send_due() -> None:
    """Hand over and send until nothing is due."""
    until = time.monotonic() + LONGEST
    try:
        while time.monotonic() < until:
            handed_over = hand_over_due(now=timezone.now())
            claimed = send_batch(tell_time=timezone.now)
            if not handed_over and not claimed:
                return
    except (InterfaceError, OperationalError):
        connection.close()  # or the next task of this worker would be given the same broken connection
        raise
    wake()
