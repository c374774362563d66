"""Times as people say them: a day, a time on the clock, a zone. Twice a year the clock makes that unclear."""

from datetime import UTC, date, datetime, time
from enum import Enum
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _


class Trouble(Enum):
    """What the clock change did to a time."""

    NEVER = "never"  # the clocks go forward over it
    TWICE = "twice"  # the clocks go back over it


class Unclear(ValueError):
    """A time that does not exist on that day, or comes twice; `trouble` says which."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """That moment, in UTC. Raises Unclear when the clock change makes it none, or two."""
    naive = datetime.combine(day, at)
    first, second = naive.replace(tzinfo=zone, fold=0), naive.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    exists = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == naive
    raise Unclear(Trouble.TWICE if exists else Trouble.NEVER)


def beginning(day: date, zone: ZoneInfo) -> datetime:
    """The moment a day begins, also where the clock change takes its midnight away."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def zone_words(zone: str) -> str:
    """A zone as people say it: "America/New_York" is "New York time"."""
    return _("%(city)s time") % {"city": zone.rpartition("/")[2].replace("_", " ")}


def clock_change(trouble: Trouble) -> str:
    """What is wrong with such a time, in words for whoever typed it."""
    if trouble is Trouble.NEVER:
        return _(
            "The clocks go forward that day and jump over this time. Please choose an earlier or a later one."
        )
    return _(
        "The clocks go back that day and this time comes twice. Please choose an earlier or a later one."
    )
