"""Meetings that come again: planned by a rule, made 26 weeks ahead, ended. Changing one stands in `changing_series`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.refusal import Refused
from people.actions.revisions import stale
from people.models import Group
from people.states import ACTIVE
from sessions.actions.holding import queue_for
from sessions.actions.meeting_news import remind_members
from sessions.actions.meeting_time import (
    Where,
    Wish,
    facilitators_of,
    fit,
    group_now,
    in_line,
    leave_closed_rooms,
    refuse_rooms,
    refusing_the_unforeseen,
)
from sessions.actions.meetings import FURTHEST, LONGEST, SHORTEST, call_off, present
from sessions.models import Hold, MeetingSeries, PeerSession, Setting
from sessions.recurrence import BadRule, Recurrence, moment_of, planned, read
from sessions.recurrence_words import FAULTS
from sessions.states import BOOKED

AHEAD = timedelta(weeks=26)  # how far meetings are made


@dataclass(frozen=True)
class Plan:
    """What a series is planned as: which days come again, when on whose clock, where."""

    recurrence: Recurrence
    from_on: date
    until_on: date
    starts: time
    minutes: int
    zone: ZoneInfo
    where: Where

    def days(self, *, earliest: date | None = None) -> list[date]:
        """Every day of it; with `earliest`, from a nearer day on. Raises Refused, beside the field that is to blame."""
        try:
            return planned(self.recurrence, self.from_on, self.until_on, earliest=earliest)
        except BadRule as bad:
            name, words = FAULTS[bad.fault]
            raise Refused(words, field=name) from bad

    def check(self, now: datetime) -> None:
        """Raise Refused for what no series is: in the past, too far away, too short or too long a meeting."""
        today = now.astimezone(self.zone).date()
        if self.from_on < today:
            raise Refused(_("This day has passed. Please choose a later one."), field="from_on")
        if self.from_on > today + FURTHEST:
            raise Refused(_("Please choose a day within the next year."), field="from_on")
        if not SHORTEST <= self.minutes <= LONGEST:
            raise Refused(_("A meeting lasts between 10 minutes and 8 hours."), field="minutes")

    def put_on(self, series: MeetingSeries, days: Sequence[date]) -> None:
        """Set it on a row, unsaved. The first day is the first of the rule, as the standard wants it."""
        series.rule = self.recurrence.rule(self.until_on, self.zone)
        series.first_on, series.until_on = days[0], self.until_on
        series.starts, series.minutes, series.zone = self.starts, self.minutes, self.zone.key
        self.where.tidy().put_on(series)


@dataclass
class Made:
    """What came of making meetings: how many, and on which days one has no room or too few facilitators."""

    series: MeetingSeries
    meetings: list[PeerSession] = field(default_factory=list)

    @property
    def without_room(self) -> list[PeerSession]:
        """Those whose room was taken, or closed."""
        return [row for row in self.meetings if row.setting == Setting.ROOM and row.room_id is None]


def plan_series(*, once: UUID, group_id: UUID, plan: Plan, by: Actor, now: datetime) -> Made:
    """Plan meetings that come again, and make those of the next 26 weeks; the same form sent again gives the same.

    A day on which the room or a facilitator is taken gets its meeting without. Raises Refused for a rule without days,
    with too many, or over too long a time; for a group that was put away; for a room that is closed or too small.
    """
    plan.check(now)
    days = plan.days()
    with transaction.atomic():
        in_line(group_id)
        there = group_now(group_id, MeetingSeries.objects.filter(pk=once))
        if there.made:
            earlier = MeetingSeries.objects.get(pk=once)
            return Made(earlier, list(earlier.meetings.order_by("occurs_on")))
        queue_for(*there.facilitators, *plan.where.tidy().rooms)
        refuse_rooms(plan.where.tidy())
        series = new_series(once, there.group, plan, days, by=by, now=now)
        _refuse_nothing_to_come(days, series, now)
        series.made_until = horizon(series, now)
        series.save(force_insert=True)
        meetings = [meeting_of(series, day, by=by, now=now) for day in up_to_horizon(days, series, now)]
        made = store(series, there.group, meetings, there.facilitators, by=by, now=now)
        count = len(made.meetings)
        record(by=by, verb="sessions.plan_series", what=series, now=now, group=group_id, meetings=count)
    return made


def new_series(
    once: UUID, group: Group, plan: Plan, days: Sequence[date], *, by: Actor, now: datetime
) -> MeetingSeries:
    """A series as planned, not stored yet."""
    series = MeetingSeries(
        id=once, organisation_id=by.organisation_id, group=group, made_at=now, made_by=by.actor
    )
    plan.put_on(series, days)
    return series


def _refuse_nothing_to_come(days: Sequence[date], series: MeetingSeries, now: datetime) -> None:
    if moment_of(days[-1], series.starts, ZoneInfo(series.zone)) <= now:
        raise Refused(_("All of these days have passed. Please choose a later last day."), field="until_on")


def horizon(series: MeetingSeries, now: datetime) -> date:
    """The last day for which meetings are made now."""
    today = now.astimezone(ZoneInfo(series.zone)).date()
    return min(series.until_on, today + AHEAD)


def still_to_come(days: Iterable[date], series: MeetingSeries, now: datetime) -> list[date]:
    """Those of the days on which its meeting has not begun."""
    zone = ZoneInfo(series.zone)
    return [day for day in days if moment_of(day, series.starts, zone) > now]


def up_to_horizon(days: Iterable[date], series: MeetingSeries, now: datetime) -> list[date]:
    """Those for which meetings are made now."""
    last = horizon(series, now)
    return [day for day in still_to_come(days, series, now) if day <= last]


def meeting_of(series: MeetingSeries, day: date, *, by: Actor, now: datetime) -> PeerSession:
    """The meeting of one day of a series, not stored yet."""
    meeting = PeerSession(
        organisation_id=series.organisation_id,
        group_id=series.group_id,
        series=series,
        occurs_on=day,
        booked_at=now,
        booked_by=by.actor,
    )
    put_day_on(meeting, series, day)
    return meeting


def put_day_on(meeting: PeerSession, series: MeetingSeries, day: date) -> None:
    """Set a day of a series on a meeting, unsaved: its time on the series' clock, and its place."""
    meeting.starts_at = moment_of(day, series.starts, ZoneInfo(series.zone))
    meeting.ends_at = meeting.starts_at + timedelta(minutes=series.minutes)
    Where.of(series).put_on(meeting)


