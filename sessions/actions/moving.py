"""A booked session gets another time, place or length."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib import moves
from lib.refusal import Refused
from people.access import LinkHolder
from people.actions.links import extend_links
from sessions.actions.holding import again_after_deadlock, hold, queue_for, refusing_overlap, release
from sessions.actions.notices import announce_move
from sessions.actions.outcomes import locked, mark_confirmed
from sessions.actions.rules import (
    LINK_STAYS,
    refuse_pairing,
    refuse_room,
    refuse_time,
    refuse_too_often,
    refuse_unfit,
)
from sessions.models import Pairing, PeerSession, Setting
from sessions.queries.standing import Standing, standing
from sessions.states import SESSION_MOVES

MOVED_FIELDS = (
    *("starts_at", "ends_at", "setting", "room", "meeting_point"),
    *("state", "confirmed_at", "confirmed_by", "moved_at", "moved_by", "sequence"),
)


@dataclass(frozen=True)
class Wish:
    """When and where a session is to be."""

    starts_at: datetime
    ends_at: datetime
    setting: str
    room_id: UUID | None
    meeting_point: str

    def holds_for(self, row: PeerSession) -> bool:
        """Whether it is so already."""
        return all(getattr(row, name) == value for name, value in vars(self).items())


def move(
    *,
    peer_session_id: UUID,
    sequence: int,
    starts_at: datetime,
    minutes: int,
    setting: str,
    room_id: UUID | None,
    meeting_point: str,
    by: Actor,
    now: datetime,
) -> PeerSession:
    """Give a session another time, place or length: it waits for a new yes, save where the peer chose it themselves.

    `sequence` is that of the page it was asked on. The same form sent again changes nothing. Raises Refused for a page
    made before another move, for what has begun or is over, and wherever `book` would.
    """
    refuse_time(starts_at, minutes, now)
    in_room = setting == Setting.ROOM
    wish = Wish(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        setting=setting,
        room_id=room_id if in_room else None,
        meeting_point="" if in_room else meeting_point,
    )
    return again_after_deadlock(lambda: _move(peer_session_id, sequence, wish, by=by, now=now))


def _move(peer_session_id: UUID, sequence: int, wish: Wish, *, by: Actor, now: datetime) -> PeerSession:
    with transaction.atomic():
        there = _queue(peer_session_id, wish, now)
        peer_session = locked(peer_session_id)
        if _was_just_done(peer_session, sequence, wish, by):
            return peer_session
        _refuse(peer_session, wish, sequence, there, by=by, now=now)
        moves.move(SESSION_MOVES, "move", peer_session)
        _take(peer_session, wish, there, by=by, now=now)
        link_id = extend_links(
            object_id=peer_session.pk, expires_at=peer_session.ends_at + LINK_STAYS, now=now
        )
        announce_move(peer_session, there, link_id=link_id, by=by, now=now)
        record(by=by, verb="sessions.move", what=peer_session, now=now, sequence=peer_session.sequence)
    return peer_session


def _queue(peer_session_id: UUID, wish: Wish, now: datetime) -> Standing:
    """Queue up for everybody and everything it holds and will hold, then for the pairing, and see how things stand.

    The room it holds now is read before the queue: if it is another by then, the page is older than that move, and
    is refused.
    """
    row = PeerSession.objects.select_related("pairing").get(pk=peer_session_id, pairing__isnull=False)
    queue_for(row.two.supporter_id, row.two.peer_id, row.room_id, wish.room_id)
    Pairing.objects.select_for_update(of=("self",)).only("pk").get(pk=row.two.pk)
    return standing(
        row.two.pk,
        once=row.pk,
        room_id=wish.room_id,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        now=now,
    )


def _was_just_done(peer_session: PeerSession, sequence: int, wish: Wish, by: Actor) -> bool:
    """Whether this very form was sent before."""
    by_them = (peer_session.sequence, peer_session.moved_by) == (sequence + 1, by.actor)
    return by_them and wish.holds_for(peer_session)


def _refuse(
    peer_session: PeerSession, wish: Wish, sequence: int, there: Standing, *, by: Actor, now: datetime
) -> None:
    if not peer_session.may("move"):
        raise Refused(_("This session is over or called off, so it can no longer be moved."))
    if peer_session.sequence != sequence:
        raise Refused(
            _("Somebody moved this session while your page was open. Please look at its new time first.")
        )
    if peer_session.starts_at <= now:
        raise Refused(_("This session has begun already, so it can no longer be moved."))
    if wish.holds_for(peer_session):
        raise Refused(_("This is its time and place already. Change something, or go back."))
    refuse_pairing(there)
    same_time = (peer_session.starts_at, peer_session.ends_at) == (wish.starts_at, wish.ends_at)
    if not same_time:
        _refuse_a_new_time(wish, there)
    own = same_time or by.actor == f"member:{there.supporter_id}"
    refuse_unfit(wish, there, pairing_id=peer_session.two.pk, besides=peer_session.pk, own=own, now=now)


def _refuse_a_new_time(wish: Wish, there: Standing) -> None:
    """A new place may be needed at once; a new time is a new promise."""
    if there.number is None:
        raise Refused(
            _(
                "No agreement is in force for the two of you, so only the place can change. Make a new one first."
            )
        )
    refuse_too_often(there, wish.starts_at)


def _take(peer_session: PeerSession, wish: Wish, there: Standing, *, by: Actor, now: datetime) -> None:
    """Let go of the old time and hold the new, both or neither."""
    for name, value in vars(wish).items():
        setattr(peer_session, name, value)
    refuse_room(peer_session, open_room=there.open_room)
    peer_session.confirmed_at, peer_session.confirmed_by = None, ""
    peer_session.moved_at, peer_session.moved_by = now, by.actor
    peer_session.sequence += 1
    if isinstance(by, LinkHolder):
        moves.move(SESSION_MOVES, "confirm", peer_session)
        mark_confirmed(peer_session, by=by, now=now)
    with refusing_overlap(peer_session):
        release(peer_session, now=now)
        peer_session.save(update_fields=MOVED_FIELDS)
        rooms = [peer_session.room_id] if peer_session.room_id else []
        hold(peer_session, supporters=[there.supporter_id], peers=[there.peer_id], rooms=rooms)
