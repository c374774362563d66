"""Days that come again, and what is wrong with a wish for them, in words."""

from datetime import date, time
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sessions.local_time import zone_words
from sessions.recurrence import LAST, Fault, Kind, Recurrence

NTH: dict[int, Promise] = {
    1: _("first"),
    2: _("second"),
    3: _("third"),
    4: _("fourth"),
    LAST: _("last"),
}
# What is wrong, and beside which field of the form it is said.
FAULTS: dict[Fault, tuple[str | None, Promise]] = {
    Fault.UNKNOWN: (None, _("Please choose again how the meetings come back.")),
    Fault.EVERY: ("every", _("Please choose a number from 1 to 12.")),
    Fault.NO_WEEKDAY: ("weekdays", _("Please choose at least one day of the week.")),
    Fault.MONTH_DAY: ("month_day", _("Please choose a day of the month.")),
    Fault.ENDS_BEFORE: ("until_on", _("The last day must not be before the first one.")),
    Fault.TOO_LONG: (
        "until_on",
        _("Please plan two years at most. If the group goes on then, you can say so again."),
    ),
    Fault.TOO_MANY: (
        "until_on",
        _("These would be more than 200 meetings. Please choose an earlier last day."),
    ),
    Fault.NO_DAY: ("until_on", _("There is no such day in this time. Please choose a later last day.")),
}


def words(found: Recurrence) -> str:
    """How days come again: "Every 2 weeks on Tuesday and Thursday"."""
    if found.kind is Kind.WEEKLY:
        text = ngettext("Every week on %(days)s", "Every %(every)s weeks on %(days)s", found.every)
        days = [str(WEEKDAYS[day]) for day in sorted(set(found.weekdays))]
        return text % {"every": found.every, "days": get_text_list(days, _now("and"))}
    text = ngettext("Every month on %(day)s", "Every %(every)s months on %(day)s", found.every)
    return text % {"every": found.every, "day": _month_day(found)}


def _month_day(found: Recurrence) -> str:
    if found.kind is Kind.MONTH_WEEKDAY:
        named = {"nth": NTH[found.nth], "weekday": WEEKDAYS[found.weekdays[0]]}
        return _now("the %(nth)s %(weekday)s") % named
    if found.month_day == LAST:
        return _now("the last day")
    return _now("day %(number)s") % {"number": found.month_day}


def line(found: Recurrence, starts: time, until_on: date, zone: ZoneInfo) -> str:
    """A series in one line: how often, when, on whose clock, until when."""
    return _now("%(often)s at %(time)s (%(zone)s), until %(day)s") % {
        "often": words(found),
        "time": f"{starts:%H:%M}",
        "zone": zone_words(zone.key),
        "day": date_format(until_on, "j F Y"),
    }
