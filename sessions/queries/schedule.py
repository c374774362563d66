"""Sessions as rows of a schedule, a week at a time: columns only, because no pages are opened as often."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, F, Func, QuerySet, When
from django.utils.formats import date_format
from django.utils.translation import pgettext

from lib.paging import page
from people.access import Member
from people.addresses import Addresses
from sessions.local_time import beginning
from sessions.models import PeerSession, Setting
from sessions.queries.bookings import span
from sessions.state_words import MEETINGS, SESSIONS, Shown


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
FACILITATORS = Name(
    F("pk"),
    template="(SELECT string_agg(preferred_name, ', ' ORDER BY preferred_name, people_membership.id)"
    " FROM peer_sessions_hold JOIN people_membership ON people_membership.id = supporter_id"
    " JOIN people_user ON people_user.id = user_id"
    " WHERE peer_session_id = %(expressions)s AND released_at IS NULL)",
)
LEADER = Case(When(group__isnull=True, then=SUPPORTER), default=FACILITATORS)
GROUP = Name(F("group_id"), template="(SELECT name FROM people_group WHERE id = %(expressions)s)")
ROOM = Name(
    F("room_id"),
    template="(SELECT venues_venue.name || ', ' || venues_room.name FROM venues_room"
    " JOIN venues_venue ON venues_venue.id = venue_id WHERE venues_room.id = %(expressions)s)",
)


@dataclass(frozen=True)
class SessionRow:
    """One session: when, who, where. Of a group's meeting `peer` is the group, `supporter` who facilitates."""

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
    """A week of the schedule: its days that have sessions; weeks as `2026-W21`, its month as `2026-05`."""

    label: str
    days: list[Day]
    this: str
    previous: str
    next: str
    month: str
    is_now: bool
    more: str | None


def columns(rows: QuerySet[PeerSession]) -> QuerySet[PeerSession, Any]:
    """What a row is made of, read in one query however many tables the names come from."""
    named = rows.annotate(peer=F("pairing__peer__name"), group_name=GROUP, supporter=LEADER, room_words=ROOM)
    values = ("starts_at", "ends_at", "state", "setting", "meeting_point", "group_id", "peer", "group_name")
    return named.values_list("pk", *values, "supporter", "room_words", named=True)


def maker(
    slug: str, zone: ZoneInfo, when: Callable[[Any], str], *, meeting_point: bool
) -> Callable[[Any], SessionRow]:
    """What makes a row from its columns. Words and addresses are looked up here, once for all rows."""
    settings = {value: str(label).capitalize() for value, label in Setting.choices}
    session, meeting = (
        _kind(slug, "sessions:peer_session", SESSIONS),
        _kind(slug, "sessions:meeting", MEETINGS),
    )

    def place(row: Any) -> str:
        words = row.room_words or settings[row.setting]
        return f"{words}: {row.meeting_point}" if meeting_point and row.meeting_point else words

    def make(row: Any) -> SessionRow:
        kind = session if row.group_id is None else meeting
        return SessionRow(
            day=row.starts_at.astimezone(zone).date(),
            when=when(row),
            peer=row.peer or row.group_name,
            supporter=row.supporter or "",
            place=place(row),
            state=kind.words[row.state],
            tone=kind.tones[row.state],
            url=kind.address(row.pk),
        )

    return make


class _Kind(NamedTuple):
    """What sessions of two, and meetings of groups, each have of their own."""

    address: Callable[[UUID], str]
    words: dict[str, str]
    tones: dict[str, str]


def _kind(slug: str, view: str, states: dict[str, Shown]) -> _Kind:
    return _Kind(
        address=Addresses(view, slug),
        words={state: str(shown.words) for state, shown in states.items()},
        tones={state: shown.tone for state, shown in states.items()},
    )


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
    """The schedule of a week in the reader's zone, at most 25 rows at a time."""
    zone = member.zone
    today = now.astimezone(zone).date()
    monday = week_of(week, today)
    inside = between(rows, monday, monday + timedelta(days=7), zone)
    make = maker(member.organisation.slug, zone, lambda row: span(row, zone), meeting_point=True)
    found = page(columns(inside), by="starts_at", after=after, make=make)
    days = [
        Day(label=date_format(day, "l j F"), today=day == today, rows=list(group))
        for day, group in groupby(found.rows, key=lambda row: row.day)
    ]
    return Week(
        label=week_label(monday),
        days=days,
        this=week_name(monday),
        previous=week_name(monday - timedelta(days=7)),
        next=week_name(monday + timedelta(days=7)),
        month=f"{monday + timedelta(days=3):%Y-%m}",
        is_now=monday <= today < monday + timedelta(days=7),
        more=found.next,
    )


def between(rows: QuerySet[PeerSession], first: date, after: date, zone: ZoneInfo) -> QuerySet[PeerSession]:
    """Those that begin on these days of a zone, the last one left out."""
    return rows.filter(starts_at__gte=beginning(first, zone), starts_at__lt=beginning(after, zone))


def week_label(monday: date) -> str:
    """A week in words: "18 to 24 May 2026"."""
    sunday = monday + timedelta(days=6)
    first = date_format(monday, "j" if monday.month == sunday.month else "j F")
    return pgettext("dates", "%(first)s to %(last)s") % {"first": first, "last": date_format(sunday, "j F Y")}


def week_name(monday: date) -> str:
    """A week as it stands in addresses: `2026-W21`."""
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02d}"