def store(
    series: MeetingSeries,
    group: Group,
    meetings: list[PeerSession],
    facilitators: dict[UUID, datetime | None],
    *,
    by: Actor,
    now: datetime,
) -> Made:
    """Store new meetings of a series with whoever and whichever room is free. All lines they need must be held.

    A day that has a meeting already, moved or called off as it may be, gets no other: the database refuses it.
    """
    wishes = [Wish(row, present(facilitators, row.starts_at)) for row in meetings]
    with refusing_the_unforeseen():
        holds = fit(wishes)
        PeerSession.objects.bulk_create(meetings, ignore_conflicts=True)
        stored = PeerSession.objects.filter(pk__in=[row.pk for row in meetings])
        new = set(stored.values_list("pk", flat=True))
        holds = [hold for hold in holds if hold.peer_session_id in new]
        Hold.objects.bulk_create(holds)
    remind_members(group, holds, by=by, now=now)
    return Made(series, [row for row in meetings if row.pk in new])


def make_ahead(*, series_id: UUID, by: Actor, now: datetime) -> Made:
    """Make what has come within 26 weeks since the last time. Twice, also at once, does no more than once."""
    with transaction.atomic():
        queued = queue_for_series(series_id)
        series = queued.series
        if series.ended_at is not None or series.group.state != ACTIVE:
            return Made(series)
        known = set(series.meetings.values_list("occurs_on", flat=True))
        days = up_to_horizon(read(series.rule).days(series.first_on, series.until_on), series, now)
        meetings = [meeting_of(series, day, by=by, now=now) for day in days if day not in known]
        leave_closed_rooms(meetings)
        made = store(series, series.group, meetings, queued.facilitators, by=by, now=now)
        series.made_until = horizon(series, now)
        series.save(update_fields=["made_until"])
        if made.meetings:
            record(by=by, verb="sessions.make_ahead", what=series, now=now, meetings=len(made.meetings))
    return made


@dataclass(frozen=True)
class Queued:
    """A series whose turn it is: its row is locked, and nobody else plans for its group or takes what it needs."""

    series: MeetingSeries
    facilitators: dict[UUID, datetime | None]


def queue_for_series(series_id: UUID, *others: UUID, whoever_comes: bool = False) -> Queued:
    """Wait in line for the group, then for everybody and everything the series needs; then lock its row.

    `whoever_comes`: also for all whose time its meetings hold now, peers with a place and those who stand in.
    """
    row = MeetingSeries.objects.get(pk=series_id)
    in_line(row.group_id)
    facilitators = facilitators_of(row.group_id)
    held = _held(row) if whoever_comes else ()
    queue_for(*facilitators, *Where.of(row).rooms, *others, *held)
    related = MeetingSeries.objects.select_related("group__organisation")
    return Queued(related.select_for_update(of=("self",)).get(pk=series_id), facilitators)


def _held(series: MeetingSeries) -> Iterable[UUID]:
    """Whoever and whatever the meetings of a series hold now."""
    rows = Hold.objects.filter(peer_session__series=series, released_at__isnull=True)
    found = rows.filter(peer_session__state=BOOKED).values_list("holder_id", flat=True)
    return found.distinct()


def due(now: datetime) -> list[UUID]:
    """The series of this organisation of which meetings may be missing, by the clock of each."""
    rows = MeetingSeries.objects.filter(ended_at__isnull=True, group__state=ACTIVE)
    rows = rows.filter(Q(made_until__isnull=True) | Q(made_until__lt=F("until_on")))
    found = rows.filter(first_on__lte=(now + AHEAD).date() + timedelta(days=1)).order_by("pk")
    return list(found.values_list("pk", flat=True))


def end_series(*, series_id: UUID, revision: int, why: str, by: Actor, now: datetime) -> MeetingSeries:
    """End a series: nothing more is made, and what is to come is called off. Whoever has a place in it is told.

    Raises Refused for a page that is older than the last change, and for a series that has ended.
    """
    with transaction.atomic():
        series = queue_for_series(series_id).series
        refuse_stale(series, revision, "end_series")
        meetings = list(
            series.meetings.filter(state=BOOKED, starts_at__gt=now)
            .select_for_update(of=("self",))
            .order_by("pk")
        )
        series.ended_at, series.ended_by = now, by.actor
        series.revision += 1
        series.save(update_fields=["ended_at", "ended_by", "revision"])
        if meetings:
            call_off(series.group, meetings, why=why, by=by, now=now)
        record(by=by, verb="sessions.end_series", what=series, now=now, meetings=len(meetings), why=why)
    return series


def refuse_stale(series: MeetingSeries, revision: int, verb: str) -> None:
    """Raise Refused when a series has changed since its page was opened, or has ended."""
    if not series.may(verb):
        raise Refused(_("This series has ended, or goes on as another one. Please look at it again."))
    if series.revision != revision:
        raise Refused(stale())
