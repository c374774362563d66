"""Rows of groups' meetings for the small world: meetings that come again, where a marked text says."""

from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lib.ids import new_id
from sessions.actions.meeting_time import Where
from sessions.actions.series import Plan, plan_series
from sessions.recurrence import Kind, Recurrence
from tests.circles.ground import Ground

LONDON = ZoneInfo("Europe/London")


def fill(ground: Ground) -> dict[str, Any]:
    """Three meetings of the group, a week apart, the first one in some weeks."""
    from_on: date = ground.now.astimezone(LONDON).date() + timedelta(days=20)
    made = plan_series(
        once=new_id(),
        group_id=ground.group.pk,
        plan=Plan(
            recurrence=Recurrence(Kind.WEEKLY, 1, (from_on.weekday(),)),
            from_on=from_on,
            until_on=from_on + timedelta(days=14),
            starts=time(18),
            minutes=90,
            zone=LONDON,
            where=Where("walk", None, None, ground.plants("path"), 12),
        ),
        by=ground.coordinator,
        now=ground.now,
    )
    return {"series_id": made.series.pk, "planned_meeting_id": made.meetings[0].pk}
