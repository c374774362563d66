"""What becomes of a booked session: confirmed, called off, missed, closed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.moves import move
from lib.refusal import Refused
from people.access import LinkHolder
from people.actions.links import revoke_links
from reminders.actions import cancel_for
from sessions.actions.holding import release
from sessions.actions.notices import call_off
from sessions.models import PeerSession, Why
from sessions.states import SESSION_MOVES


def confirm(*, peer_session_id: UUID, by: Actor, now: datetime) -> PeerSession:
    """Say that the peer will be there. Raises Refused once it has begun, or when it was called off."""
    with transaction.atomic():
        peer_session = _locked(peer_session_id)
        move(SESSION_MOVES, "confirm", peer_session)
        if peer_session.starts_at <= now:
            raise Refused(_("This session has begun already."))
        peer_session.confirmed_at = now
        peer_session.confirmed_by = by.actor
        peer_session.save(update_fields=["state", "confirmed_at", "confirmed_by"])
        record(by=by, verb="sessions.confirm", what=peer_session, now=now)
    return peer_session


def cancel(*, peer_session_id: UUID, why: str, by: Actor, now: datetime) -> PeerSession:
    """Call a session off: its time is free again, reminders and link end, the other side is told.

    A peer can do so until it begins; a member also later, because it may have been said by phone in time.
    """
    with transaction.atomic():
        peer_session = _locked(peer_session_id)
        move(SESSION_MOVES, "cancel", peer_session)
        if isinstance(by, LinkHolder) and peer_session.starts_at <= now:
            raise Refused(_("This session has begun already."))
        peer_session.cancelled_at = now
        peer_session.cancelled_by = by.actor
        peer_session.cancelled_why = Why(why)
        peer_session.save(update_fields=["state", "cancelled_at", "cancelled_by", "cancelled_why"])
        release(peer_session, now=now)
        revoke_links(object_id=peer_session.pk, now=now)
        cancel_for(object_id=peer_session.pk, by=by, now=now)
        call_off(peer_session, by=by, now=now)
        record(by=by, verb="sessions.cancel", what=peer_session, now=now, why=why)
    return peer_session


def miss(*, peer_session_id: UUID, by: Actor, now: datetime) -> PeerSession:
    """Note that the peer did not come. Raises Refused before the session has begun."""
    with transaction.atomic():
        peer_session = _locked(peer_session_id)
        close(peer_session, "miss", by=by, now=now)
        record(by=by, verb="sessions.miss", what=peer_session, now=now)
    return peer_session


def close(peer_session: PeerSession, verb: str, *, by: Actor, now: datetime) -> None:
    """Let a session end as held or missed; what still waits to be sent ends with it. Part of `log` and `miss`."""
    move(SESSION_MOVES, verb, peer_session)
    if peer_session.starts_at > now:
        raise Refused(_("This session has not begun yet."))
    peer_session.closed_at = now
    peer_session.closed_by = by.actor
    peer_session.save(update_fields=["state", "closed_at", "closed_by"])
    cancel_for(object_id=peer_session.pk, by=by, now=now)


def _locked(peer_session_id: UUID) -> PeerSession:
    related = PeerSession.objects.select_related("pairing__organisation", "pairing__peer__data_key")
    return related.select_for_update(of=("self",)).get(pk=peer_session_id)
