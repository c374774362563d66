"""One meeting of a group: planned, moved, called off, closed as held."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.actions import Actor, record
from lib.moves import move
from lib.refusal import Refused
from people.actions.revisions import stale
from people.models import Group
from reminders.actions import cancel_for, cancel_for_all
from sessions.actions.holding import queue_for
from sessions.actions.meeting_news import audience, remind, remind_members, tell_called_off, tell_moved
from sessions.actions.meeting_time import (
    Where,
    Wish,
    facilitators_of,
    fit,
    group_now,
    in_line,
    in_line_of_meeting,
    refuse_rooms,
    refusing_the_unforeseen,
    release_all,
)
from sessions.actions.places import end_all, settle_places
from sessions.models import Hold, Party, PeerSession, Why
from sessions.states import MEETING_MOVES

SHORTEST, LONGEST = 10, 480  # minutes
FEWEST, MOST = 2, 200  # places
FURTHEST = timedelta(days=366)


def plan_meeting(
    *,
    once: UUID,
    group_id: UUID,
    starts_at: datetime,
    minutes: int,
    where: Where,
    by: Actor,
    now: datetime,
) -> PeerSession:
    """Plan one meeting; the same form sent again gives the same meeting. Facilitators who are free then are there.

    Raises Refused: a time that has passed, a group that was put away, a room that is taken, closed or too small.
    """
    refuse_when(starts_at, minutes, now)
    where = where.tidy()
    with transaction.atomic():
        in_line(group_id)
        there = group_now(group_id, PeerSession.objects.filter(pk=once))
        if there.made:
            return PeerSession.objects.get(pk=once)
        queue_for(*there.facilitators, *where.rooms)
        refuse_rooms(where)
        meeting = PeerSession(
            id=once,
            organisation_id=by.organisation_id,
            group=there.group,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            booked_at=now,
            booked_by=by.actor,
        )
        where.put_on(meeting)
        with refusing_the_unforeseen():
            holds = fit([Wish(meeting, present(there.facilitators, starts_at))], strict=True)
            meeting.save(force_insert=True)
            Hold.objects.bulk_create(holds)
        remind_members(there.group, holds, by=by, now=now)
        record(by=by, verb="sessions.plan_meeting", what=meeting, now=now, group=group_id)
    return meeting


def present(facilitators: dict[UUID, datetime | None], at: datetime) -> list[UUID]:
    """Those who take no break at a moment."""
    return [each for each, paused_until in facilitators.items() if paused_until is None or paused_until <= at]


def refuse_when(starts_at: datetime, minutes: int, now: datetime) -> None:
    """Only the year to come, and a length that a meeting has."""
    if starts_at <= now:
        raise Refused(_("This time has passed. Please choose a later one."), field="start")
    if starts_at > now + FURTHEST:
        raise Refused(_("Please choose a day within the next year."), field="day")
    if not SHORTEST <= minutes <= LONGEST:
        raise Refused(_("A meeting lasts between 10 minutes and 8 hours."), field="minutes")


def move_meeting(
    *,
    peer_session_id: UUID,
    sequence: int,
    starts_at: datetime,
    minutes: int,
    where: Where,
    by: Actor,
    now: datetime,
) -> PeerSession:
    """Give one meeting another time, place or number of places; whoever has a place keeps it, and is told.

    `sequence` is that of the page it was asked on; what is so already is left alone. Of a series it has then been
    changed alone: it stays so when the series changes. Raises Refused like `plan_meeting`, for a page that is older
    than the last change, for what has begun, and for fewer places than are taken.
    """
    where = where.tidy()
    ends_at = starts_at + timedelta(minutes=minutes)
    with transaction.atomic():
        meeting, group = _queue(peer_session_id, where)
        if (meeting.starts_at, meeting.ends_at, Where.of(meeting)) == (starts_at, ends_at, where):
            return meeting
        _refuse_move(meeting, sequence, where, now)
        refuse_when(starts_at, minutes, now)
        move(MEETING_MOVES, "move_meeting", meeting)
        before, seats = audience([meeting], by=by, now=now), meeting.places or 0
        shifted = _shift(meeting, starts_at, ends_at, where, by=by, now=now)
        if shifted:
            cancel_for(object_id=meeting.pk, by=by, now=now)
            tell_moved(group, [meeting], before, slot=str(meeting.sequence), by=by, now=now)
            remind(group, [meeting], by=by, now=now)
        if where.places > seats:
            settle_places(meeting, by=by, now=now)
        record(by=by, verb="sessions.move_meeting", what=meeting, now=now, sequence=meeting.sequence)
    return meeting


def _queue(peer_session_id: UUID, where: Where) -> tuple[PeerSession, Group]:
    """Wait in line for the group, and for everybody and everything the meeting holds or will; then lock its row."""
    group_id = in_line_of_meeting(peer_session_id)
    held = Hold.objects.filter(peer_session_id=peer_session_id, released_at__isnull=True)
    queue_for(*held.values_list("holder_id", flat=True), *facilitators_of(group_id), *where.rooms)
    return _locked(peer_session_id)


def _locked(peer_session_id: UUID) -> tuple[PeerSession, Group]:
    related = PeerSession.objects.select_related("group__organisation")
    meeting = related.select_for_update(of=("self",)).get(pk=peer_session_id)
    return meeting, meeting.meeting_of


def _refuse_move(meeting: PeerSession, sequence: int, where: Where, now: datetime) -> None:
    if meeting.may("move_meeting") and meeting.sequence != sequence:
        raise Refused(stale())
    if meeting.starts_at <= now:
        raise Refused(_("This meeting has begun already."))
    if where.places < meeting.places_taken:
        words = ngettext(
            "%(taken)s place is taken already.", "%(taken)s places are taken already.", meeting.places_taken
        )
        raise Refused(words % {"taken": meeting.places_taken}, field="places")
    refuse_rooms(where)


def _shift(
    meeting: PeerSession, starts_at: datetime, ends_at: datetime, where: Where, *, by: Actor, now: datetime
) -> bool:
    """Let go of the old time and place and hold the new, both or neither; whether anything but its places changed."""
    old = (meeting.starts_at, meeting.ends_at, meeting.setting, meeting.room_id, meeting.meeting_point)
    same_time = (meeting.starts_at, meeting.ends_at) == (starts_at, ends_at)
    meeting.starts_at, meeting.ends_at = starts_at, ends_at
    where.put_on(meeting)
    wish = wish_of(meeting, same_time=same_time)  # who takes a break is asked of the new time
    meeting.changed_alone = meeting.series_id is not None
    meeting.moved_at, meeting.moved_by = now, by.actor
    meeting.sequence += 1
    with refusing_the_unforeseen():
        release_all([meeting], now=now)
        holds = fit([wish], strict=True)
        meeting.save()
        Hold.objects.bulk_create(holds)
    return old != (starts_at, ends_at, meeting.setting, meeting.room_id, meeting.meeting_point)


def wish_of(meeting: PeerSession, *, same_time: bool) -> Wish:
    """Whose time a meeting takes, members and peers; with facilitators who were taken at its old time, and never asked.

    Who stepped out stays out: their hold is there, and released. Whoever is down for it stays so while its time stays,
    days away or not.
    """
    rows = list(meeting.holds.filter(room__isnull=True).values_list("supporter_id", "peer_id", "released_at"))
    held = [(supporter, peer) for supporter, peer, released_at in rows if released_at is None]
    known = {supporter for supporter, _peer, _released in rows}
    there = present(facilitators_of(meeting.meeting_of.pk), meeting.starts_at)
    members = [supporter for supporter, _peer in held if supporter is not None]
    return Wish(
        meeting,
        supporters=[*members, *(each for each in there if each not in known)],
        peers=[peer for _supporter, peer in held if peer is not None],
        come_anyway=members if same_time else (),
    )


def cancel_meeting(*, peer_session_id: UUID, why: str, by: Actor, now: datetime) -> PeerSession:
    """Call one meeting off: time and rooms are free again, and everybody with a place or in line for one is told."""
    with transaction.atomic():
        in_line_of_meeting(peer_session_id)
        meeting, group = _locked(peer_session_id)
        move(MEETING_MOVES, "cancel_meeting", meeting)
        call_off(group, [meeting], why=why, by=by, now=now)
        record(by=by, verb="sessions.cancel_meeting", what=meeting, now=now, why=why)
    return meeting


def call_off(group: Group, meetings: list[PeerSession], *, why: str, by: Actor, now: datetime) -> None:
    """Cancel locked meetings of one group. Part of the actions that record it."""
    there = audience(meetings, by=by, now=now)
    ids = [meeting.pk for meeting in meetings]
    cancelled = {"cancelled_at": now, "cancelled_by": by.actor, "cancelled_why": Why(why)}
    rows = PeerSession.objects.filter(pk__in=ids)
    rows.update(state=MEETING_MOVES["cancel_meeting"][1], cancelled_side=Party.ORGANISATION, **cancelled)
    release_all(meetings, now=now)
    cancel_for_all(object_ids=ids, by=by, now=now)
    end_all(meetings, by=by, now=now)
    tell_called_off(group, [row for row in meetings if row.ends_at > now], there, by=by, now=now)


def close_meeting(*, peer_session_id: UUID, by: Actor, now: datetime) -> PeerSession:
    """Let a meeting end as held. Raises Refused before it has begun, or when it is closed or called off."""
    with transaction.atomic():
        meeting = PeerSession.objects.select_for_update(of=("self",)).get(
            pk=peer_session_id, group__isnull=False
        )
        close(meeting, by=by, now=now)
        record(by=by, verb="sessions.close_meeting", what=meeting, now=now)
    return meeting


def close(meeting: PeerSession, *, by: Actor, now: datetime) -> None:
    """Let a locked meeting end as held; what still waits to be sent ends with it. Part of closing, and of its note."""
    move(MEETING_MOVES, "close_meeting", meeting)
    if meeting.starts_at > now:
        raise Refused(_("This meeting has not begun yet."))
    meeting.closed_at, meeting.closed_by = now, by.actor
    meeting.save(update_fields=["state", "closed_at", "closed_by"])
    cancel_for(object_id=meeting.pk, by=by, now=now)
