"""When somebody is free: weekly hours on their own clock, days that differ, time that is taken. Nothing is read here.

A span is a stretch of time, from–to in UTC, its end not included. Lists of spans are in order and never overlap.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sessions.local_time import beginning

Span = tuple[datetime, datetime]
STEP = timedelta(minutes=30)  # between two times that are offered
DAY = timedelta(days=1)
DAY_END = 1440  # minutes after midnight
# How many calendar weeks lie between two sessions at least, by the rhythm that was agreed (sessions.wording.Rhythm).
WEEKS_APART = {"weekly": 1, "fortnightly": 2, "monthly": 4, "each_time": 0}


class Stretch(NamedTuple):
    """A stretch of a weekday, in minutes after midnight. Monday is 0, a day's end 1440."""

    weekday: int
    from_minute: int
    to_minute: int

    def overlaps(self, other: "Stretch") -> bool:
        """Whether both have some time of the same day."""
        same_day = self.weekday == other.weekday
        return same_day and self.from_minute < other.to_minute and other.from_minute < self.to_minute


# What is offered of somebody who has set no hours.
ANY_DAY = tuple(Stretch(weekday, 8 * 60, 21 * 60) for weekday in range(7))


@dataclass(frozen=True)
class Hours:
    """What somebody, or a room, asks for before a booking, and what is booked of their time already.

    `zone` is whose clock the weekly hours are on. Without weekly hours of their own, `weekly` is None: some are
    offered, and any other time can be had too, as long as it is not `closed`.
    """

    zone: ZoneInfo
    weekly: Sequence[Stretch] | None = None
    closed: Sequence[Span] = ()
    extra: Sequence[Span] = ()
    taken: Sequence[Span] = ()
    notice: timedelta = timedelta(0)
    rest: timedelta = timedelta(0)
    most_a_week: int | None = None

    def open(self, first: datetime, last: datetime) -> list[Span]:
        """All time between two moments that lies inside these hours."""
        found = self._weekly(first, last)
        if self.closed:
            found = without(found, self.closed)
        if self.extra:
            found = united([*found, *self.extra])
        return [(max(start, first), min(end, last)) for start, end in found if start < last and first < end]

    def _weekly(self, first: datetime, last: datetime) -> list[Span]:
        day, end = first.astimezone(self.zone).date(), last.astimezone(self.zone).date()
        found: list[Span] = []
        while day <= end:
            for one in self._by_weekday[day.weekday()]:
                found += on_clock(day, one.from_minute, one.to_minute, self.zone)
            day += DAY
        return united(found)

    @cached_property
    def _by_weekday(self) -> Sequence[Sequence[Stretch]]:
        found: list[list[Stretch]] = [[] for _weekday in range(7)]
        for one in ANY_DAY if self.weekly is None else self.weekly:
            found[one.weekday].append(one)
        return found

    def stretches_on(self, day: date, zone: ZoneInfo) -> int:
        """How many stretches lie on a day of that zone's clock, at most; a quick guess, and none means none."""
        days = (day,) if zone == self.zone else (day - DAY, day, day + DAY)
        return sum(len(self._by_weekday[each.weekday()]) for each in days) + len(self.extra)

    def lets(self, start: datetime, end: datetime) -> bool:
        """Whether this stretch lies inside these hours."""
        if self.weekly is None:
            return not touches(without(self.closed, self.extra), start, end)
        return is_inside(self.open(start, end), start, end)

    def rests(self, start: datetime, end: datetime) -> bool:
        """Whether there is time to rest between this stretch and whatever is booked before and after it."""
        return not touches(self.taken, start - self.rest, end + self.rest)

    def is_full(self, moment: datetime) -> bool:
        """Whether there are as many sessions that week as there may be."""
        if self.most_a_week is None:
            return False
        week = week_of(moment, self.zone)
        return sum(week_of(start, self.zone) == week for start, _end in self.taken) >= self.most_a_week


