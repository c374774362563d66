"""Waking a worker. The rows in the database are what counts; this only spares them the wait for the clock."""

import logging
import os
import threading
import time

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

SEND_DUE = "reminders.send_due"
SOON = 25  # seconds; the clock wakes a worker every half minute anyway, so an older call is of no use
PAUSE = 0.5  # seconds between two calls of one process


class Bell:
    """Rings at once, and then not for a moment: whoever rings meanwhile is heard at the moment's end, all together.

    A worker that is called takes all that is due, so a call for each row would only keep it, and us, busy.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._quiet_until = 0.0
        self._will_ring = False

    def ring(self) -> None:
        """Call a worker, now or at the end of the pause."""
        with self._lock:
            wait = self._quiet_until - time.monotonic()
            if wait > 0:
                if not self._will_ring:
                    self._will_ring = True
                    self._later(wait)
                return
            self._quiet_until = time.monotonic() + PAUSE
        _call()

    def _later(self, wait: float) -> None:
        timer = threading.Timer(wait, self._at_last)
        timer.daemon = True  # nobody waits for it: the clock does it within half a minute
        timer.start()

    def _at_last(self) -> None:
        with self._lock:
            self._will_ring = False
            self._quiet_until = time.monotonic() + PAUSE
        _call()


_bell = Bell()


def _new_bell() -> None:
    """A process that is born of another has none of its threads, so nobody would ring for it."""
    global _bell
    _bell = Bell()


os.register_at_fork(after_in_child=_new_bell)


def wake() -> None:
    """Ask a worker to look soon. Where the broker does not answer, the clock does it within half a minute."""
    _bell.ring()


def _call() -> None:
    try:
        current_app.send_task(SEND_DUE, expires=SOON, ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("The broker does not answer (%s); what is due goes out with the next beat.", error)
