"""What is sent about a session, and to whom: always through reminders, in its neutral words."""

from datetime import datetime, timedelta
from uuid import UUID

from audit.actions import Actor
from reminders.actions import About, cancel_for, new_messages, new_reminders, schedule_all, send_all
from reminders.models import Message, Reminder
from reminders.queries import address_of
from sessions.models import PeerSession
from sessions.queries.standing import Standing

AHEAD = timedelta(hours=24)  # a reminder is due this long before a session
TOO_LATE = timedelta(hours=1)  # and is not made at all for a session that is nearer than this


def news(
    peer_session: PeerSession, there: Standing, *, link_id: UUID | None, by: Actor, now: datetime
) -> list[Message | Reminder]:
    """What tells the peer of a new session, and reminds both: rows to be stored beside it.

    The peer only where they gave an address.
    """
    to_peer, sender_name = _to_peer(peer_session, there, link_id), there.sender_name
    messages = new_messages(to_peer, kind="session_booked", sender_name=sender_name, by=by, now=now)
    each = _to_remind(peer_session, there, to_peer, now)
    reminders = new_reminders(
        each, kind="session_tomorrow", ahead=AHEAD, sender_name=sender_name, by=by, now=now
    )
    return [*messages, *reminders]


def announce_move(
    peer_session: PeerSession, there: Standing, *, link_id: UUID | None, by: Actor, now: datetime
) -> None:
    """Tell both the new time or place, save a supporter who chose it; what was to go out about the old one does not.

    The peer is told also when they chose it themselves: their calendar learns of it only so.
    """
    cancel_for(object_id=peer_session.pk, by=by, now=now)
    told = to_peer = _to_peer(peer_session, there, link_id)
    if not _is(there.supporter_id, by):
        told = [*to_peer, _about(peer_session, there.supporter_id)]
    slot = str(peer_session.sequence)
    send_all(told, kind="session_moved", slot=slot, sender_name=there.sender_name, by=by, now=now)
    _remind(peer_session, there, to_peer, by=by, now=now)


def call_off(peer_session: PeerSession, *, by: Actor, now: datetime) -> None:
    """Tell both that a session is off, save a supporter who called it off.

    The peer is told also when they did so themselves: their calendar learns of it only so.
    """
    pairing = peer_session.two
    told = []
    if not _is(pairing.supporter_id, by):
        told.append(_about(peer_session, pairing.supporter_id))
    if address_of(pairing.peer_id, pairing.peer.data_key):
        told.append(_about(peer_session, pairing.peer_id))
    sender_name = pairing.organisation.sender_name
    send_all(told, kind="session_cancelled", sender_name=sender_name, by=by, now=now)


def _remind(
    peer_session: PeerSession, there: Standing, to_peer: list[About], *, by: Actor, now: datetime
) -> None:
    each = _to_remind(peer_session, there, to_peer, now)
    schedule_all(each, kind="session_tomorrow", ahead=AHEAD, sender_name=there.sender_name, by=by, now=now)


def _to_remind(
    peer_session: PeerSession, there: Standing, to_peer: list[About], now: datetime
) -> list[About]:
    """Both, unless it is so near that nobody needs to be told."""
    if peer_session.starts_at - now <= TOO_LATE:
        return []
    return [_about(peer_session, there.supporter_id), *to_peer]


def _to_peer(peer_session: PeerSession, there: Standing, link_id: UUID | None) -> list[About]:
    return [_about(peer_session, there.peer_id, link_id)] if there.reaches_peer else []


def _about(peer_session: PeerSession, recipient_id: UUID, link_id: UUID | None = None) -> About:
    return About(
        object_id=peer_session.pk,
        recipient_id=recipient_id,
        about_at=peer_session.starts_at,
        about_until=peer_session.ends_at,
        sequence=peer_session.sequence,
        link_id=link_id,
    )


def _is(membership_id: UUID, by: Actor) -> bool:
    return by.actor == f"member:{membership_id}"
