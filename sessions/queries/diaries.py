"""All supporters of an organisation at once: what each asks for before a booking, and what is booked of their time.

Plain SQL that names the organisation in every table: behind row security, PostgreSQL then asks once, and not for each
row, whether it is the right one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from people.models import Role
from sessions.free_time import Hours, Span, Stretch, week_begins, week_of
from sessions.models import Differs
from sessions.models.bookings import LONGEST_HOLD

# A stretch of weekly hours comes as one number, because taking 2,000 rows of three apart takes longer than all else.
DIARIES = """
    SELECT membership.id, preferred_name, zone, most_peers, coalesce(carried, 0),
        asks.id IS NOT NULL, notice_minutes, rest_minutes, most_a_week, stretches
    FROM people_membership AS membership
    JOIN people_user ON people_user.id = user_id
    LEFT JOIN (
        SELECT supporter_id, count(*) AS carried FROM people_assignment
        WHERE organisation_id = %(organisation)s AND ends_at IS NULL GROUP BY supporter_id
    ) AS assignments ON supporter_id = membership.id
    LEFT JOIN peer_sessions_availability AS asks
        ON asks.membership_id = membership.id AND asks.organisation_id = %(organisation)s
    LEFT JOIN (
        SELECT availability_id, array_agg(weekday::int * 4194304 + from_minute::int * 2048 + to_minute) AS stretches
        FROM peer_sessions_weeklyhours WHERE organisation_id = %(organisation)s GROUP BY availability_id
    ) AS weekly ON weekly.availability_id = asks.id
    WHERE membership.organisation_id = %(organisation)s AND role = %(supporter)s AND starts_at <= %(now)s
        AND coalesce(ends_at > %(now)s, true) AND coalesce(paused_until <= %(now)s, true)
"""
EXCEPTIONS = """
    SELECT membership_id, kind, lower(during), upper(during) FROM peer_sessions_hoursexception
    WHERE organisation_id = %(organisation)s AND membership_id IS NOT NULL AND removed_at IS NULL
        AND during && tstzrange(%(first)s, %(last)s)
"""
# What is booked around some days, in seconds; and, of those who take only so many a week, the weeks that are full.
BOOKED = """
    SELECT membership.id, array_agg(extract(epoch FROM hold.starts_at)::bigint),
        array_agg(extract(epoch FROM upper(during))::bigint)
    FROM people_membership AS membership
    JOIN peer_sessions_hold AS hold ON holder_id = membership.id AND released_at IS NULL
        AND hold.organisation_id = %(organisation)s
        AND hold.starts_at >= %(first)s AND hold.starts_at < %(last)s
    WHERE membership.organisation_id = %(organisation)s AND role = %(supporter)s
    GROUP BY membership.id
    UNION ALL
    SELECT membership.id, ARRAY[week.number], NULL
    FROM peer_sessions_availability AS asks
    JOIN people_membership AS membership
        ON membership.id = asks.membership_id AND membership.organisation_id = %(organisation)s
    JOIN people_user ON people_user.id = user_id
    JOIN unnest(%(zones)s::text[], %(weeks)s::bigint[], %(begins)s::timestamptz[], %(ends)s::timestamptz[])
        AS week (zone, number, begins, ends) ON week.zone = people_user.zone
    WHERE asks.organisation_id = %(organisation)s AND most_a_week IS NOT NULL AND most_a_week <= (
        SELECT count(*) FROM peer_sessions_hold AS hold
        WHERE holder_id = membership.id AND released_at IS NULL AND hold.organisation_id = %(organisation)s
            AND hold.starts_at >= week.begins AND hold.starts_at < week.ends
    )
"""


@dataclass(frozen=True)
class Diary:
    """A supporter, what they ask for before a booking, and how many people they support, of how many they can."""

    id: UUID
    name: str
    hours: Hours
    carried: int
    most: int


@dataclass(frozen=True)
class Booked:
    """When what is booked of each supporter's time begins and ends, and the weeks in which they take no more."""

    seconds: dict[UUID, tuple[Sequence[int], Sequence[int]]]
    full: set[tuple[UUID, int]]

    def taken(self, pk: UUID) -> list[Span]:
        """What is booked of somebody's time."""
        return [
            (_moment(start), _moment(end)) for start, end in zip(*self.seconds.get(pk, ((), ())), strict=True)
        ]


def diaries(organisation_id: UUID, first: datetime, last: datetime, now: datetime) -> dict[UUID, Diary]:
    """Those who could be booked now, with the days between two moments on which they differ; two queries."""
    values: dict[str, Any] = {"organisation": organisation_id, "supporter": Role.SUPPORTER.value}
    values |= {"now": now, "first": first, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(DIARIES, values)
        rows = cursor.fetchall()
        cursor.execute(EXCEPTIONS, values)
        found = {row[0]: _diary(row) for row in rows}
        for pk, differ in _by_owner(cursor.fetchall()).items():
            if pk in found:
                hours = replace(found[pk].hours, closed=differ[False], extra=differ[True])
                found[pk] = replace(found[pk], hours=hours)
    return found


def _by_owner(rows: Iterable[tuple[UUID, str, datetime, datetime]]) -> dict[UUID, dict[bool, list[Span]]]:
    """Days that differ, of each owner, by whether they are extra."""
    found: dict[UUID, dict[bool, list[Span]]] = {}
    for pk, kind, start, end in rows:
        found.setdefault(pk, {True: [], False: []})[kind == Differs.EXTRA].append((start, end))
    return found


def _diary(row: Sequence[Any]) -> Diary:
    pk, name, zone, most, carried, asks, notice, rest, most_a_week, stretches = row
    weekly = tuple(stretches or ()) if asks else None
    return Diary(pk, name, _hours(zone, weekly, notice or 0, rest or 0, most_a_week), carried, most)


@lru_cache(maxsize=5_000)
def _hours(
    zone: str, weekly: tuple[int, ...] | None, notice: int, rest: int, most_a_week: int | None
) -> Hours:
    """What somebody asks for, out of the numbers it comes as. Hours seldom change, and the same are asked for often."""
    return Hours(
        zone=ZoneInfo(zone),
        weekly=None
        if weekly is None
        else [Stretch(one >> 22, one >> 11 & 2047, one & 2047) for one in weekly],
        notice=timedelta(minutes=notice),
        rest=timedelta(minutes=rest),
        most_a_week=most_a_week,
    )


def booked(organisation_id: UUID, people: Iterable[Diary], first: datetime, last: datetime) -> Booked:
    """What is booked between two moments, and whose weeks around them are full; one query."""
    zones = {one.hours.zone for one in people if one.hours.most_a_week is not None}
    weeks = [(zone, week) for zone in zones for week in range(week_of(first, zone), week_of(last, zone) + 1)]
    values: dict[str, Any] = {
        "organisation": organisation_id,
        "supporter": Role.SUPPORTER.value,
        "first": first - LONGEST_HOLD,
        "last": last,
        "zones": [zone.key for zone, _week in weeks],
        "weeks": [week for _zone, week in weeks],
        "begins": [week_begins(week, zone) for zone, week in weeks],
        "ends": [week_begins(week + 1, zone) for zone, week in weeks],
    }
    found = Booked({}, set())
    with connection.cursor() as cursor:
        cursor.execute(BOOKED, values)
        for pk, starts, ends in cursor.fetchall():
            if ends is None:
                found.full.add((pk, starts[0]))
            else:
                found.seconds[pk] = starts, ends
    return found


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
