"""Changing meetings that come again, from one of them on: the series ends there and another follows it.

The meetings to come are carried over into it. Each keeps its row, and so its places, its line and its page: it only
gets another day, time or place. What was changed alone keeps its change, and what was called off stays off.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from audit.actions import Actor, record
from reminders.actions import cancel_for_all
from sessions.actions.meeting_news import audience, remind, tell_moved
from sessions.actions.meeting_time import (
    Wish,
    fit,
    refuse_archived,
    refuse_rooms,
    refusing_the_unforeseen,
    release_all,
)
from sessions.actions.meetings import call_off, present
from sessions.actions.series import (
    Plan,
    horizon,
    meeting_of,
    new_series,
    put_day_on,
    queue_for_series,
    refuse_stale,
    still_to_come,
    store,
    up_to_horizon,
)
from sessions.models import Hold, MeetingSeries, PeerSession, Setting, Why
from sessions.recurrence import read
from sessions.states import BOOKED

Facilitators = dict[UUID, datetime | None]  # and until when each takes a break
NEAR = 15  # days: a meeting is carried over to a day that is no further away
CARRIED = (
    *("series", "occurs_on", "starts_at", "ends_at", "setting", "room", "side_room", "meeting_point"),
    *("places", "moved_at", "moved_by", "sequence"),
)


@dataclass
class Changed:
    """What came of changing a series."""

    series: MeetingSeries
    carried: list[PeerSession] = field(default_factory=list)
    made: list[PeerSession] = field(default_factory=list)
    called_off: list[PeerSession] = field(default_factory=list)
    kept_alone: int = 0  # changed alone before, and left as they are

    @property
    def without_room(self) -> list[PeerSession]:
        """Those whose room is taken then."""
        rows = [row for row in (*self.carried, *self.made) if row.setting == Setting.ROOM]
        return sorted((row for row in rows if row.room_id is None), key=lambda row: row.starts_at)


def change_series(
    *, once: UUID, series_id: UUID, revision: int, plan: Plan, by: Actor, now: datetime
) -> Changed:
    """Let meetings come by another plan from `plan.from_on` on; the same form sent again changes nothing more.

    Raises Refused like `plan_series`, for a page that is older than the last change, and for a series that has ended.
    """
    plan.check(now)
    with transaction.atomic():
        queued = queue_for_series(series_id, *plan.where.tidy().rooms, whoever_comes=True)
        old = queued.series
        if old.revision != revision and (earlier := MeetingSeries.objects.filter(pk=once).first()):
            return Changed(earlier)
        refuse_stale(old, revision, "change_series")
        refuse_archived(old.group)
        refuse_rooms(plan.where.tidy())
        days = plan.days(earliest=_earliest(old, plan, now))
        series = new_series(once, old.group, plan, days, by=by, now=now)
        series.follows = old
        series.made_until = horizon(series, now)
        series.save(force_insert=True)
        coming = _coming(old, plan.from_on)
        _shorten(old, plan.from_on, by=by, now=now)
        changed = _carry_over(series, coming, days, queued.facilitators, by=by, now=now)
        record(by=by, verb="sessions.change_series", what=old, now=now, **_counts(changed))
    return changed


def _earliest(old: MeetingSeries, plan: Plan, now: datetime) -> date:
    """The first day that the new plan may take: not one that has passed, and none of those that stay as they are."""
    today = now.astimezone(plan.zone).date()
    stays = old.meetings.filter(occurs_on__lt=plan.from_on).order_by("-occurs_on")
    last = stays.values_list("occurs_on", flat=True).first()
    return max(today, last + timedelta(days=1)) if last else today


def _counts(changed: Changed) -> dict[str, object]:
    return {
        "followed_by": changed.series.pk,
        "carried": len(changed.carried),
        "made": len(changed.made),
        "called_off": len(changed.called_off),
    }


def _coming(old: MeetingSeries, from_on: date) -> list[PeerSession]:
    rows = old.meetings.filter(occurs_on__gte=from_on).select_for_update(of=("self",))
    return list(rows.order_by("pk"))


def _shorten(old: MeetingSeries, from_on: date, *, by: Actor, now: datetime) -> None:
    """Let a series end the day before. What it has until then can still be changed; if nothing, it is over."""
    last = max(old.first_on, min(old.until_on, from_on - timedelta(days=1)))
    old.rule = read(old.rule).rule(last, ZoneInfo(old.zone))
    old.until_on = last
    old.revision += 1
    earlier = old.meetings.filter(occurs_on__lt=from_on, state=BOOKED, starts_at__gt=now)
    if not earlier.exists():
        old.ended_at, old.ended_by = now, by.actor
    old.save(update_fields=["rule", "until_on", "revision", "ended_at", "ended_by"])


def matched(meetings: Sequence[PeerSession], days: Sequence[date]) -> dict[UUID, date]:
    """Which meeting goes to which day: the nearest pairs first, each day and each meeting once."""
    pairs = sorted(
        (abs((row.occurs_on - day).days), row.occurs_on, day, row.pk)
        for row in meetings
        for day in days
        if row.occurs_on is not None and abs((row.occurs_on - day).days) <= NEAR
    )
    found: dict[UUID, date] = {}
    used: set[date] = set()
    for _distance, _occurs_on, day, pk in pairs:
        if pk not in found and day not in used:
            found[pk] = day
            used.add(day)
    return found


def _carry_over(
    series: MeetingSeries,
    coming: Sequence[PeerSession],
    days: Sequence[date],
    facilitators: Facilitators,
    *,
    by: Actor,
    now: datetime,
) -> Changed:
    day_of = matched(coming, still_to_come(days, series, now))
    free = [row for row in coming if _is_free(row, now)]
    carried = [row for row in free if row.pk in day_of]
    off = [row for row in free if row.pk not in day_of]
    left_alone = [row for row in coming if not _is_free(row, now)]
    for row in left_alone:
        if row.pk in day_of:
            row.series, row.occurs_on = series, day_of[row.pk]
    PeerSession.objects.bulk_update(left_alone, ["series", "occurs_on"])
    if off:
        call_off(series.group, off, why=Why.TIME, by=by, now=now)
    _move(series, carried, day_of, facilitators, by=by, now=now)
    missing = [day for day in up_to_horizon(days, series, now) if day not in day_of.values()]
    new = [meeting_of(series, day, by=by, now=now) for day in missing]
    made = store(series, series.group, new, facilitators, by=by, now=now)
    alone = sum(row.state == BOOKED and row.starts_at > now for row in left_alone)
    return Changed(series, carried, made.meetings, off, alone)


def _is_free(row: PeerSession, now: datetime) -> bool:
    """Whether a meeting follows its series: not changed alone, not called off, not begun."""
    return row.state == BOOKED and not row.changed_alone and row.starts_at > now


def _move(
    series: MeetingSeries,
    meetings: Sequence[PeerSession],
    day_of: dict[UUID, date],
    facilitators: Facilitators,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Give each its new day, time and place, hold what it needs, and tell whoever has a place where that changed."""
    if not meetings:
        return
    before = audience(meetings, by=by, now=now)
    shown = {row.pk: _shown(row) for row in meetings}
    for row in meetings:
        _change(row, series, day_of[row.pk])
    kept = {row.pk for row in meetings if _shown(row)[:2] == shown[row.pk][:2]}  # at the time they had
    wishes = _wishes(meetings, facilitators, kept)  # who takes a break is asked of the new time
    release_all(meetings, now=now)
    with refusing_the_unforeseen():
        holds = fit(wishes)
        moved = [row for row in meetings if _shown(row) != shown[row.pk]]
        for row in moved:
            row.sequence += 1
            row.moved_at, row.moved_by = now, by.actor
        PeerSession.objects.bulk_update(meetings, CARRIED)
        Hold.objects.bulk_create(holds)
    cancel_for_all(object_ids=[row.pk for row in moved], by=by, now=now)
    tell_moved(series.group, moved, before, slot=str(series.pk), by=by, now=now)
    remind(series.group, moved, by=by, now=now)


