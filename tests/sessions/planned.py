"""A group with two facilitators and rooms, and what the tests of its meetings do with them again and again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.actions import Operator
from lib import wall
from lib.ids import new_id
from people.actions import groups
from people.models import Group, Membership, Organisation
from sessions.actions import changing_series, meetings, series
from sessions.actions.changing_series import Changed
from sessions.actions.meeting_time import Where
from sessions.actions.series import Made, Plan
from sessions.models import PeerSession
from sessions.recurrence import Kind, Recurrence
from tests import factories
from tests.sessions import booked
from venues.actions import rooms
from venues.models import Room

LONDON = ZoneInfo("Europe/London")
START = factories.START  # Monday, 5 January 2026, nine o'clock
TUESDAY = date(2026, 1, 13)


@dataclass
class Gathering:
    """Who and what a group's meetings need, in one organisation."""

    organisation: Organisation
    coordinator: Membership
    first: Membership
    second: Membership
    group: Group
    room: Room
    side_room: Room

    def url(self, name: str = "meetings", row_id: UUID | None = None) -> str:
        """The address of a page about the group's meetings, one of them, or a series."""
        start = f"/o/{self.organisation.slug}"
        of_group = {"meetings": "meetings/", "plan_meeting": "meetings/plan/", "plan_series": "series/plan/"}
        if name in of_group:
            return f"{start}/groups/{row_id or self.group.pk}/{of_group[name]}"
        tails = {
            "meeting": "meetings/{}/",
            "move_meeting": "meetings/{}/move/",
            "cancel_meeting": "meetings/{}/cancel/",
            "step_in": "meetings/{}/step-in/",
            "step_out": "meetings/{}/step-out/",
            "series": "series/{}/",
            "change_series": "series/{}/change/",
            "end_series": "series/{}/end/",
        }
        return f"{start}/{tails[name].format(row_id)}"


def gathering(organisation: Organisation) -> Gathering:
    """A group of which two supporters are facilitators, and a place with two rooms for twelve."""
    coordinator = factories.coordinator(organisation)
    first, second = factories.supporter(organisation), factories.supporter(organisation)
    group = factories.group(organisation)
    by = Operator(organisation.pk)
    room = booked.room(organisation, "Small room")
    with wall.inside(organisation.pk):
        for each in (first, second):
            groups.begin_facilitating(group_id=group.pk, membership=each, by=by, now=START)
        large, side = (
            rooms.add_room(once=new_id(), venue_id=room.venue_id, name=name, places=12, by=by, now=START)
            for name in ("Large room", "Side room")
        )
    return Gathering(organisation, coordinator, first, second, group, large, side)


def where(found: Gathering | None = None, **changes: Any) -> Where:
    """A walk for twelve; with a gathering, its room."""
    values: dict[str, Any] = {
        "setting": "room" if found else "walk",
        "room_id": found.room.pk if found else None,
        "side_room_id": None,
        "meeting_point": "" if found else "At the gate",
        "places": 12,
    }
    return Where(**(values | changes))


def meeting(
    found: Gathering,
    starts_at: datetime,
    *,
    now: datetime = START,
    place: Where | None = None,
    **changes: Any,
) -> PeerSession:
    """One meeting: a walk, unless told otherwise."""
    wish: dict[str, Any] = {"once": new_id(), "group_id": found.group.pk, "minutes": 90}
    with wall.inside(found.organisation.pk):
        return meetings.plan_meeting(
            starts_at=starts_at,
            where=place or where(),
            by=factories.member(found.coordinator),
            now=now,
            **(wish | changes),
        )


def plan(place: Where | None = None, **changes: Any) -> Plan:
    """Every Tuesday at six, for four weeks from 13 January."""
    values: dict[str, Any] = {
        "recurrence": weekly(1),
        "from_on": TUESDAY,
        "until_on": TUESDAY + timedelta(days=21),
        "starts": time(18),
        "minutes": 90,
        "zone": LONDON,
        "where": place or where(),
    }
    return Plan(**(values | changes))


def soon(first: int = 7, length: int = 14, place: Where | None = None, **changes: Any) -> Plan:
    """Every week on one day, some days ahead by the clock on the wall."""
    day = booked.day_ahead(first)
    values = {"from_on": day, "until_on": day + timedelta(days=length), "recurrence": weekly(day.weekday())}
    return plan(place, **(values | changes))


def weekly(*weekdays: int, every: int = 1) -> Recurrence:
    """Every so many weeks on these days; Monday is 0."""
    return Recurrence(Kind.WEEKLY, every, weekdays)


def again(
    found: Gathering, wish: Plan | None = None, *, now: datetime = START, once: UUID | None = None
) -> Made:
    """A series, with the meetings of its first half a year."""
    with wall.inside(found.organisation.pk):
        return series.plan_series(
            once=once or new_id(),
            group_id=found.group.pk,
            plan=wish or plan(),
            by=factories.member(found.coordinator),
            now=now,
        )


def changed(found: Gathering, made: Made, wish: Plan, *, now: datetime = START, **rest: Any) -> Changed:
    """The same series by another plan."""
    values: dict[str, Any] = {"once": new_id(), "revision": made.series.revision}
    with wall.inside(found.organisation.pk):
        return changing_series.change_series(
            series_id=made.series.pk,
            plan=wish,
            by=factories.member(found.coordinator),
            now=now,
            **(values | rest),
        )


def at(day: date, clock: time = time(18)) -> datetime:
    """A moment in London."""
    return booked.at(day, clock)


def ahead(days: int = 7, clock: time = time(18)) -> datetime:
    """A moment some days ahead by the clock on the wall."""
    return at(booked.day_ahead(days), clock)


def day_typed(**changes: Any) -> dict[str, str]:
    """What the form of one meeting sends: a walk a week ahead at six."""
    form: dict[str, Any] = {
        "once": new_id(),
        "day": booked.day_ahead().isoformat(),
        "start": "18:00",
        "minutes": 90,
        "setting": "walk",
        "room": "",
        "side_room": "",
        "meeting_point": "At the gate",
        "places": 12,
    }
    return {key: str(value) for key, value in (form | changes).items()}


def series_typed(**changes: Any) -> dict[str, Any]:
    """What the form of a series sends: every week for four weeks from a week ahead, on that day of the week."""
    day = booked.day_ahead()
    form: dict[str, Any] = {
        "once": new_id(),
        "from_on": day.isoformat(),
        "until_on": (day + timedelta(days=21)).isoformat(),
        "again": "weekly",
        "every": 1,
        "weekdays": [day.weekday()],
        "nth": 1,
        "weekday": 0,
        "month_day": 1,
        "start": "18:00",
        "minutes": 90,
        "zone": "Europe/London",
        "setting": "walk",
        "room": "",
        "side_room": "",
        "meeting_point": "At the gate",
        "places": 12,
    }
    return form | changes


@contextmanager
def statements(most: int) -> Iterator[None]:
    """At most so many questions to the database, savepoints not counted."""
    with CaptureQueriesContext(connection) as asked:
        yield
    real = [one["sql"] for one in asked if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(real) <= most, "\n".join(real)
