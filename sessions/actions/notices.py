"""What is sent about a session, and to whom: always through reminders, in its neutral words."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from audit.actions import Actor
from reminders.actions import cancel_for, schedule_each, send_now
from reminders.queries import address_of
from sessions.models import PeerSession
from sessions.queries.standing import Standing

AHEAD = timedelta(hours=24)  # a reminder is due this long before a session
TOO_LATE = timedelta(hours=1)  # and is not made at all for a session that is nearer than this


def announce(peer_session: PeerSession, there: Standing, *, link_id: UUID, by: Actor, now: datetime) -> None:
    """Tell the peer what was booked, and have both reminded; the peer only where they gave an address."""
    facts = _facts(peer_session, there, by=by, now=now)
    if there.reaches_peer:
        send_now(kind="session_booked", recipient_id=there.peer_id, link_id=link_id, **facts)
    _remind(peer_session, there, link_id=link_id, now=now, facts=facts)


def announce_move(
    peer_session: PeerSession, there: Standing, *, link_id: UUID | None, by: Actor, now: datetime
) -> None:
    """Tell both the new time or place, save a supporter who chose it; what was to go out about the old one does not.

    The peer is told also when they chose it themselves: their calendar learns of it only so.
    """
    cancel_for(object_id=peer_session.pk, by=by, now=now)
    facts = _facts(peer_session, there, by=by, now=now)
    slot = str(peer_session.sequence)
    if there.reaches_peer:
        send_now(kind="session_moved", recipient_id=there.peer_id, link_id=link_id, slot=slot, **facts)
    if by.actor != f"member:{there.supporter_id}":
        send_now(kind="session_moved", recipient_id=there.supporter_id, slot=slot, **facts)
    _remind(peer_session, there, link_id=link_id, now=now, facts=facts)


def _facts(peer_session: PeerSession, there: Standing, *, by: Actor, now: datetime) -> dict[str, Any]:
    return {
        "object_id": peer_session.pk,
        "sender_name": there.sender_name,
        "about_at": peer_session.starts_at,
        "about_until": peer_session.ends_at,
        "sequence": peer_session.sequence,
        "by": by,
        "now": now,
    }


def _remind(
    peer_session: PeerSession,
    there: Standing,
    *,
    link_id: UUID | None,
    now: datetime,
    facts: dict[str, Any],
) -> None:
    if peer_session.starts_at - now <= TOO_LATE:
        return
    recipients: dict[UUID, UUID | None] = {there.supporter_id: None}
    if there.reaches_peer:
        recipients[there.peer_id] = link_id
    due_at = max(peer_session.starts_at - AHEAD, now)
    schedule_each(kind="session_tomorrow", recipients=recipients, due_at=due_at, **facts)


def call_off(peer_session: PeerSession, *, by: Actor, now: datetime) -> None:
    """Tell the other side that a session is off: both, when somebody else called it off."""
    pairing = peer_session.two
    if by.actor != f"member:{pairing.supporter_id}":
        _tell(peer_session, pairing.supporter_id, by=by, now=now)
    if not by.actor.startswith("link:") and _reaches_peer(peer_session):
        _tell(peer_session, pairing.peer_id, by=by, now=now)


def _reaches_peer(peer_session: PeerSession) -> bool:
    peer = peer_session.two.peer
    return bool(address_of(peer.pk, peer.data_key))


def _tell(peer_session: PeerSession, recipient_id: UUID, *, by: Actor, now: datetime) -> None:
    send_now(
        kind="session_cancelled",
        object_id=peer_session.pk,
        recipient_id=recipient_id,
        sender_name=peer_session.two.organisation.sender_name,
        about_at=peer_session.starts_at,
        about_until=peer_session.ends_at,
        sequence=peer_session.sequence,
        by=by,
        now=now,
    )
