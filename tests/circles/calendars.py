"""Rows of calendars for the small world."""

from typing import Any

from people.models.links import LinkPurpose
from sessions.actions import calendars
from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """The supporter's calendar is followed from elsewhere."""
    calendars.make_feed(replaces=None, by=ground.supporter, now=ground.now)
    return {"calendar_token": ground.token(ground.supporter.id, LinkPurpose.CALENDAR)}
