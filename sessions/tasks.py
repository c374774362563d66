"""What falls due by itself in this room: each organisation inside its wall, each piece in a transaction of its own."""

import logging
from datetime import datetime
from uuid import UUID

from celery import shared_task
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from audit.actions import Clock
from lib import wall
from people import door
from sessions.actions import offers, series

log = logging.getLogger(__name__)


@shared_task(name="sessions.make_meetings")
def make_meetings() -> None:
    """Once a day: meetings of all series, 26 weeks ahead. Twice, also at once, does no more than once."""
    now = timezone.now()
    try:
        for organisation_id in door.organisation_ids():
            make_meetings_of(organisation_id, now)
    except (InterfaceError, OperationalError):
        connection.close()  # or the next task of this worker would be given the same broken connection
        raise


@shared_task(name="sessions.pass_places_on")
def pass_places_on() -> None:
    """Each minute: offers that ended pass on, who left a group is out of its meetings, who comes is reminded.

    Twice, also at once, does no more than once: the second waits for each meeting's row, and finds nothing left.
    """
    now = timezone.now()
    try:
        offers.pass_on_due(now=now)
        offers.remind_due(now=now)
    except (InterfaceError, OperationalError):
        connection.close()
        raise


def make_meetings_of(organisation_id: UUID, now: datetime) -> None:
    """Those of one organisation. A series that goes wrong in a way nobody thought of does not hold up the others."""
    with wall.inside(organisation_id):
        due = series.due(now)
    for series_id in due:
        try:
            with wall.inside(organisation_id):
                series.make_ahead(series_id=series_id, by=Clock(organisation_id), now=now)
        except (InterfaceError, OperationalError):
            raise
        except Exception:
            log.exception("meetings of series %s could not be made; they will be tried again", series_id)
