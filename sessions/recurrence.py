"""Days that come again, as RFC 5545 (3.3.10) writes them down. Nothing is read here, and nothing asks for the time.

Of all that a rule could say, three kinds are used: chosen weekdays of every n-th week, a day of every n-th month, and a
weekday of it such as the second Tuesday. Everything else is refused, COUNT too: a rule ends on a day, within two years
and after 200 meetings at most.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from dateutil.rrule import MO, MONTHLY, WEEKLY, rrule, weekday

LONGEST = relativedelta(years=2)
MOST = 200  # meetings
MOST_BETWEEN = 12  # weeks, or months
LAST = -1  # the last day, or the last weekday of its kind, of a month
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # as the standard has them; Monday is 0
RULE = re.compile(
    r"FREQ=(?P<freq>WEEKLY|MONTHLY);INTERVAL=(?P<every>[0-9]{1,2})"
    r"(;BYMONTHDAY=(?P<month_day>-1|[0-9]{1,2})|;BYDAY=(?P<nth>-1|[1-4])(?P<nth_day>[A-Z]{2})|;BYDAY=(?P<days>[A-Z]{2}(,[A-Z]{2})*))"
    r";UNTIL=(?P<until>[0-9]{8}T[0-9]{6}Z)"
)


class Kind(Enum):
    """How days come again."""

    WEEKLY = "weekly"
    MONTH_DAY = "month_day"
    MONTH_WEEKDAY = "month_weekday"


class Fault(Enum):
    """What is wrong with a wish for days that come again."""

    UNKNOWN = "unknown"  # a rule that was not written here
    EVERY = "every"  # less than every, or more than every twelfth
    NO_WEEKDAY = "no_weekday"
    MONTH_DAY = "month_day"  # a day that no month has
    ENDS_BEFORE = "ends_before"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    NO_DAY = "no_day"  # no such day between first and last


class BadRule(ValueError):
    """Days that cannot come again like this; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Recurrence:
    """How days come again. `weekdays` of weeks; `month_day` or `nth` with one weekday of months. Monday is 0."""

    kind: Kind
    every: int = 1
    weekdays: tuple[int, ...] = ()
    month_day: int = 1
    nth: int = 1

    def check(self) -> None:
        """Raise BadRule unless it makes sense by itself."""
        if not 1 <= self.every <= MOST_BETWEEN:
            raise BadRule(Fault.EVERY)
        if self.kind is Kind.MONTH_DAY:
            if self.month_day != LAST and not 1 <= self.month_day <= 31:
                raise BadRule(Fault.MONTH_DAY)
        elif not self.weekdays or not all(0 <= day <= 6 for day in self.weekdays):
            raise BadRule(Fault.NO_WEEKDAY)
        if self.kind is Kind.MONTH_WEEKDAY and (
            len(self.weekdays) != 1 or self.nth not in (LAST, 1, 2, 3, 4)
        ):
            raise BadRule(Fault.NO_WEEKDAY)

    def rule(self, until_on: date, zone: ZoneInfo) -> str:
        """The RRULE, to the end of a day in a zone; UNTIL is in UTC, as the standard asks where a zone is given."""
        last = datetime.combine(until_on, time(23, 59, 59), tzinfo=zone).astimezone(UTC)
        return f"FREQ={self._frequency()};INTERVAL={self.every};{self._by()};UNTIL={last:%Y%m%dT%H%M%SZ}"

    def _frequency(self) -> str:
        return "WEEKLY" if self.kind is Kind.WEEKLY else "MONTHLY"

    def _by(self) -> str:
        if self.kind is Kind.MONTH_DAY:
            return f"BYMONTHDAY={self.month_day}"
        if self.kind is Kind.MONTH_WEEKDAY:
            return f"BYDAY={self.nth}{DAYS[self.weekdays[0]]}"
        return "BYDAY=" + ",".join(DAYS[day] for day in sorted(set(self.weekdays)))

    def days(self, first_on: date, until_on: date) -> Iterator[date]:
        """Every day from the first on, which counts the weeks and months; both ends included."""
        start, end = datetime.combine(first_on, time.min), datetime.combine(until_on, time.min)
        if self.kind is Kind.WEEKLY:
            by = [weekday(day) for day in self.weekdays]
            found = rrule(WEEKLY, dtstart=start, until=end, interval=self.every, byweekday=by, wkst=MO)
        elif self.kind is Kind.MONTH_DAY:
            found = rrule(MONTHLY, dtstart=start, until=end, interval=self.every, bymonthday=self.month_day)
        else:
            by = [weekday(self.weekdays[0])(self.nth)]
            found = rrule(MONTHLY, dtstart=start, until=end, interval=self.every, byweekday=by)
        return (one.date() for one in found)

    def first(self, from_on: date, until_on: date) -> date | None:
        """The first such day from a day on; weeks and months are counted from it."""
        every_one = Recurrence(self.kind, 1, self.weekdays, self.month_day, self.nth)
        return next(every_one.days(from_on, until_on), None)


