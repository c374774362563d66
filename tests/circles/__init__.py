"""What each part of sessions adds to the small world (tests/world.py), through the real actions."""

from typing import Any

from tests.circles import (
    agreeing,
    around,
    availability,
    calendars,
    endings,
    goals,
    histories,
    item_lists,
    limits,
    meetings,
    own_agreements,
    places,
    revisiting,
    sheets,
)
from tests.circles.ground import Ground

FILLERS = (
    *(availability, meetings, places, around, goals, endings, calendars),
    *(item_lists, limits, sheets, agreeing, revisiting, own_agreements, histories),
)


def fill(ground: Ground) -> dict[str, Any]:
    """Let every part add its rows; the keyword arguments of addresses that they bring, and tokens of links."""
    ids: dict[str, Any] = {}
    for part in FILLERS:
        ids |= part.fill(ground)
    return ids
