"""Meetings that come again, as their pages show them."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.paging import Page
from people.access import Member
from people.models import Group
from sessions.local_time import zone_words
from sessions.models import MeetingSeries, PeerSession, Setting
from sessions.queries.details import Fact
from sessions.queries.meetings_of_groups import MeetingRow, meeting_rows
from sessions.recurrence import odd_days, read
from sessions.recurrence_words import words
from sessions.states import BOOKED, OFFERED, TAKEN, WAITING_FOR


@dataclass(frozen=True)
class SeriesPage:
    """One series as its page shows it: what was planned, what it follows and is followed by, its meetings."""

    words: str
    facts: list[Fact]
    is_over: bool
    follows_url: str
    followed_by_url: str
    meetings: Page[MeetingRow]


def series_page(
    series: MeetingSeries,
    rows: QuerySet[PeerSession],
    member: Member,
    *,
    past: bool,
    after: str | None,
    now: datetime,
) -> SeriesPage:
    """What was planned and what became of it. Three queries; `series` carries its group and rooms."""
    slug = member.organisation.slug
    next_one = series.followed_by.values_list("pk", flat=True).first()
    return SeriesPage(
        words=words(read(series.rule)),
        facts=_facts(series, now),
        is_over=series.ended_at is not None,
        follows_url=reverse("sessions:series", args=[slug, series.follows_id]) if series.follows_id else "",
        followed_by_url=reverse("sessions:series", args=[slug, next_one]) if next_one else "",
        meetings=meeting_rows(rows.filter(series=series), member, past=past, after=after, now=now),
    )


def _facts(series: MeetingSeries, now: datetime) -> list[Fact]:
    facts = [
        (_("Time"), f"{series.starts:%H:%M} ({zone_words(series.zone)})"),
        (_("Length"), _minutes(series.minutes)),
        (_("From"), date_format(series.first_on, "j F Y")),
        (_("Until"), date_format(series.until_on, "j F Y")),
        (_("Where"), _place(series)),
    ]
    if series.side_room is not None:
        facts.append((_("Side room"), f"{series.side_room.venue.name}, {series.side_room.name}"))
    facts.append((_("Places"), str(series.places)))
    if series.ended_at is None and series.made_until and series.made_until < series.until_on:
        words = _("until %(day)s; later ones follow by themselves, half a year ahead")
        facts.append((_("Meetings are made"), words % {"day": date_format(series.made_until, "j F Y")}))
    return [*facts, *_clock_changes(series)]


def _minutes(minutes: int) -> str:
    return ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": minutes}


def _place(series: MeetingSeries) -> str:
    if series.room is not None:
        return f"{series.room.venue.name}, {series.room.name}"
    if series.setting == Setting.ROOM:
        return _("No room yet")
    setting = str(Setting(series.setting).label).capitalize()
    return f"{setting}: {series.meeting_point}" if series.meeting_point else setting


def _clock_changes(series: MeetingSeries) -> list[Fact]:
    """The days on which the clocks jump over its time. One on which it comes twice begins the first time: no news."""
    zone = ZoneInfo(series.zone)
    days = list(read(series.rule).days(series.first_on, series.until_on))
    return [
        (
            _("Clock change"),
            _("On %(day)s the clocks jump over this time. The meeting begins at %(time)s.")
            % {"day": date_format(odd, "j F Y"), "time": f"{odd:%H:%M}"},
        )
        for odd in odd_days(days, series.starts, zone)
    ]


@dataclass(frozen=True)
class Ending:
    """What ending a series would call off."""

    meetings: int
    people: int


def ending(series: MeetingSeries, *, now: datetime) -> Ending:
    """How many meetings are to come, and how many people have a place in one or wait for one. One query."""
    return _ending(series.meetings.all(), now)


def ending_of_group(group: Group, *, now: datetime) -> Ending:
    """The same of everything that is planned for a group. One query."""
    return _ending(PeerSession.objects.filter(group=group), now)


def _ending(rows: QuerySet[PeerSession], now: datetime) -> Ending:
    told = Q(meeting_places__state__in=[TAKEN, OFFERED, WAITING_FOR])
    found = rows.filter(state=BOOKED, starts_at__gt=now).aggregate(
        meetings=Count("pk", distinct=True),
        people=Count("meeting_places__peer", filter=told, distinct=True),
    )
    return Ending(found["meetings"], found["people"])


def next_day(series: MeetingSeries, *, now: datetime) -> str:
    """The day, by its series, of the next meeting to come; empty when there is none."""
    coming = series.meetings.filter(state=BOOKED, starts_at__gt=now).order_by("occurs_on")
    found = coming.values_list("occurs_on", flat=True).first()
    return found.isoformat() if found else ""
