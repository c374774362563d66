"""Which supporters are free when, in the next two weeks: what a coordinator looks for before two are introduced."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people.access import Member
from people.addresses import Addresses
from people.models import Role
from people.queries.team import room
from sessions.actions.rules import LONGEST, SHORTEST
from sessions.free_time import Hours, Span, Stretch, week_number, week_of
from sessions.local_time import beginning
from sessions.models import Differs
from sessions.models.bookings import LONGEST_HOLD

DAYS = 14  # that are looked through
SIZE = 25  # rows of a page
ENOUGH = 4 * SIZE  # stretches in which people work: of so many, enough are still free
LENGTH = 50  # minutes, where nothing else was asked
MINUTES = re.compile(r"[0-9]{1,4}")
QUARTER = timedelta(minutes=15)  # what is free from now on begins at a quarter of an hour
PARTS = {"morning": (time(0), time(12)), "afternoon": (time(12), time(17)), "evening": (time(17), None)}

# Plain SQL: one row for each supporter, with all that they ask for.
SUPPORTERS = """
    SELECT membership.id, preferred_name, zone, most_peers,
        (SELECT count(*) FROM people_assignment WHERE supporter_id = membership.id AND ends_at IS NULL),
        asks.id IS NOT NULL, notice_minutes, rest_minutes, most_a_week, weekly.stretches
    FROM people_membership AS membership
    JOIN people_user ON people_user.id = user_id
    LEFT JOIN peer_sessions_availability AS asks ON asks.membership_id = membership.id
    LEFT JOIN (
        SELECT availability_id, array_agg(ARRAY[weekday, from_minute, to_minute]) AS stretches
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
# What is booked around some days, in seconds, because a large organisation has many hundreds of them.
HOLDS = """
    SELECT holder_id, extract(epoch FROM starts_at)::bigint, extract(epoch FROM upper(during))::bigint
    FROM unnest(%(supporters)s::uuid[]) AS supporter (id)
    JOIN peer_sessions_hold ON holder_id = supporter.id AND released_at IS NULL
        AND starts_at >= %(first)s AND starts_at < %(last)s
"""
# And which weeks around them are full, of those who take only so many: their Mondays, as if in UTC.
FULL = """
    UNION ALL
    SELECT holder_id, extract(epoch FROM date_trunc('week', starts_at AT TIME ZONE zone))::bigint, NULL
    FROM unnest(%(limited)s::uuid[], %(zones)s::text[], %(most)s::int[]) AS supporter (id, zone, most)
    JOIN peer_sessions_hold ON holder_id = supporter.id AND released_at IS NULL
        AND starts_at >= %(week_first)s AND starts_at < %(week_last)s
    GROUP BY holder_id, date_trunc('week', starts_at AT TIME ZONE zone), most HAVING count(*) >= most
"""


@dataclass(frozen=True)
class Asked:
    """What is looked for: how long, on which day or on any, in which part of it, and whether there must be room."""

    minutes: int = LENGTH
    on: date | None = None
    part: str = ""
    with_room: bool = False

    def query(self) -> str:
        """The same as a part of an address."""
        values = {
            "minutes": self.minutes,
            "on": self.on,
            "part": self.part,
            "with_room": self.with_room and "on",
        }
        return urlencode({name: value for name, value in values.items() if value})


def read(given: Mapping[str, str]) -> Asked:
    """What an address asks for; what makes no sense is not asked."""
    minutes, part = given.get("minutes", ""), given.get("part", "")
    try:
        on = date.fromisoformat(given.get("on", ""))
    except ValueError:
        on = None
    return Asked(
        minutes=min(max(int(minutes), SHORTEST), LONGEST) if MINUTES.fullmatch(minutes) else LENGTH,
        on=on if on and 2000 < on.year < 2200 else None,
        part=part if part in PARTS else "",
        with_room=bool(given.get("with_room")),
    )


class Choice(NamedTuple):
    """One thing to choose from a list."""

    value: str
    label: str
    chosen: bool


def days_to_choose(asked: Asked, zone: ZoneInfo, now: datetime) -> list[Choice]:
    """The next two weeks, day by day."""
    days = ((day.isoformat(), date_format(day, "D j M"), day == asked.on) for day in _days(zone, now))
    return [Choice("", _("Any day"), asked.on is None), *(Choice(*day) for day in days)]


def parts_to_choose(asked: Asked) -> list[Choice]:
    """The parts of a day."""
    words = {"": _("Any"), "morning": _("Morning"), "afternoon": _("Afternoon"), "evening": _("Evening")}
    return [Choice(part, label, part == asked.part) for part, label in words.items()]


def _days(zone: ZoneInfo, now: datetime) -> list[date]:
    today = now.astimezone(zone).date()
    return [today + timedelta(days=number) for number in range(DAYS)]


class Mark(NamedTuple):
    """Where a page ends: the row's beginning and its supporter."""

    starts_at: datetime
    supporter_id: UUID

    def write(self) -> str:
        """As it stands in an address."""
        return f"{self.starts_at.astimezone(UTC).isoformat()},{self.supporter_id}"


def read_mark(text: str) -> Mark | None:
    """The mark an address carries; None for anything else."""
    moment, _comma, pk = text.partition(",")
    try:
        found = Mark(datetime.fromisoformat(moment), UUID(pk))
    except ValueError:
        return None
    return found if found.starts_at.tzinfo and 2000 < found.starts_at.year < 2200 else None


@dataclass(frozen=True)
class Row:
    """A stretch in which a supporter is free, as the coordinator reads it."""

    when: str
    theirs: str
    name: str
    room: str
    url: str


@dataclass(frozen=True)
class Day:
    """A day with those who are free on it."""

    label: str
    rows: list[Row]


@dataclass(frozen=True)
class Found:
    """A page of what was found, and the mark of the next one."""

    days: list[Day]
    next: str


@dataclass(frozen=True)
class _Supporter:
    """A supporter, what they ask for, and how many they carry."""

    id: UUID
    name: str
    hours: Hours
    carried: int
    most: int


class _Window(NamedTuple):
    """A day on the coordinator's clock, or a part of it: between which moments a session is to begin."""

    on: date
    first: datetime
    last: datetime


class _Free(NamedTuple):
    """A stretch in which somebody is free; in the order in which they are shown."""

    starts_at: datetime
    name: str
    id: UUID
    ends_at: datetime


def find(member: Member, asked: Asked, *, after: str, now: datetime) -> Found:
    """A page of stretches that are long enough, by when they begin and then by name. Four queries at most."""
    zone, mark = member.zone, read_mark(after)
    days = [asked.on] if asked.on else _days(zone, now)
    if mark is not None:
        days = [day for day in days if day >= mark.starts_at.astimezone(zone).date()]
    if not days:
        return Found([], "")
    windows = [_window(day, asked.part, zone) for day in days]
    supporters = _supporters(member.organisation_id, asked, windows, now)
    found: list[_Free] = []
    for some in _in_two(windows, supporters):
        found += _after(mark, _free(supporters, some, asked, now), supporters)
        if len(found) > SIZE:
            break
    return _page(member, found, supporters, zone)


def _after(mark: Mark | None, free: list[_Free], supporters: dict[UUID, _Supporter]) -> list[_Free]:
    """Those behind the mark."""
    if mark is None:
        return free
    last = supporters.get(mark.supporter_id)
    key = (mark.starts_at, last.name if last else "", mark.supporter_id)
    return [one for one in free if one[:3] > key]


def _page(member: Member, found: list[_Free], supporters: dict[UUID, _Supporter], zone: ZoneInfo) -> Found:
    shown = found[:SIZE]
    url = Addresses("people:member", member.organisation.slug)
    days = [
        Day(label=date_format(day, "l j F"), rows=[_row(one, supporters[one.id], zone, url) for one in rows])
        for day, rows in groupby(shown, key=lambda one: one.starts_at.astimezone(zone).date())
    ]
    more = len(found) > SIZE
    return Found(days, Mark(shown[-1].starts_at, shown[-1].id).write() if more else "")


def _row(free: _Free, supporter: _Supporter, zone: ZoneInfo, url: Addresses) -> Row:
    ours, theirs = (_clocks(free, each) for each in (zone, supporter.hours.zone))
    return Row(
        when=ours,
        theirs=_("%(times)s for them") % {"times": theirs} if theirs != ours else "",
        name=supporter.name,
        room=room(supporter.carried, supporter.most),
        url=url(supporter.id),
    )


def _clocks(free: _Free, zone: ZoneInfo) -> str:
    first, last = free.starts_at.astimezone(zone), free.ends_at.astimezone(zone)
    return f"{first:%H:%M} – {last:%H:%M}"


# What is free -----------------------------------------------------------------------------------------------


def _in_two(windows: Sequence[_Window], supporters: dict[UUID, _Supporter]) -> Iterator[Sequence[_Window]]:
    """The first days in which enough people work to fill a page, most likely; then the others."""
    open_time, first = 0, 0
    while first < len(windows) and open_time < ENOUGH:
        open_time += sum(one.hours.stretches_on(windows[first].on) for one in supporters.values())
        first += 1
    return (some for some in (windows[:first], windows[first:]) if some)


def _free(
    supporters: dict[UUID, _Supporter], windows: Sequence[_Window], asked: Asked, now: datetime
) -> list[_Free]:
    """What is free in some days, in the order in which it is shown; one query."""
    booked, full = _booked(supporters, windows)
    length = timedelta(minutes=asked.minutes)
    found: list[_Free] = []
    for one in supporters.values():
        taken, earliest = booked.get(one.id, ()), _next_quarter(now + one.hours.notice)
        for _on, first, last in windows:
            for start, end in one.hours.free(max(first, earliest), last + length, taken):
                if start < last and end - start >= length:
                    found.append(_Free(start, one.name, one.id, end))
    return sorted(each for each in found if not full or _week(each, supporters) not in full)


def _week(free: _Free, supporters: dict[UUID, _Supporter]) -> tuple[UUID, int]:
    return free.id, week_of(free.starts_at, supporters[free.id].hours.zone)


def _window(day: date, part: str, zone: ZoneInfo) -> _Window:
    """The part of a day in which a session is to begin."""
    starts, ends = PARTS.get(part, (time(0), None))
    first = datetime.combine(day, starts, tzinfo=zone).astimezone(UTC)
    last = datetime.combine(day, ends, tzinfo=zone) if ends else beginning(day + timedelta(days=1), zone)
    return _Window(day, first, last.astimezone(UTC))


def _next_quarter(moment: datetime) -> datetime:
    past = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment - past + (QUARTER if past else timedelta(0))


# Reading ----------------------------------------------------------------------------------------------------


def _supporters(
    organisation_id: UUID, asked: Asked, windows: Sequence[_Window], now: datetime
) -> dict[UUID, _Supporter]:
    """All supporters who could be booked, and the days on which they differ; two queries."""
    values: dict[str, Any] = {"organisation": organisation_id, "supporter": Role.SUPPORTER.value, "now": now}
    values |= {"first": windows[0].first, "last": windows[-1].last + LONGEST_HOLD}
    with connection.cursor() as cursor:
        cursor.execute(SUPPORTERS, values)
        rows = cursor.fetchall()
        cursor.execute(EXCEPTIONS, values)
        differ: dict[UUID, dict[bool, list[Span]]] = {}
        for pk, kind, start, end in cursor.fetchall():
            mine = differ.setdefault(pk, {True: [], False: []})
            mine[kind == Differs.EXTRA].append((start, end))
    made = (_supporter(row, differ.get(row[0], {})) for row in rows)
    return {
        one.id: one
        for one in made
        if (one.carried < one.most or not asked.with_room) and one.hours.most_a_week != 0
    }


def _supporter(row: Sequence[Any], differ: dict[bool, list[Span]]) -> _Supporter:
    pk, name, zone, most, carried, asks, notice, rest, most_a_week, weekly = row
    hours = Hours(
        zone=ZoneInfo(zone),
        weekly=tuple(Stretch(*one) for one in weekly or ()) if asks else None,
        closed=differ.get(False, ()),
        extra=differ.get(True, ()),
        notice=timedelta(minutes=notice or 0),
        rest=timedelta(minutes=rest or 0),
        most_a_week=most_a_week,
    )
    return _Supporter(pk, name, hours, carried, most)


def _booked(
    supporters: dict[UUID, _Supporter], windows: Sequence[_Window]
) -> tuple[dict[UUID, list[Span]], set[tuple[UUID, int]]]:
    """What is booked around these days, and whose week is full; one query."""
    first, last = windows[0].first, windows[-1].last
    limited = [one for one in supporters.values() if one.hours.most_a_week is not None]
    values: dict[str, Any] = {
        "supporters": list(supporters),
        "first": first - LONGEST_HOLD,
        "last": last + LONGEST_HOLD,
        "week_first": first - timedelta(days=first.weekday() + 2),
        "week_last": last + timedelta(days=9 - last.weekday()),
        "limited": [one.id for one in limited],
        "zones": [one.hours.zone.key for one in limited],
        "most": [one.hours.most_a_week for one in limited],
    }
    booked: dict[UUID, list[Span]] = {}
    full: set[tuple[UUID, int]] = set()
    with connection.cursor() as cursor:
        cursor.execute(HOLDS + FULL if limited else HOLDS, values)
        for pk, start, end in cursor.fetchall():
            if end is None:
                full.add((pk, week_number(_moment(start).date())))
            else:
                booked.setdefault(pk, []).append((_moment(start), _moment(end)))
    return booked, full


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
