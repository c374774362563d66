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
from sessions.actions.holding import again_after_deadlock, hold_instead, refusing_overlap
from sessions.actions.notices import announce_move
from sessions.actions.outcomes import mark_confirmed
from sessions.actions.rules import (
    LINK_STAYS,
    refuse_in_break,
    refuse_room,
    refuse_state,
    refuse_time,
    refuse_too_often,
    refuse_unfit,
)
from sessions.models import PeerSession, Setting
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
        peer_session = _queue(peer_session_id, wish)
        pairing_id = peer_session.pairing_id
        assert pairing_id is not None  # a meeting has no pairing to queue for, and is not found
        if _was_just_done(peer_session, sequence, wish, by):
            return peer_session
        there = _standing(peer_session, pairing_id, wish, now)
        _refuse(peer_session, wish, sequence, there, now=now)
        _refuse_unfit(peer_session, pairing_id, wish, there, by=by, now=now)
        moves.move(SESSION_MOVES, "move", peer_session)
        _take(peer_session, wish, there, by=by, now=now)
        link_id = extend_links(
            object_id=peer_session.pk, expires_at=peer_session.ends_at + LINK_STAYS, now=now
        )
        announce_move(peer_session, there, link_id=link_id, by=by, now=now)
        record(by=by, verb="sessions.move", what=peer_session, now=now, sequence=peer_session.sequence)
    return peer_session


# One statement, because a page that moves has many to make. What it holds now is read before the queue: if that is
# another room by then, the page is older than that move, and is refused. The row is read once more as it is locked.
QUEUE = """
    WITH held AS MATERIALIZED (
        SELECT count(pg_advisory_xact_lock(hashtextextended(name, 0)))
        FROM (
            SELECT name
            FROM peer_sessions_peersession AS it
            JOIN peer_sessions_pairing AS pairing ON pairing.id = it.pairing_id,
                unnest(ARRAY['hold:' || supporter_id, 'hold:' || peer_id, 'hold:' || room_id, 'hold:' || %s]) AS name
            WHERE it.id = %s AND name IS NOT NULL
            ORDER BY name COLLATE "C"
        ) AS names
    ),
    two AS MATERIALIZED (
        SELECT id FROM peer_sessions_pairing AS pairing, held
        WHERE id = (SELECT pairing_id FROM peer_sessions_peersession WHERE id = %s) FOR UPDATE OF pairing
    )
    SELECT it.* FROM peer_sessions_peersession AS it JOIN two ON two.id = it.pairing_id
    WHERE it.id = %s FOR UPDATE OF it
"""


def _queue(peer_session_id: UUID, wish: Wish) -> PeerSession:
    """Queue up for everybody and everything it holds and will hold, then for the pairing, then for itself.

    In one order whoever asks (see `holding.queue_for`). Raises PeerSession.DoesNotExist.
    """
    room_id = str(wish.room_id) if wish.room_id else None
    for row in PeerSession.objects.raw(QUEUE, [room_id, *[peer_session_id] * 3]):
        return row
    raise PeerSession.DoesNotExist


def _standing(peer_session: PeerSession, pairing_id: UUID, wish: Wish, now: datetime) -> Standing:
    return standing(
        pairing_id,
        once=peer_session.pk,
        room_id=wish.room_id,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        now=now,
    )


def _was_just_done(peer_session: PeerSession, sequence: int, wish: Wish, by: Actor) -> bool:
    """Whether this very form was sent before."""
    by_them = (peer_session.sequence, peer_session.moved_by) == (sequence + 1, by.actor)
    return by_them and wish.holds_for(peer_session)


def _refuse(peer_session: PeerSession, wish: Wish, sequence: int, there: Standing, *, now: datetime) -> None:
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
    refuse_state(there)


def _refuse_unfit(
    peer_session: PeerSession, pairing_id: UUID, wish: Wish, there: Standing, *, by: Actor, now: datetime
) -> None:
    same_time = (peer_session.starts_at, peer_session.ends_at) == (wish.starts_at, wish.ends_at)
    if not same_time:
        _refuse_a_new_time(wish, there)
    own = same_time or by.actor == f"member:{there.supporter_id}"
    refuse_unfit(wish, there, pairing_id=pairing_id, besides=peer_session.pk, own=own, now=now)


def _refuse_a_new_time(wish: Wish, there: Standing) -> None:
    """A new place may be needed at once; a new time is a new promise."""
    if there.number is None:
        raise Refused(
            _(
                "No agreement is in force for the two of you, so only the place can change. Make a new one first."
            )
        )
    refuse_in_break(there, wish.starts_at)
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
        peer_session.save(update_fields=MOVED_FIELDS)
        hold_instead(
            peer_session, supporter=there.supporter_id, peer=there.peer_id, room=peer_session.room_id, now=now
        )
