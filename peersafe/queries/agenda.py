"""Sessions to come, for whoever may see them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from people.access import Member
from sessions.local_time import beginning
from sessions.policies import schedule_visible_to
from sessions.queries.schedule import SessionRow, columns, maker
from sessions.states import CANCELLED

SHOWN, FEW = 25, 5  # rows of a table; lines of a list at the side


@dataclass(frozen=True)
class Waiting:
    """Something that waits for somebody: what, since when, where to go."""

    label: str
    meta: str
    url: str


def agenda(member: Member, now: datetime) -> list[SessionRow]:
    """Today's sessions and the next ones, 25 at most. One query."""
    zone = member.zone
    today = now.astimezone(zone).date()
    rows = schedule_visible_to(member).filter(starts_at__gte=beginning(today, zone)).exclude(state=CANCELLED)
    make = maker(
        member.organisation.slug,
        zone,
        lambda row: moment_words(row.starts_at, today, zone),
        meeting_point=False,
    )
    return [make(row) for row in columns(rows).order_by("starts_at", "pk")[:SHOWN]]


def moment_words(at: datetime, today: date, zone: ZoneInfo) -> str:
    """A moment as people say it: "Today, 14:00"."""
    here = at.astimezone(zone)
    return f"{day_words(here.date(), today)}, {_clock(here.time(), get_language())}"


def day_words(on: date, today: date) -> str:
    """A day as people say it."""
    if on == today:
        return _("Today")
    if on == today + timedelta(days=1):
        return _("Tomorrow")
    return _date(on, get_language())


@lru_cache(maxsize=2000)
def _clock(at: time, language: str) -> str:
    return time_format(at, "TIME_FORMAT")


@lru_cache(maxsize=2000)
def _date(on: date, language: str) -> str:
    return date_format(on, "D j M")
