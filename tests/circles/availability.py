"""Rows of availability for the small world."""

from datetime import timedelta
from typing import Any

from lib.ids import new_id
from people.access import Member
from sessions.actions import availability
from sessions.actions.availability import Owner
from sessions.free_time import DAY_END, Stretch
from tests.circles.ground import Ground

FAR_AHEAD = timedelta(days=200)  # where nothing else is booked


def fill(ground: Ground) -> dict[str, Any]:
    """The supporter and the room can be booked day and night, save for an hour far ahead."""
    _hours(ground, Owner(membership_id=ground.supporter.id), ground.supporter)
    _hours(ground, Owner(room_id=ground.room.pk), ground.coordinator)
    return {}


def _hours(ground: Ground, owner: Owner, by: Member) -> None:
    availability.set_hours(
        owner=owner,
        revision=0,
        weekly=[Stretch(weekday, 0, DAY_END) for weekday in range(7)],
        notice_minutes=0,
        rest_minutes=0,
        most_a_week=None,
        by=by,
        now=ground.now,
    )
    starts_at = ground.now + FAR_AHEAD
    ends_at = starts_at + timedelta(hours=1)
    availability.add_exception(
        once=new_id(),
        owner=owner,
        kind="away",
        starts_at=starts_at,
        ends_at=ends_at,
        by=by,
        now=ground.now,
    )