def _shown(row: PeerSession) -> tuple[object, ...]:
    """What somebody who comes has to know."""
    return (row.starts_at, row.ends_at, row.setting, row.room_id, row.meeting_point)


def _change(row: PeerSession, series: MeetingSeries, day: date) -> None:
    row.series, row.occurs_on = series, day
    put_day_on(row, series, day)
    row.places = max(series.places, row.places_taken)  # nobody is put out


def _wishes(meetings: Sequence[PeerSession], facilitators: Facilitators, kept: set[UUID]) -> list[Wish]:
    """Whose time each meeting takes, members and peers; with facilitators who were taken then and never asked.

    Whoever is down for one of the `kept` stays so, days away or not.
    """
    rows = Hold.objects.filter(peer_session__in=[row.pk for row in meetings], room__isnull=True)
    members: dict[UUID, list[UUID]] = {row.pk: [] for row in meetings}
    peers: dict[UUID, list[UUID]] = {row.pk: [] for row in meetings}
    known: set[tuple[UUID, UUID | None]] = set()
    columns = rows.values_list("peer_session_id", "supporter_id", "peer_id", "released_at")
    for meeting_id, supporter_id, peer_id, released_at in columns:
        known.add((meeting_id, supporter_id))
        if released_at is None and supporter_id is not None:
            members[meeting_id].append(supporter_id)
        if released_at is None and peer_id is not None:
            peers[meeting_id].append(peer_id)
    new = {
        row.pk: [each for each in present(facilitators, row.starts_at) if (row.pk, each) not in known]
        for row in meetings
    }
    return [
        Wish(row, [*members[row.pk], *new[row.pk]], peers[row.pk], members[row.pk] if row.pk in kept else ())
        for row in meetings
    ]
