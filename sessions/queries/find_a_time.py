"""Which supporters are free when, in the next two weeks: what a coordinator looks for before two are introduced."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import groupby, islice
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people.access import Member
from people.addresses import Addresses
from people.queries.team import room
from sessions.actions.rules import LONGEST, SHORTEST
from sessions.free_time import rested, week_of, without
from sessions.local_time import beginning
from sessions.models.bookings import LONGEST_HOLD
from sessions.queries.diaries import Booked, Diary, booked, diaries

DAYS = 14  # that are looked through
SIZE = 25  # rows of a page
ENOUGH = 4 * SIZE  # stretches in which people work: of so many, enough are still free
LENGTH = 50  # minutes, where nothing else was asked
MINUTES = re.compile(r"[0-9]{1,4}")
QUARTER = timedelta(minutes=15)  # what is free from now on begins at a quarter of an hour
PARTS = {"morning": (time(0), time(12)), "afternoon": (time(12), time(17)), "evening": (time(17), None)}


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
    people = diaries(member.organisation_id, windows[0].first, windows[-1].last + LONGEST_HOLD, now)
    asked_for = {pk: one for pk, one in people.items() if one.carried < one.most or not asked.with_room}
    free = (
        one
        for some in _in_two(windows, asked_for, zone)
        for one in _free(member.organisation_id, asked_for, some, asked, now)
    )
    found = list(islice(_after(mark, free, people), SIZE + 1))
    return _page(member, found, people, zone)


def _after(mark: Mark | None, free: Iterator[_Free], people: dict[UUID, Diary]) -> Iterator[_Free]:
    """Those behind the mark."""
    if mark is None:
        return free
    last = people.get(mark.supporter_id)
    key = (mark.starts_at, last.name if last else "", mark.supporter_id)
    return (one for one in free if one[:3] > key)


def _page(member: Member, found: list[_Free], people: dict[UUID, Diary], zone: ZoneInfo) -> Found:
    shown = found[:SIZE]
    url = Addresses("people:member", member.organisation.slug)
    days = [
        Day(label=date_format(day, "l j F"), rows=[_row(one, people[one.id], zone, url) for one in rows])
        for day, rows in groupby(shown, key=lambda one: one.starts_at.astimezone(zone).date())
    ]
    more = len(found) > SIZE
    return Found(days, Mark(shown[-1].starts_at, shown[-1].id).write() if more else "")


def _row(free: _Free, supporter: Diary, zone: ZoneInfo, url: Addresses) -> Row:
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


def _in_two(
    windows: Sequence[_Window], people: dict[UUID, Diary], zone: ZoneInfo
) -> Iterator[Sequence[_Window]]:
    """The first days in which enough people work to fill a page, most likely; then the others. None without anybody."""
    first: list[_Window] = []
    others: list[_Window] = []
    open_time = 0
    for window in windows:
        works = (
            sum(one.hours.stretches_on(window.on, zone) for one in people.values())
            if open_time < ENOUGH
            else 1
        )
        if works:
            (first if open_time < ENOUGH else others).append(window)
            open_time += works
    return (some for some in (first, others) if some)


def _free(
    organisation_id: UUID, people: dict[UUID, Diary], windows: Sequence[_Window], asked: Asked, now: datetime
) -> Iterator[_Free]:
    """What is free in some days, in the order in which it is shown; one query."""
    length = timedelta(minutes=asked.minutes)
    there = booked(organisation_id, people.values(), windows[0].first, windows[-1].last + length)
    for window in windows:
        for one in _in_order(window, length, people, there, now):
            if (one.id, week_of(one.starts_at, people[one.id].hours.zone)) not in there.full:
                yield one


def _in_order(
    window: _Window, length: timedelta, people: dict[UUID, Diary], there: Booked, now: datetime
) -> Iterator[_Free]:
    """The free stretches of a day. Nothing is free before somebody's hours begin: so whoever reads a page of them has
    the others' diaries left closed.
    """
    waiting: list[_Free] = []
    for open_time in sorted(_open(window, length, people, now)):
        while waiting and waiting[0] < open_time:
            yield heappop(waiting)
        _start, name, pk, _end = open_time
        taken = rested(there.taken(pk), people[pk].hours.rest)
        for start, end in without([(open_time.starts_at, open_time.ends_at)], taken):
            if start < window.last and end - start >= length:
                heappush(waiting, _Free(start, name, pk, end))
    yield from sorted(waiting)


def _open(window: _Window, length: timedelta, people: dict[UUID, Diary], now: datetime) -> Iterator[_Free]:
    """The stretches in which people work that day, whatever is booked."""
    for pk, one in people.items():
        first = max(window.first, _next_quarter(now + one.hours.notice))
        for start, end in one.hours.open(first, window.last + length):
            if end - start >= length:
                yield _Free(start, one.name, pk, end)


def _window(day: date, part: str, zone: ZoneInfo) -> _Window:
    """The part of a day in which a session is to begin."""
    starts, ends = PARTS.get(part, (time(0), None))
    first = datetime.combine(day, starts, tzinfo=zone).astimezone(UTC)
    last = datetime.combine(day, ends, tzinfo=zone) if ends else beginning(day + timedelta(days=1), zone)
    return _Window(day, first, last.astimezone(UTC))


def _next_quarter(moment: datetime) -> datetime:
    past = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment - past + (QUARTER if past else timedelta(0))
