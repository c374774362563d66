"""What is sent about a session, and to whom: always through reminders, in its neutral words."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from audit.actions import Actor
from reminders.actions import schedule_each, send_now
from reminders.queries import address_of
from sessions.models import PeerSession
from sessions.queries.standing import Standing

AHEAD = timedelta(hours=24)  # a reminder is due this long before a session
TOO_LATE = timedelta(hours=1)  # and is not made at all for a session that is nearer than this


def announce(peer_session: PeerSession, there: Standing, *, link_id: UUID, by: Actor, now: datetime) -> None:
    """Tell the peer what was booked, and have both reminded; the peer only where they gave an address."""
    facts: dict[str, Any] = {
        "object_id": peer_session.pk,
        "sender_name": there.sender_name,
        "about_at": peer_session.starts_at,
        "by": by,
        "now": now,
    }
    recipients: dict[UUID, UUID | None] = {there.supporter_id: None}
    if there.reaches_peer:
        recipients[there.peer_id] = link_id
        send_now(kind="session_booked", recipient_id=there.peer_id, link_id=link_id, **facts)
    if peer_session.starts_at - now > TOO_LATE:
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
        by=by,
        now=now,
    )
