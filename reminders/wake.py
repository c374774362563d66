"""Waking a worker. The rows in the database are what counts; this only spares them the wait for the clock."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

SEND_DUE = "reminders.send_due"
SOON = 25  # seconds; the clock wakes a worker every half minute anyway, so an older call is of no use


def wake() -> None:
    """Ask a worker to look at once. Where the broker does not answer, the clock does it within half a minute."""
    try:
        current_app.send_task(SEND_DUE, expires=SOON, ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("The broker does not answer (%s); what is due goes out with the next beat.", error)
