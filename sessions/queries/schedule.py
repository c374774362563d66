"""Sessions as rows of a schedule, a week at a time: columns only, because no pages are opened as often."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import CharField, F, Func, QuerySet
from django.utils.formats import date_format
from django.utils.translation import pgettext

from lib.paging import page
from people.access import Member
from people.addresses import Addresses
from sessions.local_time import beginning
from sessions.models import PeerSession, Setting
from sessions.queries.bookings import span
from sessions.state_words import SESSIONS, session_words


class Name(Func):
    """A name looked up for each row that is shown.

    Seven tables behind the wall can be joined in so many orders that weighing them takes PostgreSQL 2.5 ms, and
    reading a page of them 0.1; looked up like this the same names take it 0.5 ms in all.
    """

    output_field = CharField()


SUPPORTER = Name(
    F("pairing__supporter_id"),
    template="(SELECT preferred_name FROM people_user JOIN people_membership ON people_user.id = user_id"
    " WHERE people_membership.id = %(expressions)s)",
)
ROOM = Name(
    F("room_id"),
    template="(SELECT venues_venue.name || ', ' || venues_room.name FROM venues_room"
    " JOIN venues_venue ON venues_venue.id = venue_id WHERE venues_room.id = %(expressions)s)",
)


@dataclass(frozen=True)
class SessionRow:
    """One session: when, who, where."""

    day: date
    when: str
    peer: str
    supporter: str
    place: str
    state: str
    tone: str
    url: str


@dataclass(frozen=True)
class Day:
    """A day of the week with its sessions."""

    label: str
    today: bool
    rows: list[SessionRow]


@dataclass(frozen=True)
class Week:
    """A week of the schedule: its days that have sessions, and the weeks beside it as `2026-W21`."""

    label: str
    days: list[Day]
    this: str
    previous: str
    next: str
    is_now: bool
    more: str | None


def columns(rows: QuerySet[PeerSession]) -> QuerySet[PeerSession, Any]:
    """What a row is made of, read in one query however many tables the names come from."""
    named = rows.annotate(peer=F("pairing__peer__name"), supporter=SUPPORTER, room_words=ROOM)
    values = ("starts_at", "ends_at", "state", "setting", "meeting_point", "peer", "supporter", "room_words")
    return named.values_list("pk", *values, named=True)


def maker(
    slug: str, zone: ZoneInfo, when: Callable[[Any], str], *, meeting_point: bool
) -> Callable[[Any], SessionRow]:
    """What makes a row from its columns. Words and addresses are looked up here, once for all rows."""
    settings = {value: str(label).capitalize() for value, label in Setting.choices}
    states = session_words()
    address = Addresses("sessions:peer_session", slug)

    def place(row: Any) -> str:
        words = row.room_words or settings[row.setting]
        return f"{words}: {row.meeting_point}" if meeting_point and row.meeting_point else words

    def make(row: Any) -> SessionRow:
        return SessionRow(
            day=row.starts_at.astimezone(zone).date(),
            when=when(row),
            peer=row.peer,
            supporter=row.supporter,
            place=place(row),
            state=states[row.state],
            tone=SESSIONS[row.state].tone,
            url=address(row.pk),
        )

    return make


def week_of(text: str, today: date) -> date:
    """The Monday of a week written as `2026-W21`; of this week for anything else."""
    try:
        year, _dash, number = text.partition("-W")
        monday = date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        monday = today - timedelta(days=today.weekday())
    return monday if 2000 <= monday.year < 2200 else today - timedelta(days=today.weekday())


def week_page(
    rows: QuerySet[PeerSession], member: Member, *, week: str, after: str | None, now: datetime
) -> Week:
    """The sessions of a week in the reader's zone, at most 25 at a time."""
    zone = member.zone
    today = now.astimezone(zone).date()
    monday = week_of(week, today)
    inside = rows.filter(
        starts_at__gte=beginning(monday, zone), starts_at__lt=beginning(monday + timedelta(days=7), zone)
    )
    make = maker(member.organisation.slug, zone, lambda row: span(row, zone), meeting_point=True)
    found = page(columns(inside), by="starts_at", after=after, make=make)
    days = [
        Day(label=date_format(day, "l j F"), today=day == today, rows=list(group))
        for day, group in groupby(found.rows, key=lambda row: row.day)
    ]
    return Week(
        label=week_label(monday),
        days=days,
        this=_week_name(monday),
        previous=_week_name(monday - timedelta(days=7)),
        next=_week_name(monday + timedelta(days=7)),
        is_now=monday <= today < monday + timedelta(days=7),
        more=found.next,
    )


def week_label(monday: date) -> str:
    """A week in words: "18 to 24 May 2026"."""
    sunday = monday + timedelta(days=6)
    first = date_format(monday, "j" if monday.month == sunday.month else "j F")
    return pgettext("dates", "%(first)s to %(last)s") % {"first": first, "last": date_format(sunday, "j F Y")}


def _week_name(monday: date) -> str:
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02d}"