@lru_cache(maxsize=20_000)
def on_clock(day: date, from_minute: int, to_minute: int, zone: ZoneInfo) -> tuple[Span, ...]:
    """All moments of a day at which the clock shows a time of this stretch: no more and no less than that.

    Usually one span. Where the clocks jump over a part of it that part is missing; where they go back, a part comes
    twice, and twice is how often it is here.
    """
    midnight = datetime.combine(day, time.min)
    first, last = midnight + timedelta(minutes=from_minute), midnight + timedelta(minutes=to_minute)
    pieces = [
        (max((first - offset).replace(tzinfo=UTC), begins), min((last - offset).replace(tzinfo=UTC), ends))
        for offset, begins, ends in _offsets(day, zone)
    ]
    return tuple(united((begins, ends) for begins, ends in pieces if begins < ends))


@lru_cache(maxsize=5_000)
def _offsets(day: date, zone: ZoneInfo) -> tuple[tuple[timedelta, datetime, datetime], ...]:
    """How far a day's clock is ahead of UTC, and from when to when: once, and twice where it changes that day."""
    first, last = beginning(day, zone), beginning(day + timedelta(days=1), zone)
    before, after = _offset(first, zone), _offset(last - timedelta(seconds=1), zone)
    if before == after:
        return ((before, first, last),)
    change = _change(first, last, zone)
    return ((before, first, change), (after, change, last))


def _change(first: datetime, last: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clock changes, looked for by halves, to the second."""
    before = _offset(first, zone)
    while last - first > timedelta(seconds=1):
        middle = first + (last - first) // 2
        first, last = (middle, last) if _offset(middle, zone) == before else (first, middle)
    return last.replace(microsecond=0)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None  # a zone always has one
    return offset


def week_of(moment: datetime, zone: ZoneInfo) -> int:
    """The number of a calendar week, Monday to Sunday, on a zone's clock; the next week has the next number."""
    return week_number(moment.astimezone(zone).date())


def week_begins(week: int, zone: ZoneInfo) -> datetime:
    """The moment at which a calendar week begins on a zone's clock."""
    return beginning(date.fromordinal(week * 7 + 1), zone)


def week_number(day: date) -> int:
    """The same of a day."""
    return (day.toordinal() - 1) // 7  # the first day of all was a Monday


def united(spans: Iterable[Span]) -> list[Span]:
    """The same time, in order, with what touches or overlaps made one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of `spans` where nothing is taken."""
    left: list[Span] = []
    taken = united(taken)
    for start, end in spans:
        for begins, ends in taken:
            if begins >= end:
                break
            if ends > start:
                left.append((start, begins))
                start = ends
        left.append((start, end))
    return [(start, end) for start, end in left if start < end]


def both(spans: Iterable[Span], others: Sequence[Span]) -> list[Span]:
    """The time that lies in both."""
    found = (
        (max(start, begins), min(end, ends))
        for start, end in spans
        for begins, ends in others
        if begins < end and start < ends
    )
    return sorted(found)


def rested(taken: Iterable[Span], rest: timedelta) -> list[Span]:
    """Time that is taken, with the rest before and after it."""
    return [(start - rest, end + rest) for start, end in taken]


def touches(spans: Iterable[Span], start: datetime, end: datetime) -> bool:
    """Whether any of them overlaps this stretch."""
    return any(begins < end and start < ends for begins, ends in spans)


def starts_in(open_time: Iterable[Span], length: timedelta) -> Iterable[datetime]:
    """The times that are offered: where open time begins, and every half an hour from there, as long as it fits."""
    for start, end in open_time:
        at = start
        while at + length <= end:
            yield at
            at += STEP


def is_inside(spans: Iterable[Span], start: datetime, end: datetime) -> bool:
    """Whether this stretch lies in one of them from its beginning to its end."""
    return any(begins <= start and end <= ends for begins, ends in spans)


def is_too_often(week: int, weeks_met: Iterable[int], rhythm: str) -> bool:
    """Whether a week is nearer to one with a session than the rhythm that was agreed lets it be."""
    return any(abs(week - met) < WEEKS_APART[rhythm] for met in weeks_met)