def read(rule: str) -> Recurrence:
    """A rule that `Recurrence.rule` wrote. Raises BadRule for any other."""
    found = RULE.fullmatch(rule)
    if found is None:
        raise BadRule(Fault.UNKNOWN)
    every, monthly = int(found["every"]), found["freq"] == "MONTHLY"
    names = found["days"].split(",") if found["days"] else [found["nth_day"]] if found["nth_day"] else []
    if not set(names) <= set(DAYS) or monthly == bool(found["days"]):
        raise BadRule(Fault.UNKNOWN)
    weekdays = tuple(DAYS.index(name) for name in names)
    if found["month_day"]:
        made = Recurrence(Kind.MONTH_DAY, every, month_day=int(found["month_day"]))
    elif found["nth"]:
        made = Recurrence(Kind.MONTH_WEEKDAY, every, weekdays, nth=int(found["nth"]))
    else:
        made = Recurrence(Kind.WEEKLY, every, weekdays)
    made.check()
    return made


def planned(wish: Recurrence, from_on: date, until_on: date, *, earliest: date | None = None) -> list[date]:
    """All days of a wish, the first one first. Raises BadRule: none, too many, or over too long a time.

    With `earliest` the first may also lie before `from_on`, where that is nearer: a group that met on Tuesdays and now
    meets on Mondays goes on with the Monday before its next Tuesday, not with the one after.
    """
    wish.check()
    if until_on < from_on:
        raise BadRule(Fault.ENDS_BEFORE)
    if until_on > from_on + LONGEST:
        raise BadRule(Fault.TOO_LONG)
    first_on = wish.first(from_on, until_on)
    if earliest is not None:
        first_on = _nearer(wish, first_on, from_on, earliest)
    if first_on is None:
        raise BadRule(Fault.NO_DAY)
    days = list(islice(wish.days(first_on, until_on), MOST + 1))
    if len(days) > MOST:
        raise BadRule(Fault.TOO_MANY)
    return days


def _nearer(wish: Recurrence, after: date | None, from_on: date, earliest: date) -> date | None:
    """The last such day before `from_on`, if it is nearer than the first one after it."""
    every_one = Recurrence(wish.kind, 1, wish.weekdays, wish.month_day, wish.nth)
    before = max(every_one.days(earliest, from_on), default=None)
    if before is None or (after is not None and after - from_on <= from_on - before):
        return after
    return before


def moment_of(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """When a meeting of a series begins, in UTC: at its time on the wall's clock, whatever the clocks do meanwhile.

    A time that the clocks jump over comes as much later as they jump; one that comes twice is taken the first time. So
    says the standard too (RFC 5545, 3.3.5), and every calendar that reads the rule shows the same.
    """
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def odd_days(days: list[date], clock: time, zone: ZoneInfo) -> list[datetime]:
    """The moments, on the zone's clock, at which the clock change makes another time of the one that was planned."""
    moments = (moment_of(day, clock, zone).astimezone(zone) for day in days)
    return [moment for day, moment in zip(days, moments, strict=True) if moment.time() != clock]
