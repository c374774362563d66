"""Passing places on: what is free is offered to whoever is first in line, kept for a while, and goes on to the next.

A place is kept for a day, and never past two hours before the meeting. Nearer than that, or where less than half an
hour would be left to answer in, it is kept for nobody: all who wait are told, and whoever says yes first has it.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.db import InterfaceError, OperationalError

from audit.actions import Clock
from lib import wall
from people import door
from sessions.actions.line import Line, queueing
from sessions.actions.place_notices import remind_each
from sessions.models import MeetingPlace, PeerSession
from sessions.queries import places_due
from sessions.queries.places_due import FIRST_TO_ANSWER, KEPT_FOR, LEAST, answer_until
from sessions.states import BOOKED, OCCUPIES, OFFERED, WAITING_FOR

log = logging.getLogger(__name__)


def kept_until(meeting: PeerSession, now: datetime) -> datetime | None:
    """Until when a place that is offered now is kept; None where the first to answer has it."""
    until = min(now + KEPT_FOR, meeting.starts_at - FIRST_TO_ANSWER)
    return until if until - now >= LEAST else None


def settle(line: Line) -> None:
    """Bring a line up to date: who left the group is out, offers that ended lapse, what is free is passed on."""
    if line.meeting.state != BOOKED or line.meeting.starts_at <= line.now:
        return
    for place in line.places.values():
        if place.peer_id not in line.members and place.state in (*OCCUPIES, WAITING_FOR):
            let_go(line, place, by_itself=True)
        elif place.state == OFFERED and answer_until(line.meeting, place) <= line.now:
            lapse(line, place)
    until = kept_until(line.meeting, line.now)
    if until is None:
        line.told = line.waiting() if line.freed and line.free() > 0 else []
        return
    for place in line.waiting()[: max(line.free(), 0)]:
        offer_place(line, place, until=until)


def offer_place(line: Line, place: MeetingPlace, *, until: datetime) -> None:
    """Keep a free place for somebody who waits. Part of settling, which knows that there is one."""
    line.change(place, "offer_place", until=until, by=line.clock())


def lapse(line: Line, place: MeetingPlace) -> None:
    """An offer that nobody answered ends. Part of settling."""
    line.change(place, "lapse", until=answer_until(line.meeting, place), by=line.clock())


def let_go(line: Line, place: MeetingPlace, *, by_itself: bool = False) -> None:
    """A place is given back, or a place in the line; the peer's time is their own again."""
    line.change(place, "give_back", by=line.clock() if by_itself else None)


def pass_on(*, peer_session_id: UUID, now: datetime) -> None:
    """Settle the line of one meeting, by the clock: a second run finds nothing left to do."""
    organisation_id = wall.current()
    assert organisation_id is not None
    with queueing(peer_session_id, by=Clock(organisation_id), now=now) as line:
        settle(line)


def pass_on_due(*, now: datetime) -> int:
    """Settle every line in which something is due, each in a transaction of its own; how many there were."""
    return _everywhere(
        places_due.meetings, now, lambda meeting_id, _by: pass_on(peer_session_id=meeting_id, now=now)
    )


def remind_due(*, now: datetime) -> int:
    """Remind whoever has a place in a meeting that is a day away; how many meetings that concerned."""
    return _everywhere(places_due.to_remind, now, lambda meeting_id, by: _remind(meeting_id, by, now))


def _remind(peer_session_id: UUID, by: Clock, now: datetime) -> None:
    # Whoever gives their place back, and whoever calls the meeting off, waits for this row; then nobody is reminded.
    related = PeerSession.objects.select_related("organisation")
    meeting = related.select_for_update(of=("self",)).get(pk=peer_session_id)
    if meeting.state == BOOKED:
        remind_each(meeting, places_due.unreminded(meeting), by=by, now=now)


def _everywhere(
    due: Callable[[datetime], Iterable[UUID]], now: datetime, do: Callable[[UUID, Clock], None]
) -> int:
    """Do something for each due meeting of each organisation. What fails for one does not keep the others waiting."""
    done = 0
    for organisation_id in door.organisation_ids():
        with wall.inside(organisation_id):
            meeting_ids = list(due(now))
        for meeting_id in meeting_ids:
            try:
                with wall.inside(organisation_id):
                    do(meeting_id, Clock(organisation_id))
                done += 1
            except (InterfaceError, OperationalError):
                raise
            except Exception:
                log.exception("the places of meeting %s could not be brought up to date", meeting_id)
    return done
