"""The clocks of the world as a calendar reads them: when each is put forwards and back (RFC 5545, section 3.6.5).

The library's own writer puts a change forwards an hour too late: an onset has to be told on the clock from before it.
"""

import calendar
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import icalendar
from icalendar import vDDDLists, vRecur

BEGIN, END = (
    datetime(2008, 1, 1, tzinfo=UTC),
    datetime(2038, 1, 1, tzinfo=UTC),
)  # changes between these are looked at
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Change(NamedTuple):
    """What one change of a clock does, whenever it comes."""

    summer: bool
    before: timedelta
    after: timedelta
    name: str


@lru_cache(maxsize=700)
def timezone(key: str) -> icalendar.Timezone:
    """A zone's clock. Changes that come each year alike are told as a rule, which holds for ever; others one by one.

    Treat what comes back as frozen: it is kept.
    """
    zone = ZoneInfo(key)
    onsets: dict[Change, list[datetime]] = defaultdict(list)
    for moment in _moments(zone):
        change = _change(zone, moment)
        onsets[change].append((moment + change.before).replace(tzinfo=None))
    made = icalendar.Timezone()
    made.add("tzid", key)
    first = _change(zone, BEGIN)
    made.add_component(_observance(first._replace(before=first.after), [BEGIN.replace(tzinfo=None)]))
    for change, times in onsets.items():
        made.add_component(_observance(change, times))
    return made


def _moments(zone: ZoneInfo) -> list[datetime]:
    """When the clock is changed, to the minute."""
    found = []
    day, before = BEGIN, _offset(zone, BEGIN)
    while day < END:
        after = _offset(zone, day + DAY)
        if after != before:
            found.append(_moment(zone, day))
        day, before = day + DAY, after
    return found


def _moment(zone: ZoneInfo, day: datetime) -> datetime:
    before, first, last = _offset(zone, day), day, day + DAY
    while last - first > MINUTE:
        middle = first + (last - first) // MINUTE // 2 * MINUTE
        if _offset(zone, middle) == before:
            first = middle
        else:
            last = middle
    return last


def _change(zone: ZoneInfo, moment: datetime) -> Change:
    local = moment.astimezone(zone)
    summer = (local.dst() or timedelta()) > timedelta()
    return Change(summer, _offset(zone, moment - MINUTE), _offset(zone, moment), local.tzname() or zone.key)


def _observance(
    change: Change, times: list[datetime]
) -> icalendar.TimezoneStandard | icalendar.TimezoneDaylight:
    made = icalendar.TimezoneDaylight() if change.summer else icalendar.TimezoneStandard()
    made.add("dtstart", times[0])
    made.add("tzname", change.name)
    made.add("tzoffsetfrom", change.before)
    made.add("tzoffsetto", change.after)
    if rule := _rule(times):
        made["RRULE"] = rule
    elif len(times) > 1:
        made["RDATE"] = vDDDLists(times[1:])
    return made


def _rule(times: list[datetime]) -> vRecur | None:
    """The rule of a change that comes each year alike, such as "the last Sunday of March at two"."""
    years = [each.year for each in times]
    if years != list(range(years[0], END.year)) or len(years) < 3:
        return None
    if len({(each.month, each.weekday(), each.time()) for each in times}) > 1:
        return None
    weeks = {(each.day - 1) // 7 + 1 for each in times}
    if all(each.day + 7 > calendar.monthrange(each.year, each.month)[1] for each in times):
        weeks = {-1}
    if len(weeks) > 1:
        return None
    day = f"{weeks.pop()}{DAYS[times[0].weekday()]}"
    return vRecur(freq="YEARLY", bymonth=times[0].month, byday=day)


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
