"""Places in a group's meeting: taken, waited for, given back; and what changing a meeting means for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg.errors import ExclusionViolation
from psycopg.types.range import Range

from audit.actions import Actor, record
from lib.refusal import Refused
from people.access import LinkHolder
from people.models import GroupMember
from reminders.actions import cancel_for_all
from sessions.actions.holding import hold
from sessions.actions.line import Line, queueing
from sessions.actions.offers import let_go, settle
from sessions.models import Hold, MeetingPlace, PeerSession
from sessions.states import BOOKED, CANCELLED, GIVEN_BACK, OFFERED, PLACE_MOVES, TAKEN


def take_place(*, peer_session_id: UUID, member: GroupMember, by: Actor, now: datetime) -> MeetingPlace:
    """Somebody comes: they have a place while there is one, and otherwise stand in line. Twice is once.

    Raises Refused when they left the group, when the meeting has begun or was called off, or when something else is
    booked for them at that time; never says what.
    """
    with queueing(peer_session_id, member.peer_id, by=by, now=now) as line:
        _refuse_closed(line, member)
        settle(line)
        place = line.of(member.peer_id)
        if place.state == OFFERED or (place.state != TAKEN and line.free() > 0):
            line.ask(place)
            line.change(place, "take_place")
            _hold_time(line, [place])
        elif place.may("await_place"):
            line.ask(place)
            line.change(place, "await_place")
    return place


def await_place(*, peer_session_id: UUID, member: GroupMember, by: Actor, now: datetime) -> MeetingPlace:
    """Somebody stands in line, at its end; whoever has asked already keeps what they have. Raises like `take_place`.

    Where a place is free meanwhile, it is offered to them at once.
    """
    with queueing(peer_session_id, member.peer_id, by=by, now=now) as line:
        _refuse_closed(line, member)
        place = line.of(member.peer_id)
        if place.may("await_place"):
            line.ask(place)
            line.change(place, "await_place")
        settle(line)
    return place


def give_back(*, peer_session_id: UUID, member: GroupMember, by: Actor, now: datetime) -> MeetingPlace:
    """Somebody does not come this time: what they had is passed on. Raises Refused once the meeting has begun."""
    with queueing(peer_session_id, member.peer_id, by=by, now=now) as line:
        _refuse_closed(line, member)
        place = line.of(member.peer_id)
        if place.may("give_back"):
            let_go(line, place)
        elif place._state.adding:  # they say so before they have asked
            place.settled_at = now
            line.note("give_back", place)
        settle(line)
    return place


@dataclass(frozen=True)
class Given:
    """What came of giving everybody a place: how many have one now, and whose time is taken by something else."""

    placed: int
    busy: list[UUID]


def give_places(*, peer_session_id: UUID, by: Actor, now: datetime) -> Given:
    """Give a place to everybody in the group who has not said no. Raises Refused where they do not all fit."""
    with transaction.atomic():
        group_id = PeerSession.objects.values_list("group_id", flat=True).get(pk=peer_session_id)
        here = GroupMember.objects.filter(group_id=group_id, left_at__isnull=True)
        peers = set(here.values_list("peer_id", flat=True))
        with queueing(peer_session_id, *peers, by=by, now=now, each=False) as line:
            _refuse_closed(line)
            settle(line)
            wanted = [line.of(peer_id) for peer_id in sorted(peers & line.members)]
            wanted = [
                place for place in wanted if place._state.adding or place.state not in (GIVEN_BACK, TAKEN)
            ]
            _refuse_too_many(line, wanted)
            busy = _busy(line.meeting, [place.peer_id for place in wanted])
            placed = [place for place in wanted if place.peer_id not in busy]
            for place in placed:
                line.ask(place)
                line.change(place, "take_place")
            _hold_time(line, placed)
        ids = [str(place.pk) for place in placed]
        record(by=by, verb="sessions.give_places", what=line.meeting, now=now, places=ids)
    return Given(len(placed), sorted(busy))


def _refuse_closed(line: Line, member: GroupMember | None = None) -> None:
    if line.meeting.state == CANCELLED:
        raise Refused(_("This meeting was called off."))
    if line.meeting.state != BOOKED or line.meeting.starts_at <= line.now:
        raise Refused(_("This meeting has begun already."))
    if member is not None and member.peer_id not in line.members:
        raise Refused(_("They do not belong to this group any more."))


def _refuse_too_many(line: Line, wanted: list[MeetingPlace]) -> None:
    more = sum(not place.occupies() for place in wanted)
    if more > line.free():
        words = ngettext(
            "Not everybody fits in: %(free)s place is free, and %(more)s people have none.",
            "Not everybody fits in: %(free)s places are free, and %(more)s people have none.",
            line.free(),
        )
        raise Refused(words % {"free": max(line.free(), 0), "more": more})


def _busy(meeting: PeerSession, peer_ids: Iterable[UUID]) -> set[UUID]:
    """Whose time is held by something else then. Under the locks of all of them, so that it stays true."""
    during = Range(meeting.starts_at, meeting.ends_at)
    rows = Hold.objects.filter(peer_id__in=list(peer_ids), released_at__isnull=True, during__overlap=during)
    return {peer_id for peer_id in rows.values_list("peer_id", flat=True) if peer_id is not None}


def _hold_time(line: Line, places: list[MeetingPlace]) -> None:
    try:
        with transaction.atomic():
            hold(line.meeting, peers=[place.peer_id for place in places])
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        if isinstance(line.by, LinkHolder):
            raise Refused(_("You have something else at that time.")) from error
        raise Refused(_("They have something else at that time.")) from error


# What changing a meeting means for its places: part of actions that hold the meetings' rows locked. -----------------


def end_all(meetings: Sequence[PeerSession], *, by: Actor, now: datetime) -> int:
    """Meetings are called off: nobody has a place in them or waits for one any more; how many did.

    Whom to tell must have been read before; the time that the meetings hold is released by the action itself.
    """
    open_ones = MeetingPlace.objects.filter(
        peer_session__in=[meeting.pk for meeting in meetings], state__in=PLACE_MOVES["give_back"][0]
    )
    offered = list(open_ones.filter(state=OFFERED).values_list("pk", flat=True))
    ended = open_ones.update(state=PLACE_MOVES["give_back"][1], offer_ends_at=None, settled_at=now)
    if offered:
        cancel_for_all(object_ids=offered, by=by, now=now)
    return ended


def settle_places(meeting: PeerSession, *, by: Actor, now: datetime) -> None:
    """Time or places of a meeting have changed: offers go out for places there are now, and end in time for it."""
    with queueing(meeting.pk, by=by, now=now) as line:
        settle(line)
