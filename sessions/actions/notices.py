"""What is sent about a session, and to whom: always through reminders, in its neutral words."""

from datetime import datetime, timedelta
from uuid import UUID

from audit.actions import Actor
from people.models import PrivateLink
from reminders.actions import schedule_each, send_now
from reminders.queries import address_of
from sessions.models import PeerSession

AHEAD = timedelta(hours=24)  # a reminder is due this long before a session
TOO_LATE = timedelta(hours=1)  # and is not made at all for a session that is nearer than this


def announce(peer_session: PeerSession, link: PrivateLink, *, by: Actor, now: datetime) -> None:
    """Tell the peer what was booked, and have both reminded; the peer only where they gave an address."""
    pairing = peer_session.pairing
    recipients: dict[UUID, UUID | None] = {pairing.supporter_id: None}
    if _reaches_peer(peer_session):
        recipients[pairing.peer_id] = link.pk
        _send("session_booked", peer_session, pairing.peer_id, link.pk, by=by, now=now)
    if peer_session.starts_at - now <= TOO_LATE:
        return
    schedule_each(
        kind="session_tomorrow",
        object_id=peer_session.pk,
        recipients=recipients,
        due_at=max(peer_session.starts_at - AHEAD, now),
        sender_name=pairing.organisation.sender_name,
        about_at=peer_session.starts_at,
        by=by,
        now=now,
    )


def call_off(peer_session: PeerSession, *, by: Actor, now: datetime) -> None:
    """Tell the other side that a session is off: both, when somebody else called it off."""
    pairing = peer_session.pairing
    if by.actor != f"member:{pairing.supporter_id}":
        _send("session_cancelled", peer_session, pairing.supporter_id, None, by=by, now=now)
    if not by.actor.startswith("link:") and _reaches_peer(peer_session):
        _send("session_cancelled", peer_session, pairing.peer_id, None, by=by, now=now)


def _reaches_peer(peer_session: PeerSession) -> bool:
    peer = peer_session.pairing.peer
    return bool(address_of(peer.pk, peer.data_key))


def _send(
    kind: str,
    peer_session: PeerSession,
    recipient_id: UUID,
    link_id: UUID | None,
    *,
    by: Actor,
    now: datetime,
) -> None:
    send_now(
        kind=kind,
        object_id=peer_session.pk,
        recipient_id=recipient_id,
        sender_name=peer_session.pairing.organisation.sender_name,
        link_id=link_id,
        about_at=peer_session.starts_at,
        by=by,
        now=now,
    )
